import { buildResponse, parseMessage, printMessage, type SipRequest, validateRequest } from '@parley/sip';
import type { ParserSpeed } from './parser.ts';

/* Prints how many messages a second are parsed, as JSON. */

const SDP = [
  'v=0',
  'o=- 3999834822 3999834822 IN IP4 192.0.2.44',
  's=-',
  'c=IN IP4 192.0.2.44',
  't=0 0',
  'm=audio 17082 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

const INVITE = Buffer.from(
  [
    'INVITE sip:1001@192.0.2.10:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.44:5060;rport;branch=z9hG4bKPj4a5c9f28-5d23-4f3d-9a0e-8a5f2f7a1c55',
    'From: "Carol Jones" <sip:+15550100@192.0.2.44>;tag=1b6e0c2a-5c4c-4f28-8f1e-2f6f3f1f4c1d',
    'To: <sip:1001@192.0.2.10>',
    'Contact: <sip:asterisk@192.0.2.44:5060>',
    'Call-ID: 0d5a3f0e-1c53-44a6-bf2c-27e4fb2d8a0e',
    'CSeq: 11231 INVITE',
    'Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER',
    'Supported: 100rel, timer, replaces, norefersub, histinfo',
    'Session-Expires: 1800',
    'Min-SE: 90',
    'Diversion: <sip:1001@192.0.2.44>;reason=no-answer;counter=1',
    'History-Info: <sip:1001@192.0.2.44?Reason=SIP%3Bcause%3D408>;index=1, <sip:voicemail@192.0.2.10>;index=1.1',
    'P-Asserted-Identity: "Carol Jones" <sip:+15550100@192.0.2.44>',
    'Max-Forwards: 70',
    'User-Agent: Asterisk PBX 22.0.0',
    'Content-Type: application/sdp',
    `Content-Length: ${SDP.length}`,
    '',
    SDP,
  ].join('\r\n'),
);

const BATCH = 1000;
const WARM_UP_MILLIS = 300;
const RUN_MILLIS = 1000;

/** Times a second that `work` runs, after it has run long enough to be compiled. */
function speedOf(work: () => number): number {
  let kept = 0;
  const run = (millis: number) => {
    const began = performance.now();
    let times = 0;
    while (performance.now() - began < millis) for (let i = 0; i < BATCH; i++, times++) kept += work();
    return (times * 1000) / (performance.now() - began);
  };
  run(WARM_UP_MILLIS);
  const speed = Math.round(run(RUN_MILLIS));
  if (kept === 0) throw new Error('nothing was done');
  return speed;
}

function parsed(): SipRequest {
  const message = parseMessage(INVITE);
  if (message.kind !== 'request') throw new Error('the INVITE was not read as a request');
  return message;
}

const request = parsed();
const body = Buffer.from(SDP);
const speeds: ParserSpeed = {
  parse: speedOf(() => parsed().method.length),
  read: speedOf(() => {
    const message = parsed();
    validateRequest(message);
    const { vias, from, to, callId, cseq } = message;
    return callId.length + cseq.number + from.parameters.size + to.parameters.size + vias.length + message.body.length;
  }),
  print: speedOf(() => printMessage(buildResponse(request, { status: 200, toTag: 'a6c85cf', body })).length),
  bytes: INVITE.length,
};
process.stdout.write(JSON.stringify(speeds));
