import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOffer, negotiateAnswer, type OwnMedia, parseSdp, printSdp } from '@parley/media';
import { parse } from 'sdp-transform';

const own = (more: Partial<OwnMedia> = {}): OwnMedia => ({
  address: '192.0.2.9',
  port: 20_000,
  codecs: ['PCMU', 'PCMA', 'G722', 'opus'],
  sessionId: '42',
  version: 1,
  ...more,
});

/** What another parser makes of a description of ours. */
const foreign = (description: Parameters<typeof printSdp>[0]) => parse(printSdp(description));

test('a parser of others reads our offer as we mean it', () => {
  const offer = makeOffer(own({ security: 'required', direction: 'sendonly' }));
  const { origin, connection, media } = foreign(offer);
  assert.deepEqual([origin?.sessionId, origin?.address, connection?.ip], [42, '192.0.2.9', '192.0.2.9']);
  const [audio] = media;
  assert.deepEqual([media.length, audio.type, audio.port, audio.protocol], [1, 'audio', 20_000, 'RTP/SAVP']);
  assert.equal(audio.direction, 'sendonly');
  const voices = audio.rtp.map(({ codec, rate, encoding }) => [codec, rate, encoding].filter(each => each).join('/'));
  for (const voice of ['PCMU/8000', 'PCMA/8000', 'G722/8000', 'opus/48000/2', 'telephone-event/8000'])
    assert.ok(voices.includes(voice), `${voice} is not in ${voices}`);
  assert.deepEqual(
    String(audio.payloads).split(' ').map(Number).sort(),
    audio.rtp.map(({ payload }) => payload).sort(),
  );
  for (const { config } of audio.crypto ?? []) assert.match(config, /^inline:[A-Za-z0-9+/=]{40,}$/);
  assert.ok((audio.crypto ?? []).length >= 1);
  assert.equal('invalid' in audio, false, 'no attribute is unknown to it');
});

test('and our answers, over IPv6 and with streams that we do not take', () => {
  const offer = parseSdp(
    'v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\nm=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 9 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n',
  );
  const agreed = negotiateAnswer(offer, own({ address: '2001:db8::9' }));
  assert.equal(agreed.kind, 'agreed');
  if (agreed.kind !== 'agreed') return;
  const { connection, media } = foreign(agreed.answer);
  assert.deepEqual([connection?.version, connection?.ip], [6, '2001:db8::9']);
  assert.deepEqual(
    media.map(({ type, port }) => [type, port]),
    [
      ['video', 0],
      ['audio', 20_000],
    ],
  );
  assert.deepEqual(
    media[1].rtp.map(({ codec }) => codec),
    ['G722', 'telephone-event'],
  );
});
