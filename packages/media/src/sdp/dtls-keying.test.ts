import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeIdentity } from '../dtls/identity.ts';
import { attributeOf } from './description.ts';
import { type Agreed, negotiateAnswer, type OwnMedia, reanswer } from './negotiate.ts';
import { completeOffer, makeOffer } from './offer.ts';
import { parseSdp } from './parse.ts';
import { printSdp } from './print.ts';

const HEX = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':');
const IDENTITY = makeIdentity(0);
const OWN: OwnMedia = {
  address: '192.0.2.10',
  port: 40_000,
  codecs: ['opus', 'PCMU'],
  sessionId: '7',
  version: 1,
  security: 'optional',
  identity: IDENTITY,
};

interface Changes {
  readonly lines?: Readonly<Record<string, string>>;
  readonly protocol?: string;
  readonly address?: string;
  readonly port?: number;
}

/** An offer of Chromium without candidates, as it begins when they trickle: no address that anything could be sent to. */
function browser({ lines = {}, protocol = 'UDP/TLS/RTP/SAVPF', address = 'IN IP4 0.0.0.0', port = 9 }: Changes = {}) {
  const own: Record<string, string> = {
    rtcp: 'a=rtcp:9 IN IP4 0.0.0.0',
    ufrag: 'a=ice-ufrag:ETEn',
    pwd: 'a=ice-pwd:OtSK0WpNtpUjkY4+86js7Z/l',
    fingerprint: `a=fingerprint:sha-256 ${HEX}`,
    setup: 'a=setup:actpass',
    mid: 'a=mid:0',
    mux: 'a=rtcp-mux',
    direction: 'a=sendrecv',
    opus: 'a=rtpmap:111 opus/48000/2',
    ...lines,
  };
  const head = ['v=0', 'o=- 4962303333179871722 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0'];
  const media = [`m=audio ${port} ${protocol} 111 0 8 126`, `c=${address}`, 'a=rtpmap:126 telephone-event/8000'];
  return parseSdp([...head, ...media, ...Object.values(own).filter(line => line !== ''), ''].join('\r\n'));
}

function agreed(changes: Changes = {}, own: Partial<OwnMedia> = {}): Agreed {
  const result = negotiateAnswer(browser(changes), { ...OWN, ...own });
  assert.ok(result.kind === 'agreed', result.kind === 'refused' ? result.warning : '');
  return result;
}

function warning(changes: Changes, own: Partial<OwnMedia> = {}): string {
  const result = negotiateAnswer(browser(changes), { ...OWN, ...own });
  return result.kind === 'refused' ? result.warning : 'agreed';
}

test('a browser is answered with all that it needs to find us and to know us', () => {
  const { answer, settings } = agreed();
  const text = printSdp(answer);
  const [ours] = answer.media;
  const of = (name: string) => attributeOf(ours.attributes, name);
  assert.equal(ours.protocol, 'UDP/TLS/RTP/SAVPF');
  assert.deepEqual([of('setup'), of('mid'), of('rtcp-mux'), of('end-of-candidates')], ['passive', '0', '', '']);
  assert.equal(of('candidate'), '1 1 udp 2130706431 192.0.2.10 40000 typ host');
  assert.match(text, /a=group:BUNDLE 0\r\na=ice-lite\r\na=ice-options:ice2\r\nm=audio 40000 /);
  const hex = Buffer.from(IDENTITY.fingerprint.bytes).toString('hex').toUpperCase().match(/../g)?.join(':');
  assert.equal(of('fingerprint'), `sha-256 ${hex}`);
  assert.match(of('ice-ufrag') ?? '', /^[A-Za-z0-9+/]{8}$/);
  assert.match(of('ice-pwd') ?? '', /^[A-Za-z0-9+/]{24}$/);
  assert.equal(of('crypto'), undefined);
  assert.deepEqual(settings.ice, {
    local: { userFragment: of('ice-ufrag'), password: of('ice-pwd') },
    remote: { userFragment: 'ETEn', password: 'OtSK0WpNtpUjkY4+86js7Z/l' },
  });
  assert.deepEqual(
    settings.dtls?.fingerprints[0].bytes,
    Uint8Array.from({ length: 32 }, (_, i) => i),
  );
  const { direction, rtcpMux, payloadType, security } = settings;
  assert.deepEqual([direction, rtcpMux, payloadType, security], ['sendrecv', true, 111, undefined]);
  assert.deepEqual(parseSdp(text), answer);
});

test('the address in the description is nothing to go by', () => {
  for (const address of ['IN IP6 ::', 'IN IP6 2001:db8::1', 'IN IP4 host.example.org', 'IN IP4 224.1.1.1'])
    assert.equal(agreed({ address }).settings.direction, 'sendrecv', address);
  assert.match(warning({ port: 0 }), /^304 .*switched off/);
  const six = agreed({}, { address: '2001:db8::10' }).answer.media[0];
  assert.equal(attributeOf(six.attributes, 'candidate'), '2 1 udp 2130706431 2001:db8::10 40000 typ host');
});

