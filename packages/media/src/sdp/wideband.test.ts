import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiateAnswer, type OwnMedia } from './negotiate.ts';
import { completeOffer, makeOffer } from './offer.ts';
import { opusWishes } from './opus-format.ts';
import { parseSdp } from './parse.ts';
import { printSdp } from './print.ts';
import type { SessionSettings, WireCodec } from './settings.ts';

const ALL: readonly WireCodec[] = ['opus', 'G722', 'PCMU', 'PCMA'];

function own(codecs: readonly WireCodec[] = ALL): OwnMedia {
  return { address: '192.0.2.10', port: 40_000, codecs, sessionId: '7', version: 1 };
}

function offer(formats: string, ...lines: string[]): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.1',
    'c=IN IP4 192.0.2.1',
    `m=audio 6000 RTP/AVP ${formats}`,
    ...lines,
    '',
  ].join('\r\n');
}

function answered(text: string, codecs?: readonly WireCodec[]): { settings: SessionSettings; answer: string } {
  const result = negotiateAnswer(parseSdp(text), own(codecs));
  assert.ok(result.kind === 'agreed', JSON.stringify(result));
  return { settings: result.settings, answer: printSdp(result.answer) };
}

test('G.722 is payload type 9 with or without an rtpmap, and its clock is written as 8000 (RFC 3551 section 4.5.2)', () => {
  for (const text of [offer('9 0'), offer('9 0', 'a=rtpmap:9 G722/8000'), offer('96', 'a=rtpmap:96 g722/8000/1')]) {
    const { settings, answer } = answered(text);
    assert.equal(settings.codec, 'G722');
    assert.equal(settings.opus, undefined);
    assert.match(answer, new RegExp(`a=rtpmap:${settings.payloadType} G722/8000\r\n`));
  }
  assert.equal(answered(offer('97 0', 'a=rtpmap:97 G722/16000')).settings.codec, 'PCMU', 'there is no such G.722');
});

test('the offer decides the order, and what we do not list is not taken', () => {
  assert.equal(answered(offer('0 9')).settings.codec, 'PCMU');
  assert.equal(answered(offer('9 8 0'), ['PCMA', 'PCMU']).settings.codec, 'PCMA');
});

const BROWSER = offer(
  '111 9 0 110 126',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1;maxaveragebitrate=20000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
);

test('Opus with events on its own clock, and what the other side wants of it', () => {
  const { settings, answer } = answered(BROWSER);
  const { codec, opus, payloadType, telephoneEvent, eventRate } = settings;
  assert.deepEqual(
    { codec, payloadType, telephoneEvent, eventRate },
    { codec: 'G722', payloadType: 111, telephoneEvent: 110, eventRate: 48_000 },
  );
  assert.deepEqual(opus, { fec: true, maxBitrate: 20_000, constantBitrate: false });
  assert.match(answer, /m=audio 40000 RTP\/AVP 111 110\r\n/);
  assert.match(answer, /a=rtpmap:111 opus\/48000\/2\r\na=fmtp:111 .*useinbandfec=1/);
  assert.match(answer, /a=rtpmap:110 telephone-event\/48000\r\n/);
});

test('beside another codec the events of 8 kHz are taken, and beside Opus too when there are no others', () => {
  const narrow = answered(BROWSER, ['G722']).settings;
  assert.deepEqual([narrow.codec, narrow.telephoneEvent, narrow.eventRate], ['G722', 126, undefined]);
  const old = answered(offer('96 101', 'a=rtpmap:96 OPUS/48000/2', 'a=rtpmap:101 telephone-event/8000')).settings;
  assert.deepEqual([old.opus?.fec, old.telephoneEvent, old.eventRate], [false, 101, undefined]);
  const fast = answered(offer('0 101', 'a=rtpmap:101 telephone-event/48000')).settings;
  assert.equal(fast.telephoneEvent, undefined, 'no voice of that clock');
});

test('Opus is what RFC 7587 calls it and nothing else', () => {
  for (const name of ['opus/48000', 'opus/16000/1', 'opus/8000'])
    assert.equal(negotiateAnswer(parseSdp(offer('96', `a=rtpmap:96 ${name}`)), own()).kind, 'refused', name);
});

test('our offer lists our codecs in our order, with events for each clock, and its answer is understood', () => {
  const mine = makeOffer(own());
  const text = printSdp(mine);
  assert.match(text, /m=audio 40000 RTP\/AVP 111 9 0 8 101 102\r\n/);
  assert.match(text, /a=rtpmap:101 telephone-event\/8000\r\n/);
  assert.match(text, /a=rtpmap:102 telephone-event\/48000\r\n/);
  assert.doesNotMatch(printSdp(makeOffer(own(['PCMU']))), /48000/);
  assert.doesNotMatch(printSdp(makeOffer(own(['opus']))), /telephone-event\/8000/);
  const { settings: theirs, answer } = answered(text);
  const completed = completeOffer(mine, parseSdp(answer));
  assert.ok(completed.kind === 'agreed');
  assert.deepEqual([completed.settings.codec, completed.settings.eventRate], ['G722', 48_000]);
  assert.deepEqual(completed.settings.opus, theirs.opus);
  assert.deepEqual(theirs.opus, { fec: true, maxBitrate: 32_000, constantBitrate: false });
});

test('wishes that cannot be read are none', () => {
  const none = { fec: false, maxBitrate: 510_000, constantBitrate: false };
  for (const text of [
    undefined,
    '',
    ';;;=;',
    'maxaveragebitrate=0',
    'maxaveragebitrate=99999999',
    'useinbandfec=2',
    'x'.repeat(9999),
    ';'.repeat(9999),
  ])
    assert.deepEqual(opusWishes(text), none, `${text?.slice(0, 40)}`);
  assert.deepEqual(opusWishes(' UseInbandFec = 1 ; cbr=1; maxaveragebitrate=6000'), {
    fec: true,
    maxBitrate: 6000,
    constantBitrate: true,
  });
});

test('comfort noise is not asked for, but its number is known', () => {
  const { settings, answer } = answered(offer('0 13 98', 'a=rtpmap:98 CN/16000'));
  assert.equal(settings.comfortNoise, 98);
  assert.match(answer, /m=audio 40000 RTP\/AVP 0\r\n/);
  assert.equal(answered(offer('0 13')).settings.comfortNoise, undefined, 'the usual one');
});
