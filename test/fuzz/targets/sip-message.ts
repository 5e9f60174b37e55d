import assert from 'node:assert/strict';
import {
  parseMessage,
  printMessage,
  SIP_BUDGETS,
  type SipMessage,
  SipParseError,
  StreamFramer,
  sdpOf,
  validateRequest,
} from '@parley/sip';
import { RFC_4475, RFC_5118 } from '../../../packages/sip/test/torture/manifest.ts';
import { rfc4475, rfc5118 } from '../../../packages/sip/test/torture/messages.ts';
import type { FuzzTarget } from '../target.ts';

const torture = [
  ...Object.keys(RFC_4475).map(name => rfc4475(name)),
  ...Object.keys(RFC_5118).map(name => rfc5118(name)),
];

const ours = [
  `INVITE sip:1001@parley.test;user=phone SIP/2.0\r
Via: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKx;rport\r
Max-Forwards: 70\r
From: "Ann \\"A\\" Lee" <sip:+15550100@pbx.example.com;user=phone>;tag=1928\r
To: <tel:1001;phone-context=parley.test>\r
Call-ID: a84b4c76e66710@pc33\r
CSeq: 314159 INVITE\r
Contact: <sip:ann@[2001:db8::1]:5061;transport=tls>;+sip.instance="<urn:uuid:1>"\r
Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>\r
Diversion: <sip:1002@pbx.example.com>;reason=no-answer;counter=1\r
History-Info: <sip:1003@pbx?Reason=SIP%3Bcause%3D302>;index=1, <sip:1001@pbx;cause=302>;index=1.1\r
Supported: 100rel, timer, replaces\r
Content-Type: multipart/mixed;boundary=b\r
Content-Length: 62\r
\r
--b\r
Content-Type: application/sdp\r
\r
v=0\r
--b--\r
`,
  'SIP/2.0 200 OK\r\nv: SIP/2.0/UDP h;branch=z9hG4bKa;received=192.0.2.1\r\nf: <sip:a@b>;tag=1\r\nt: <sip:c@d>;tag=2\r\ni: x\r\nCSeq: 1 INVITE\r\nWarning: 399 h "text"\r\nl: 0\r\n\r\n',
  'REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/WSS h.invalid;branch=z9hG4bKb\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: y\r\nCSeq: 2 REGISTER\r\nContact: *\r\nExpires: 0\r\nAuthorization: Digest username="a", realm="b", nonce="c", uri="sip:b", response="d", algorithm=SHA-256\r\n\r\n',
].map(message => Buffer.from(message, 'latin1'));

const dictionary = [
  ...[
    'INVITE',
    'CANCEL',
    'SIP/2.0',
    'Via:',
    'v:',
    'Content-Length: ',
    'l: ',
    'Contact: ',
    'Route: ',
    'Require: 100rel\r\n',
  ],
  ...[
    '\r\n',
    '\r\n ',
    '\r\n\r\n',
    '<sip:',
    'sips:',
    'tel:',
    ';tag=',
    ';lr',
    ';branch=z9hG4bK',
    '%00',
    '%',
    '[::1]',
    '"',
    '\\"',
  ],
  ...['multipart/mixed;boundary=', '--b', 'application/sdp', ', ', '*', 'History-Info: ', 'Reason: SIP;cause=200'],
];

/** Reads everything that the layers above may read, as they do. */
function read(message: SipMessage): void {
  for (const look of [
    () => message.vias,
    () => message.from,
    () => message.to,
    () => message.cseq,
    () => message.contacts,
    () => message.recordRoute,
    () => message.callId,
    () => (message.kind === 'request' ? message.requestUri : message.status),
    () => sdpOf(message),
    () => (message.kind === 'request' ? validateRequest(message) : undefined),
  ])
    try {
      look();
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error;
    }
  for (const [name] of message.headers) message.values(name);
}

/** What was understood means the same after it was printed. */
function survivesPrinting(message: SipMessage): void {
  const again = parseMessage(printMessage(message));
  assert.equal(again.kind, message.kind);
  const counted = ({ headers }: SipMessage) =>
    headers.filter(([name]) => !['content-length', 'l'].includes(name.toLowerCase()));
  assert.deepEqual(counted(again), counted(message));
  assert.ok(Buffer.from(again.body).equals(Buffer.from(message.body)));
}

const declared = (error: unknown) => error instanceof SipParseError;

export const datagram: FuzzTarget = {
  name: 'sip-datagram',
  seeds: [...ours, ...torture],
  dictionary,
  longest: 8192,
  declared,
  run(bytes) {
    const message = parseMessage(bytes, { transport: 'datagram', budgets: SIP_BUDGETS });
    read(message);
    survivesPrinting(message);
  },
};

/** The first octet says how the rest is cut into pieces: a stream's meaning does not depend on that. */
export const stream: FuzzTarget = {
  name: 'sip-stream',
  seeds: [...ours, ...torture].map(message => Buffer.concat([Buffer.from([7]), message, message])),
  dictionary,
  longest: 8192,
  declared,
  run(bytes) {
    const whole = framed(bytes.subarray(1), Number.POSITIVE_INFINITY);
    const pieces = framed(bytes.subarray(1), 1 + (bytes[0] ?? 0));
    assert.deepEqual(pieces, whole);
  },
};

/** The messages of a stream that arrives in pieces of so many octets, and how it ended. */
function framed(bytes: Uint8Array, size: number): string[] {
  const framer = new StreamFramer(SIP_BUDGETS);
  const frames: string[] = [];
  try {
    for (let at = 0; at < bytes.length; at += size) {
      framer.push(Buffer.from(bytes.subarray(at, at + size)));
      for (let next = framer.next(); next !== undefined; next = framer.next())
        frames.push(typeof next === 'string' ? next : Buffer.from(next).toString('latin1'));
    }
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error;
    frames.push('broken');
  }
  return frames;
}