test('each call has credentials of its own, that nobody can guess', () => {
  const seen = new Set(Array.from({ length: 50 }, () => agreed().settings.ice?.local.password));
  assert.equal(seen.size, 50);
});

test('a browser that could not be talked to is told why', () => {
  for (const [lines, why] of [
    [{ fingerprint: '' }, /^306 .*a=fingerprint/],
    [{ fingerprint: `a=fingerprint:md5 ${HEX.slice(0, 47)}` }, /^306 .*a=fingerprint/],
    [{ ufrag: '' }, /^306 .*a=ice-ufrag/],
    [{ pwd: 'a=ice-pwd:short' }, /^306 .*a=ice-pwd/],
    [{ setup: 'a=setup:passive' }, /^306 .*setup:passive/],
    [{ setup: 'a=setup:holdconn' }, /^306 .*a=setup/],
    [{ mux: '' }, /^306 .*rtcp-mux/],
    [{ opus: '', mid: 'a=rtpmap:0 X/8000' }, /^305 /],
  ] as const)
    assert.match(warning({ lines }), why, JSON.stringify(lines));
  const lite = browser();
  const both = { ...lite, attributes: [...lite.attributes, { name: 'ice-lite' }] };
  const refused = negotiateAnswer(both, OWN);
  assert.match(refused.kind === 'refused' ? refused.warning : '', /^306 .*ice-lite/);
});

test('security: DTLS is encryption, so none refuses it and says what to change, and required takes it', () => {
  assert.match(warning({}, { security: 'none' }), /^302 .*not encrypted here, which DTLS always does; offer RTP\/AVP/);
  for (const security of ['optional', 'required'] as const) {
    assert.equal(warning({}, { security }), 'agreed');
    assert.equal(warning({ protocol: 'UDP/TLS/RTP/SAVP' }, { security }), 'agreed');
    assert.match(warning({ protocol: 'TCP/TLS/RTP/SAVPF' }, { security }), /^302 /);
  }
});

test('a further offer goes on with association and credentials; the answer that says the same keeps its version', () => {
  const first = agreed();
  const own = { ...OWN, identity: makeIdentity(1), agreed: first.settings };
  const again = reanswer(first.answer, browser(), own);
  assert.ok(again.kind === 'agreed');
  assert.equal(printSdp(again.answer), printSdp(first.answer), 'though the certificate of new calls is another by now');
  const held = reanswer(first.answer, browser({ lines: { direction: 'a=sendonly' } }), own);
  assert.ok(held.kind === 'agreed');
  assert.deepEqual(held.settings.ice, first.settings.ice);
  assert.equal(held.settings.direction, 'recvonly');
});

test('other credentials of theirs are a restart, which other ones of ours answer', () => {
  const first = agreed();
  const lines = { ufrag: 'a=ice-ufrag:NEWs', pwd: 'a=ice-pwd:0123456789012345678901' };
  const again = reanswer(first.answer, browser({ lines }), { ...OWN, agreed: first.settings });
  assert.ok(again.kind === 'agreed');
  assert.notEqual(again.settings.ice?.local.password, first.settings.ice?.local.password);
  assert.equal(again.settings.dtls?.identity, first.settings.dtls?.identity);
  assert.equal(again.answer.origin.version, '2');
});

test('an offer of ours in such a call offers the same again, and takes the answer', () => {
  const first = agreed();
  const own = { ...OWN, version: 2, previous: first.answer, agreed: first.settings };
  const offer = makeOffer(own);
  const [ours] = offer.media;
  assert.equal(ours.protocol, 'UDP/TLS/RTP/SAVPF');
  assert.equal(attributeOf(ours.attributes, 'setup'), 'actpass');
  assert.equal(attributeOf(ours.attributes, 'ice-pwd'), first.settings.ice?.local.password);
  assert.equal(attributeOf(ours.attributes, 'crypto'), undefined);
  assert.match(printSdp(offer), /a=group:BUNDLE 0\r\na=ice-lite.*a=mid:0/s);
  const answer = browser({ lines: { setup: 'a=setup:active' } });
  const completed = completeOffer(offer, answer, first.settings);
  assert.ok(completed.kind === 'agreed', completed.kind === 'refused' ? completed.warning : '');
  assert.deepEqual(completed.settings.ice, first.settings.ice);
  assert.equal(completed.settings.dtls?.identity, IDENTITY);
  const clear = completeOffer(offer, browser({ protocol: 'RTP/AVP' }), first.settings);
  assert.equal(clear.kind, 'refused', 'what was encrypted does not become clear');
});

test('no password in what a refusal says', () => {
  for (const lines of [{ mux: '' }, { setup: 'a=setup:passive' }, { fingerprint: '' }] as Record<string, string>[])
    assert.ok(!warning({ lines }).includes('OtSK0'));
});
