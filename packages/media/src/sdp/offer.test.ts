import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { attributeOf, type SessionDescription } from './description.ts';
import { linesOf } from './encryption.ts';
import { knownFormats } from './formats.ts';
import { type Agreed, negotiateAnswer, type OwnMedia } from './negotiate.ts';
import { completeOffer, makeOffer } from './offer.ts';
import { parseSdp } from './parse.ts';
import { printSdp } from './print.ts';
import { SdpError } from './sdp-error.ts';

const SEED = 20261122;

const OWN: OwnMedia = {
  address: '192.0.2.10',
  port: 40000,
  codecs: ['opus', 'G722', 'PCMU', 'PCMA'],
  sessionId: '77',
  version: 1,
  security: 'optional',
};
const HEAD = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n';
const KEY = 'YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2';
const WIDE_KEY = 'YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMg';

const sdp = (...lines: string[]) => parseSdp(`${HEAD}${lines.join('\r\n')}\r\n`);

function answered(...lines: string[]): Agreed {
  const result = negotiateAnswer(sdp(...lines), OWN);
  assert.ok(result.kind === 'agreed', result.kind === 'refused' ? result.warning : '');
  return result;
}

/** What a phone that called us with these lines is offered later in the call, because it asks for an offer. */
const offeredAfter = (...lines: string[]) => makeOffer({ ...OWN, version: 2, previous: answered(...lines).answer });

function completed(offer: SessionDescription, ...lines: string[]) {
  const result = completeOffer(offer, sdp(...lines));
  return result.kind === 'agreed' ? result.settings : result.warning;
}

test('a further offer has as many sections as the description before, in their order', () => {
  const offer = offeredAfter(
    'm=video 6002 RTP/AVP 96',
    'm=audio 6000 RTP/AVP 0',
    'a=mid:sound',
    'm=image 6004 udptl t38',
  );
  assert.deepEqual(
    offer.media.map(({ media, port }) => [media, port]),
    [
      ['video', 0],
      ['audio', 40000],
      ['image', 0],
    ],
  );
  assert.equal(attributeOf(offer.media[1].attributes, 'mid'), 'sound');
  const settings = completed(offer, 'm=video 0 RTP/AVP 96', 'm=audio 6010 RTP/AVP 0', 'm=image 0 udptl t38');
  assert.ok(typeof settings === 'object', `${settings}`);
  assert.deepEqual([settings.remote.port, settings.codec], [6010, 'PCMU']);
  assert.match(String(completed(offer, 'm=video 0 RTP/AVP 96')), /^304 /);
});

test('a number means what it meant before; what is new gets a number that is free', () => {
  const maps = ['a=rtpmap:111 telephone-event/48000', 'a=rtpmap:101 opus/48000/2'];
  const [section] = offeredAfter('m=audio 6000 RTP/AVP 101 111', ...maps).media;
  const numbers = knownFormats(section).map(format =>
    format.kind === 'voice' ? [format.codec, format.payloadType] : [format.kind, format.payloadType],
  );
  assert.deepEqual(numbers, [
    ['opus', 101],
    ['G722', 9],
    ['PCMU', 0],
    ['PCMA', 8],
    ['events', 96],
    ['events', 111],
  ]);
  assert.equal(new Set(section.formats).size, section.formats.length);
});

test('what was encrypted is never offered in clear again, and its suite is offered first', () => {
  const profile = 'm=audio 6000 RTP/SAVPF 0';
  const offer = offeredAfter(profile, `a=crypto:7 AES_256_CM_HMAC_SHA1_80 inline:${WIDE_KEY}`);
  const [section] = offer.media;
  assert.equal(section.protocol, 'RTP/SAVPF');
  assert.deepEqual(
    linesOf([section]).map(({ tag, suite }) => [tag, suite]),
    [
      [1, 'AES_256_CM_HMAC_SHA1_80'],
      [2, 'AES_CM_128_HMAC_SHA1_80'],
      [3, 'AEAD_AES_128_GCM'],
    ],
  );
  assert.match(String(completed(offer, 'm=audio 6000 RTP/AVP 0')), /^302 /);
  const settings = completed(offer, profile, `a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:${WIDE_KEY}`);
  assert.ok(typeof settings === 'object', `${settings}`);
  assert.equal(settings.security?.suite, 'AES_256_CM_HMAC_SHA1_80');
});

