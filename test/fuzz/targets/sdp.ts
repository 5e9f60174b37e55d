import assert from 'node:assert/strict';
import {
  completeOffer,
  DtlsIdentities,
  MAX_SDP_BYTES,
  makeOffer,
  negotiateAnswer,
  type OwnMedia,
  parseSdp,
  printSdp,
  reanswer,
  SdpError,
  type SessionDescription,
} from '@parley/media';
import { type FuzzTarget, text } from '../target.ts';

const OWN: OwnMedia = { address: '192.0.2.9', port: 20_000, codecs: ['PCMU', 'PCMA'], sessionId: '42', version: 1 };
/** Who takes everything. */
const WIDE: OwnMedia = {
  ...OWN,
  codecs: ['opus', 'G722', 'PCMU', 'PCMA'],
  security: 'optional',
  identity: new DtlsIdentities({ wall: () => 0 }).current,
};

const SEEDS = [
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n',
  'v=0\r\no=a 3 4 IN IP6 2001:db8::1\r\ns=x\r\nb=AS:64\r\nt=1 2\r\nm=audio 5000/2 RTP/SAVP 9 96 13\r\nc=IN IP6 2001:db8::1\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\na=rtcp-mux\r\na=sendonly\r\nm=video 0 RTP/AVP 31\r\n',
  'v=0\r\no=- 5 6 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7:A7\r\na=rtcp-mux\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0 110\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:110 telephone-event/48000\r\na=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host\r\na=rtcp:9 IN IP4 0.0.0.0\r\n',
];

export const sdp: FuzzTarget = {
  name: 'sdp',
  seeds: [...text(...SEEDS), Buffer.from(printSdp(makeOffer(OWN)))],
  dictionary: [
    ...[
      'v=0\r\n',
      'm=audio ',
      'm=video ',
      'c=IN IP4 ',
      'c=IN IP6 ',
      'a=rtpmap:',
      'a=fmtp:',
      'a=ptime:',
      'a=inactive\r\n',
      '\r\n',
    ],
    ...[
      'RTP/AVP',
      'RTP/SAVP',
      'UDP/TLS/RTP/SAVPF',
      'a=crypto:1 ',
      'inline:',
      '|2^20',
      '|1:4',
      '/8000',
      ' 0',
      ' 101',
      '0.0.0.0',
    ],
  ],
  longest: MAX_SDP_BYTES + 1,
  declared: error => error instanceof SdpError,
  run(bytes) {
    const offer = parseSdp(bytes);
    const printed = printSdp(offer);
    assert.equal(printSdp(parseSdp(Buffer.from(printed))), printed);
    for (const own of [OWN, WIDE]) answer(offer, own);
  },
};

function answer(offer: SessionDescription, own: OwnMedia): void {
  const first = negotiateAnswer(offer, own);
  if (first.kind === 'refused') return;
  // Our own answer can always be read, and the same offer again changes nothing.
  parseSdp(Buffer.from(printSdp(first.answer)));
  const agreed = { ...own, agreed: first.settings };
  const again = reanswer(first.answer, offer, agreed);
  assert.equal(again.kind, 'agreed');
  if (again.kind === 'agreed') assert.equal(printSdp(again.answer), printSdp(first.answer));
  // An offer of ours in that call has its sections, and can be answered by somebody like us.
  const further = makeOffer({ ...agreed, version: 2, previous: first.answer });
  assert.equal(further.media.length, offer.media.length);
  assert.equal(printSdp(parseSdp(Buffer.from(printSdp(further)))), printSdp(further));
  // A lite end makes no checks, so two of them cannot talk.
  if (first.settings.dtls) return;
  const theirs = negotiateAnswer(further, { ...own, port: 30_000 });
  assert.equal(theirs.kind, 'agreed');
  if (theirs.kind === 'agreed') assert.equal(completeOffer(further, theirs.answer).kind, 'agreed');
}
