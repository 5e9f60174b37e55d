import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SrtpSuite } from '../srtp/suites.ts';
import { printCrypto, readCrypto } from './crypto-line.ts';
import type { MediaSecurity } from './encryption.ts';
import { negotiateAnswer, type OwnMedia, reanswer } from './negotiate.ts';
import { completeOffer, makeOffer } from './offer.ts';
import { parseSdp } from './parse.ts';
import { printSdp } from './print.ts';

/** Keys that can be told apart: 1, 1, ..., then 2, 2, ... */
function counting(): (bytes: number) => Uint8Array {
  let count = 0;
  return bytes => new Uint8Array(bytes).fill(++count);
}

function own(security: MediaSecurity | undefined, more: Partial<OwnMedia> = {}): OwnMedia {
  const random = counting();
  return {
    address: '192.0.2.10',
    port: 40000,
    codecs: ['PCMU'],
    sessionId: '7',
    version: 1,
    ...(security && { security }),
    random,
    ...more,
  };
}

const LENGTHS: Partial<Record<SrtpSuite, [number, number]>> = {
  AEAD_AES_128_GCM: [16, 12],
  AES_256_CM_HMAC_SHA1_80: [32, 14],
};

function cryptoLine(tag: number, suite: SrtpSuite, filled: number): string {
  const [key, salt] = LENGTHS[suite] ?? [16, 14];
  const { value } = printCrypto({
    tag,
    suite,
    key: { key: new Uint8Array(key).fill(filled), salt: new Uint8Array(salt).fill(filled) },
  });
  return `a=crypto:${value}`;
}

const CM80 = cryptoLine(1, 'AES_CM_128_HMAC_SHA1_80', 0x70);
const offer = (profile: string, ...lines: string[]) =>
  parseSdp(
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 'c=IN IP4 192.0.2.1', `m=audio 6000 ${profile} 0`, ...lines, ''].join('\r\n'),
  );

/** What comes of an offer: the suite, 'clear', or the warning. */
function outcome(
  security: MediaSecurity | undefined,
  given: ReturnType<typeof offer>,
  more: Partial<OwnMedia> = {},
): string {
  const result = negotiateAnswer(given, own(security, more));
  return result.kind === 'refused' ? result.warning : (result.settings.security?.suite ?? 'clear');
}

test('mode, profile and lines: every pair has one outcome', () => {
  const unusable = 'a=crypto:1 F8_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
  const rows: [MediaSecurity, string, string[], RegExp][] = [
    ['none', 'RTP/AVP', [], /^clear$/],
    ['none', 'RTP/AVP', [CM80], /^clear$/],
    ['none', 'RTP/SAVP', [CM80], /^302 .*not encrypted here; offer RTP\/AVP/],
    ['none', 'RTP/SAVP', [], /^302 .*not encrypted here; offer RTP\/AVP/],
    ['none', 'UDP/TLS/RTP/SAVPF', [], /^302 .*RTP\/AVP and RTP\/AVPF only/],
    ['optional', 'RTP/AVP', [], /^clear$/],
    ['optional', 'RTP/AVP', [CM80], /^AES_CM_128_HMAC_SHA1_80$/],
    ['optional', 'RTP/AVP', [unusable], /^clear$/],
    ['optional', 'RTP/SAVP', [CM80], /^AES_CM_128_HMAC_SHA1_80$/],
    ['optional', 'RTP/SAVPF', [CM80], /^AES_CM_128_HMAC_SHA1_80$/],
    ['optional', 'rtp/savp', [CM80], /^AES_CM_128_HMAC_SHA1_80$/],
    ['optional', 'RTP/SAVP', [], /^306 .*there is none/],
    ['optional', 'RTP/SAVP', [unusable], /^306 .*a suite that is not known/],
    ['optional', 'UDP/TLS/RTP/SAVPF', [], /^302 .*RTP\/SAVP/],
    ['required', 'RTP/AVP', [], /^302 .*have to be encrypted here; offer RTP\/SAVP/],
    ['required', 'RTP/AVP', [CM80], /^AES_CM_128_HMAC_SHA1_80$/],
    ['required', 'RTP/AVP', [unusable], /^306 .*a suite that is not known/],
    ['required', 'RTP/SAVP', [CM80], /^AES_CM_128_HMAC_SHA1_80$/],
    ['required', 'RTP/SAVP', [], /^306 /],
    ['required', 'RTP/SAVP', [`${CM80}|2^31|1:4`], /^306 .*master key identifier/],
    ['required', 'RTP/SAVP', [`${CM80} UNENCRYPTED_SRTP`], /^306 .*session parameter/],
  ];
  for (const [security, profile, lines, expected] of rows)
    assert.match(outcome(security, offer(profile, ...lines)), expected, `${security} ${profile} ${lines}`);
  assert.match(outcome(undefined, offer('RTP/SAVP', CM80)), /^302 /);
});

