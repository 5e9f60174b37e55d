import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { makeIdentity, parseSdp, readDtls, readIce, type SessionDescription } from '@parley/media';
import type { Body } from '@parley/sip';
import { Negotiation } from '../../src/sip-call/negotiation.ts';
import { FakeMedia } from './fake-media.ts';

const SOURCE = { transport: 'wss', address: '192.0.2.7', port: 5000 } as const;
const FINGERPRINT = `a=fingerprint:sha-256 ${new Array(32).fill('A7').join(':')}`;

function offer({ direction = 'sendrecv', userFragment = 'ETEn' } = {}): Body {
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0'],
    ...[`a=ice-ufrag:${userFragment}`, 'a=ice-pwd:OtSK0WpNtpUjkY4+86js7Z/l', FINGERPRINT, 'a=setup:actpass'],
    ...['a=rtcp-mux', `a=${direction}`, ''],
  ];
  return { type: 'application/sdp', content: Buffer.from(lines.join('\r\n')) };
}

function negotiation(security: 'none' | 'optional', identity = makeIdentity(0)) {
  const media = Object.assign(new FakeMedia(), { identity });
  const log = memoryLog();
  const options = { media, address: '192.0.2.1', codecs: ['PCMU'], sessionId: '1', security, log } as const;
  return { media, log, talk: new Negotiation(options) };
}

/** What a description of ours says of ICE and DTLS. */
function told(body: Body | undefined) {
  assert.ok(body);
  const description: SessionDescription = parseSdp(body.content);
  const [media] = description.media;
  return { ice: readIce(description, media), dtls: readDtls(description, media), protocol: media.protocol };
}

test('hold and unhold keep the association and the credentials; the media are told of both', () => {
  const { media, talk } = negotiation('optional');
  const answer = talk.answer(offer(), SOURCE);
  assert.ok('content' in answer);
  talk.begin();
  const first = told(answer);
  for (const direction of ['sendonly', 'sendrecv']) {
    const again = talk.again(offer({ direction }), SOURCE);
    assert.ok('sdp' in again);
    assert.deepEqual(told(again.sdp), first);
  }
  assert.deepEqual(
    media.settings.map(({ direction }) => direction),
    ['sendrecv', 'recvonly', 'sendrecv'],
  );
  assert.ok(media.settings.every(({ ice, dtls }) => ice?.local.password === first.ice?.password && dtls !== undefined));
});

test('a restart has other credentials, and the same certificate', () => {
  const { talk } = negotiation('optional');
  const answer = talk.answer(offer(), SOURCE);
  assert.ok('content' in answer);
  const [first, again] = [told(answer), talk.again(offer({ userFragment: 'anew' }), SOURCE)];
  assert.ok('sdp' in again);
  const second = told(again.sdp);
  assert.notEqual(second.ice?.password, first.ice?.password);
  assert.deepEqual(second.dtls, first.dtls);
});

test('a re-INVITE without a description gets the same way offered again', () => {
  const { talk } = negotiation('optional');
  const answer = talk.answer(offer(), SOURCE);
  assert.ok('content' in answer);
  talk.begin();
  const again = talk.again(undefined, SOURCE);
  assert.ok('sdp' in again);
  const { ice, dtls, protocol } = told(again.sdp);
  assert.deepEqual([ice, protocol, dtls?.setup], [told(answer).ice, 'UDP/TLS/RTP/SAVPF', 'actpass']);
});

test('where media are not encrypted a browser is refused with 488, and told what to change', () => {
  const { talk, log } = negotiation('none');
  const refused = talk.answer(offer(), SOURCE);
  assert.ok('status' in refused);
  assert.equal(refused.status, 488);
  assert.match(JSON.stringify(refused.headers), /not encrypted here, which DTLS always does; offer RTP\/AVP/);
  assert.ok(!JSON.stringify(log.lines).includes('OtSK0'));
});
