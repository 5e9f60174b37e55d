import assert from 'node:assert/strict';
import { parseMessage, SIP_BUDGETS, SipParseError } from '@parley/sip';
import { type ContactValue, readContactList } from '../../../packages/sip/src/message/contact-list.ts';
import { parsePath } from '../../../packages/sip/src/message/path.ts';
import type { FuzzTarget } from '../target.ts';

const HEAD = Buffer.from(
  'REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:a@example.com>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n',
);

const SEEDS = [
  'Contact: "Ann" <sip:ann@192.0.2.1;ob>;q=0.5;expires=600;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>";reg-id=1\r\nPath: <sip:p1;lr;ob>, <sip:p2;lr>\r\n',
  'Contact: *\r\nExpires: 0\r\n',
  'm: sip:a@b;expires="x";pub-gruu="sip:a@b;gr=1";temp-gruu="y" , <tel:+1>;q=1.000\r\nContact: <sip:c@d?Route=%3Csip:x%3E>;x="a;expires=1;\\"b"\r\n',
  'Service-Route: <sip:s;lr>\r\nPath: "a, b" <sip:x;lr>;y=z\r\n',
];

const register = (headers: Uint8Array) => parseMessage(Buffer.concat([HEAD, headers, Buffer.from('\r\n')]));

/** What is stored of a Contact, as the 200 prints it. */
const printed = ({ text, parametersText }: ContactValue) => text + parametersText;

/** What a registrar reads of a REGISTER: a binding that it stores means the same when it is given back. */
export const registration: FuzzTarget = {
  name: 'registration',
  seeds: SEEDS.map(seed => Buffer.from(seed, 'latin1')),
  dictionary: [
    ...[
      'Contact: ',
      'm: ',
      'Path: ',
      'Expires: ',
      ';expires=',
      ';q=0.',
      ';reg-id=',
      ';+sip.instance="<urn:',
      '>"',
      ';temp-gruu="',
    ],
    ...['<sip:', 'sips:', 'tel:', '*', ', ', ';', '"', '\\"', '?Route=', ';ob', ';lr', '\r\n', '\r\n '],
  ],
  longest: 4096,
  declared: error => error instanceof SipParseError,
  run(bytes) {
    const message = register(bytes);
    for (const header of ['Path', 'Service-Route'] as const)
      assert.ok(parsePath(message, header).length <= SIP_BUDGETS.maxValues);
    const contacts = readContactList(message);
    if (contacts === '*') return;
    for (const contact of contacts) {
      assert.ok(contact.q >= 0 && contact.q <= 1000);
      assert.ok(contact.expires === undefined || contact.expires >= 0);
      assert.doesNotMatch(printed(contact), /[\r\n\0]/, 'nothing is smuggled into the 200');
      const again = readContactList(register(Buffer.from(`Contact: ${printed(contact)}\r\n`)));
      assert.ok(again !== '*' && again.length === 1, 'a stored binding is one binding');
      const { address, expires, ...same } = again[0];
      const { address: before, expires: _, ...kept } = contact;
      assert.equal(expires, undefined, 'how long it lasts is ours to say');
      assert.deepEqual(same, kept);
      assert.deepEqual(address.uri, before.uri);
    }
  },
};