test('the answer takes the first line that it can, under its tag and profile, with a key of our own', () => {
  const lines = [
    cryptoLine(3, 'AEAD_AES_128_GCM', 0x60),
    `${CM80} UNENCRYPTED_SRTCP`,
    cryptoLine(9, 'AES_256_CM_HMAC_SHA1_80', 0x61),
  ];
  const given = offer('RTP/SAVP', ...lines);
  assert.equal(outcome('required', given), 'AEAD_AES_128_GCM');
  assert.equal(
    outcome('required', given, { suites: ['AES_CM_128_HMAC_SHA1_80', 'AES_256_CM_HMAC_SHA1_80'] }),
    'AES_256_CM_HMAC_SHA1_80',
  );
  const result = negotiateAnswer(given, own('required', { suites: ['AES_256_CM_HMAC_SHA1_80'] }));
  assert.equal(result.kind, 'agreed');
  if (result.kind !== 'agreed') return;
  const { security } = result.settings;
  assert.deepEqual(
    [...(security?.remote.key ?? [])],
    Array.from({ length: 32 }, () => 0x61),
  );
  assert.deepEqual(
    [...(security?.local.key ?? [])],
    Array.from({ length: 32 }, () => 1),
  );
  const [, , , , , media, ...attributes] = printSdp(result.answer).split('\r\n');
  assert.equal(media, 'm=audio 40000 RTP/SAVP 0');
  const crypto = attributes.filter(line => line.startsWith('a=crypto:'));
  assert.equal(crypto.length, 1);
  const line = readCrypto(crypto[0].slice(9));
  assert.deepEqual(line.kind === 'usable' && line.line, {
    tag: 9,
    suite: 'AES_256_CM_HMAC_SHA1_80',
    key: security?.local,
  });
});

test('of an encrypted and a clear stream the first that can be taken is, and the other is rejected', () => {
  const text = printSdp(offer('RTP/SAVP', CM80)).concat('m=audio 6010 RTP/AVP 0\r\n');
  const portsOf = (security: MediaSecurity) => {
    const result = negotiateAnswer(parseSdp(text), own(security));
    return result.kind === 'agreed'
      ? [result.settings.remote.port, ...result.answer.media.map(({ port }) => port)]
      : [];
  };
  assert.deepEqual(portsOf('none'), [6010, 0, 40000]);
  assert.deepEqual(portsOf('required'), [6000, 40000, 0]);
});

test('our offer: required is SAVP, optional is AVP with lines, none is neither', () => {
  const made = (security: MediaSecurity) => printSdp(makeOffer(own(security)));
  assert.match(
    made('required'),
    /m=audio 40000 RTP\/SAVP 0 101\r\n.*a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:.*a=crypto:2 AEAD_AES_128_GCM inline:/s,
  );
  assert.match(made('optional'), /m=audio 40000 RTP\/AVP 0 101\r\n.*a=crypto:1 /s);
  assert.doesNotMatch(made('none'), /SAVP|crypto/);
});

test('both ends of an offer and its answer have the same keys, crosswise', () => {
  for (const security of ['required', 'optional'] as const) {
    const ours = makeOffer(own(security));
    let filled = 100;
    const there = own(security, {
      address: '192.0.2.20',
      port: 50000,
      random: bytes => new Uint8Array(bytes).fill(filled++),
    });
    const theirs = negotiateAnswer(parseSdp(printSdp(ours)), there);
    assert.equal(theirs.kind, 'agreed');
    if (theirs.kind !== 'agreed') return;
    const completed = completeOffer(ours, parseSdp(printSdp(theirs.answer)));
    assert.equal(completed.kind, 'agreed');
    if (completed.kind !== 'agreed') return;
    const [a, b] = [theirs.settings.security, completed.settings.security];
    assert.ok(a && b);
    assert.deepEqual({ local: a.local, remote: a.remote }, { local: b.remote, remote: b.local });
    assert.notDeepEqual(a.local, a.remote);
  }
});

