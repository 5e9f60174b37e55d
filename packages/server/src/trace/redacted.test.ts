import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redacted, withMaskedNumbers } from './redacted.ts';

/** What may not be kept, in a head; none of these words may be left. */
const SECRETS: readonly (readonly [where: string, head: string])[] = [
  ['Authorization', 'Authorization: Digest username="ann", response="SECRET", cnonce="SECRET"\r\nTo: x'],
  ['a compact, folded one', 'PROXY-AUTHORIZATION \t: Digest\r\n realm="SECRET",\r\n\tresponse="SECRET"\r\nTo: x'],
  ['bare line ends', 'Authorization: Basic\n SECRET\nTo: x'],
  ['a password in a URI', 'INVITE sip:ann:SECRET@192.0.2.1 SIP/2.0\r\nTo: x'],
  ['a password in a header', 'Contact: "a@b" <sips:ann;x=1:SECRET@[::1]:5061>, sip:bob:SECRET@h\r\nTo: x'],
  ['a header without blanks', 'From:sip:ann:SECRET@h\r\nTo: x'],
  ['a request to be made', 'Refer-To: <sip:a@b?Proxy-Authorization=SECRET&Authorization=SECRET>\r\nTo: x'],
  ['keys dialled after the answer', 'INVITE tel:+15550123;postd=pSECRET SIP/2.0\r\nTo: x'],
  ['keys of SRTP', 'X: v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET\r\na=ice-pwd:SECRET\r\nTo: x'],
];

for (const [where, head] of SECRETS)
  test(`${where}: starred out, and nothing else`, () => {
    const shown = redacted(head);
    assert.doesNotMatch(shown, /SECRET/);
    assert.match(shown, /\*\*\*/);
    assert.ok(shown.endsWith('To: x'));
  });

test('what is no secret stays as it is', () => {
  const head =
    'INVITE sip:1001@192.0.2.1:5060;transport=udp SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1\r\n' +
    'From: "a:b@c" <sip:ann@h:5070>;tag=1\r\nX-Authorization-Info: none\r\nCall-ID: a:b@c';
  assert.equal(redacted(head), head);
});

test('time is linear in what a stranger writes', () => {
  const patterns = [
    'sip:',
    'sips:a:',
    '@',
    'authorization:\r\n ',
    ';postd=',
    'sip:a@',
    '[::',
    ':12345',
    'tel:+',
    'inline:',
  ];
  for (const pattern of patterns) {
    const head = pattern.repeat(2048 / pattern.length);
    const began = performance.now();
    for (let n = 0; n < 100; n++) withMaskedNumbers(redacted(head));
    const millis = (performance.now() - began) / 100;
    assert.ok(millis < 5, `${pattern}: ${millis} ms`);
  }
});

/** What the log stars out (`masked`), and what has to be seen. */
const NUMBERS: readonly (readonly [head: string, shown: string])[] = [
  ['INVITE sip:5550123@192.0.2.10:5060 SIP/2.0', 'INVITE sip:55***23@192.0.2.10:5060 SIP/2.0'],
  ['INVITE sip:1001@host SIP/2.0', 'INVITE sip:****@host SIP/2.0'],
  ['INVITE tel:+1-201-555-0123 SIP/2.0', 'INVITE tel:+1-**********23 SIP/2.0'],
  ['From: "5550123" <sip:+4930123456@h>;tag=123456789', 'From: "55***23" <sip:+49******56@h>;tag=123456789'],
  ['Contact: <sip:5550123@[2001:db8::1234]:50600>', 'Contact: <sip:55***23@[2001:db8::1234]:50600>'],
  ['To: <sip:5550123>', 'To: <sip:55***23>'],
  ['Diversion: <sip:1001@h>;reason=no-answer', 'Diversion: <sip:****@h>;reason=no-answer'],
  ['P-Asserted-Identity: tel:5551', 'P-Asserted-Identity: tel:****'],
  ['Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK123456', 'Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK123456'],
  ['Call-ID: 1234567890@h', 'Call-ID: 1234567890@h'],
  ['CSeq: 12345 INVITE', 'CSeq: 12345 INVITE'],
  ['SIP/2.0 404 Not Found', 'SIP/2.0 404 Not Found'],
];

for (const [head, shown] of NUMBERS)
  test(`${head} is shown as ${shown}`, () => assert.equal(withMaskedNumbers(head), shown));
