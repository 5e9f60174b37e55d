import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDtls } from './dtls-attributes.ts';
import { readIce } from './ice-attributes.ts';
import { negotiateAnswer } from './negotiate.ts';
import { parseSdp } from './parse.ts';

const HEX = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':');

/** The offer of a browser in the form of RFC 8829 section 7.3, the audio section with other lines put in place. */
function browser(changes: Record<string, string> = {}, session: readonly string[] = []) {
  const lines: Record<string, string> = {
    ufrag: 'a=ice-ufrag:ETEn',
    pwd: 'a=ice-pwd:OtSK0WpNtpUjkY4+86js7Z/l',
    fingerprint: `a=fingerprint:sha-256 ${HEX}`,
    setup: 'a=setup:actpass',
    host: 'a=candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host',
    reflexive: 'a=candidate:2 1 UDP 1845494015 198.51.100.100 11100 typ srflx raddr 203.0.113.100 rport 10100',
    named: 'a=candidate:3 1 udp 2113929471 0b3c-9d.local 10102 typ host',
    tcp: 'a=candidate:4 1 tcp 1518214911 203.0.113.100 9 typ host tcptype active',
    six: 'a=candidate:5 1 udp 2113937151 2001:db8::1 10104 typ host generation 0',
    ...changes,
  };
  const text = [
    'v=0',
    'o=- 4962303333179871722 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    ...session,
    'a=group:BUNDLE a1',
    'm=audio 10100 UDP/TLS/RTP/SAVPF 0 8 101',
    'c=IN IP4 203.0.113.100',
    'a=mid:a1',
    'a=rtcp-mux',
    ...Object.values(lines).filter(line => line !== ''),
    '',
  ];
  return parseSdp(text.join('\r\n'));
}

const ice = (given: ReturnType<typeof browser>) => readIce(given, given.media[0]);
const dtls = (given: ReturnType<typeof browser>) => readDtls(given, given.media[0]);

test('the credentials of a browser are read, whatever its candidates are', () => {
  const read = { userFragment: 'ETEn', password: 'OtSK0WpNtpUjkY4+86js7Z/l', lite: false };
  assert.deepEqual(ice(browser()), read);
  assert.deepEqual(ice(browser({ host: 'a=candidate:', tcp: '' })), read);
  assert.deepEqual(ice(browser({}, ['a=ice-lite'])), { ...read, lite: true });
});

test('credentials may stand at the session, and have their lengths', () => {
  const session = ['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901'];
  assert.equal(ice(browser({ ufrag: '', pwd: '' }, session))?.userFragment, 'abcd');
  assert.equal(ice(browser({ ufrag: '' })), undefined);
  for (const pwd of ['a=ice-pwd:short', `a=ice-pwd:${'x'.repeat(257)}`, 'a=ice-pwd:012345678901234567890 x'])
    assert.equal(ice(browser({ pwd })), undefined);
});

test('fingerprints are read with the hashes that still count', () => {
  const read = dtls(browser());
  assert.deepEqual([read?.setup, read?.fingerprints.length, read?.fingerprints[0].hash], ['actpass', 1, 'sha-256']);
  assert.deepEqual(
    [...(read?.fingerprints[0].bytes ?? [])],
    Array.from({ length: 32 }, (_, i) => i),
  );
  assert.equal(
    dtls(browser({ fingerprint: '' }, [`a=fingerprint:SHA-256 ${HEX.toLowerCase()}`]))?.fingerprints.length,
    1,
  );
  assert.equal(dtls(browser({ setup: 'a=setup:passive' }))?.setup, 'passive');
  for (const value of [
    '',
    'sha-256',
    `sha-1 ${HEX.slice(0, 59)}`,
    `sha-256 ${HEX.slice(3)}`,
    `sha-256 ${HEX.replaceAll(':', '-')}`,
    `constructor ${HEX}`,
  ])
    assert.equal(dtls(browser({ fingerprint: `a=fingerprint:${value}` })), undefined, value);
  assert.equal(dtls(browser({ setup: 'a=setup:holdconn' })), undefined);
});

test('media keyed by DTLS are not taken for anything else, in no mode', () => {
  const own = { address: '192.0.2.10', port: 40000, codecs: ['PCMU'], sessionId: '7', version: 1 } as const;
  for (const security of ['none', 'optional', 'required'] as const) {
    const result = negotiateAnswer(browser(), { ...own, security });
    assert.match(result.kind === 'refused' ? result.warning : '', /^302 .*no keys by DTLS/);
  }
});