test('an answer to our offer has to keep to it', () => {
  const completes = (security: MediaSecurity, given: ReturnType<typeof offer>) => {
    const result = completeOffer(makeOffer(own(security)), given);
    return result.kind === 'refused' ? result.warning : (result.settings.security?.suite ?? 'clear');
  };
  assert.equal(completes('required', offer('RTP/SAVP', CM80)), 'AES_CM_128_HMAC_SHA1_80');
  assert.equal(completes('optional', offer('RTP/AVP', CM80)), 'AES_CM_128_HMAC_SHA1_80');
  assert.equal(completes('optional', offer('RTP/AVP')), 'clear');
  assert.match(completes('required', offer('RTP/AVP')), /^302 /);
  assert.match(completes('none', offer('RTP/SAVP', CM80)), /^302 /);
  const otherTag = offer('RTP/SAVP', cryptoLine(2, 'AES_CM_128_HMAC_SHA1_80', 5));
  assert.match(completes('required', otherTag), /^306 .*not agreed on/);
  const otherSuite = offer('RTP/SAVP', cryptoLine(1, 'AES_256_CM_HMAC_SHA1_80', 5));
  assert.match(completes('required', otherSuite), /^306 /);
  const ours = makeOffer(own('required'));
  assert.match(JSON.stringify(completeOffer(ours, ours)), /306 .*key/, 'our own key is not theirs');
});

test('a further offer keeps our key, whatever theirs is; another suite has another key', () => {
  const ours = own('optional');
  const first = negotiateAnswer(offer('RTP/SAVP', CM80), ours);
  assert.equal(first.kind, 'agreed');
  if (first.kind !== 'agreed') return;
  const again = (given: ReturnType<typeof offer>) => {
    const result = reanswer(first.answer, given, ours);
    assert.equal(result.kind, 'agreed', result.kind === 'refused' ? result.warning : '');
    return result.kind === 'agreed'
      ? { security: result.settings.security, version: result.answer.origin.version }
      : undefined;
  };
  const same = again(offer('RTP/SAVP', CM80));
  assert.deepEqual([same?.security, same?.version], [first.settings.security, '1']);
  const theirNew = again(offer('RTP/SAVP', cryptoLine(1, 'AES_CM_128_HMAC_SHA1_80', 0x55)));
  assert.deepEqual(theirNew?.security?.local, first.settings.security?.local);
  assert.notDeepEqual(theirNew?.security?.remote, first.settings.security?.remote);
  assert.equal(theirNew?.version, '1', 'our description says the same');
  const gcm = again(offer('RTP/SAVP', cryptoLine(1, 'AEAD_AES_128_GCM', 0x55)));
  assert.notDeepEqual(gcm?.security?.local.key, first.settings.security?.local.key);
  assert.equal(gcm?.version, '2');
  const clear = again(offer('RTP/AVP'));
  assert.deepEqual([clear?.security, clear?.version], [undefined, '2']);
  // Whoever sends our own line back does not get our own packets taken for his.
  const echoed = parseSdp(printSdp(first.answer));
  assert.match(JSON.stringify(reanswer(first.answer, echoed, ours)), /306 .*key/);
});

test('an offer of ours that was answered gives its key on to the answers after it', () => {
  const ours = own('required');
  const first = makeOffer(ours);
  const completed = completeOffer(first, offer('RTP/SAVP', CM80));
  const next = reanswer(first, offer('RTP/SAVP', CM80), ours);
  const offered = makeOffer({ ...ours, previous: first, version: 2 });
  assert.ok(completed.kind === 'agreed' && next.kind === 'agreed');
  assert.deepEqual(next.settings.security, completed.settings.security);
  assert.deepEqual(offered.media[0].attributes, first.media[0].attributes);
});

test('no refusal and no reason tells a key', () => {
  const secret = CM80.slice(CM80.indexOf('inline:') + 7);
  for (const security of ['none', 'required'] as const)
    for (const line of [`${CM80}|1:4`, `${CM80}AAAA`, `${CM80} X`])
      assert.ok(!outcome(security, offer('RTP/SAVP', line)).includes(secret.slice(0, 6)));
});