test('where there is no call without encryption, no further offer leaves it to the other side', () => {
  const own: OwnMedia = { ...OWN, security: 'required' };
  const first = negotiateAnswer(sdp('m=audio 6000 RTP/AVP 0', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`), own);
  assert.ok(first.kind === 'agreed');
  const offer = makeOffer({ ...own, version: 2, previous: first.answer });
  assert.equal(offer.media[0].protocol, 'RTP/SAVP');
  assert.match(String(completed(offer, 'm=audio 6000 RTP/AVP 0')), /^302 /);
});

test('reports stay on the port of RTP where that was agreed on, unless the other side parts them', () => {
  const offer = offeredAfter('m=audio 6000 RTP/AVP 0', 'a=rtcp-mux');
  assert.match(printSdp(offer), /a=rtcp-mux\r\n/);
  const kept = completed(offer, 'm=audio 6000 RTP/AVP 0', 'a=rtcp-mux');
  const parted = completed(offer, 'm=audio 6000 RTP/AVP 0');
  assert.ok(typeof kept === 'object' && typeof parted === 'object');
  assert.deepEqual(
    [kept.rtcpMux, kept.remoteRtcp.port, parted.rtcpMux, parted.remoteRtcp.port],
    [true, 6000, undefined, 6001],
  );
  assert.doesNotMatch(printSdp(offeredAfter('m=audio 6000 RTP/AVP 0')), /rtcp-mux/);
});

test(`a further offer can be read, answered and agreed on, whatever call it is in (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const base = Buffer.from(
    `${HEAD}m=audio 6000 RTP/AVP 111 101 9 8\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/48000\r\na=rtcp-mux\r\na=mid:0\r\nm=audio 6002 RTP/SAVP 0 101\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}\r\na=rtpmap:101 telephone-event/8000\r\n`,
  );
  let offers = 0;
  for (let run = 0; run < 2000; run++) {
    const bytes = Buffer.from(base);
    for (let change = 0; change <= random() * 4; change++)
      bytes[Math.floor(random() * bytes.length)] = 32 + random() * 90;
    const first = negotiated(bytes);
    if (!first) continue;
    offers += 1;
    const offer = makeOffer({ ...OWN, version: 2, previous: first.answer });
    assert.deepEqual(parseSdp(printSdp(offer)), offer);
    assert.equal(offer.media.length, first.answer.media.length);
    const section = offer.media.find(({ port }) => port > 0);
    assert.equal(new Set(section?.formats).size, section?.formats.length);
    const theirs = negotiateAnswer(offer, { ...OWN, address: '192.0.2.1', sessionId: '8' });
    assert.ok(theirs.kind === 'agreed', printSdp(offer));
    const completed = completeOffer(offer, theirs.answer);
    assert.ok(completed.kind === 'agreed', completed.kind === 'refused' ? completed.warning : '');
    assert.equal(completed.settings.payloadType, theirs.settings.payloadType);
    assert.equal(completed.settings.security?.suite, theirs.settings.security?.suite);
  }
  assert.ok(offers > 500, `${offers}`);
});

function negotiated(bytes: Uint8Array): Agreed | undefined {
  try {
    const result = negotiateAnswer(parseSdp(bytes), OWN);
    return result.kind === 'agreed' ? result : undefined;
  } catch (error) {
    if (error instanceof SdpError) return undefined;
    throw error;
  }
}

test('an answer may have numbers of its own: ours are heard, its own are sent', () => {
  const offer = makeOffer({ ...OWN, codecs: ['opus', 'PCMU'] });
  const answer = (...lines: string[]) => {
    const settings = completed(offer, ...lines);
    assert.ok(typeof settings === 'object', `${settings}`);
    const { payloadType, telephoneEvent, offered } = settings;
    return { payloadType, telephoneEvent, offered };
  };
  const opus = (payloadType: number, events: number) => [
    `m=audio 6000 RTP/AVP ${payloadType} ${events}`,
    `a=rtpmap:${payloadType} opus/48000/2`,
    `a=rtpmap:${events} telephone-event/48000`,
  ];
  assert.deepEqual(answer(...opus(111, 102)), { payloadType: 111, telephoneEvent: 102, offered: undefined });
  assert.deepEqual(answer(...opus(96, 97)), {
    payloadType: 96,
    telephoneEvent: 97,
    offered: { payloadType: 111, telephoneEvent: 102 },
  });
  assert.deepEqual(answer('m=audio 6000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000').offered, {
    payloadType: 0,
    telephoneEvent: 101,
  });
  assert.equal(answer('m=audio 6000 RTP/AVP 0').offered, undefined, 'without keys there is nothing to tell apart');
});
