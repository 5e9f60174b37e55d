import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { bindingSuccess, isBindingRequest } from './stun-keep-alive.ts';

/** RFC 5769 sections 2.2 and 2.3: the transaction and the masked address of its sample answers, over IPv4 and IPv6. */
const TRANSACTION = 'b7e7a701bc34d686fa87dfae';
const REQUEST = Buffer.from(`000100002112a442${TRANSACTION}`, 'hex');
const IPV4 = '002000080001a147e112a643';
const IPV6 = '002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9';

const withAttributes = (hex: string, length = hex.length / 2): Buffer => {
  const request = Buffer.concat([REQUEST, Buffer.from(hex, 'hex')]);
  request.writeUInt16BE(length, 2);
  return request;
};

test('the address of the sender, masked as in RFC 5769', () => {
  assert.ok(isBindingRequest(REQUEST));
  const four = bindingSuccess(REQUEST, '192.0.2.1', 32_853);
  assert.equal(four?.toString('hex'), `0101000c2112a442${TRANSACTION}${IPV4}`);
  const six = bindingSuccess(REQUEST, '2001:db8:1234:5678:11:2233:4455:6677', 32_853);
  assert.equal(six?.toString('hex'), `010100182112a442${TRANSACTION}${IPV6}`);
});

test('IPv6 addresses with groups left out and with zones', () => {
  for (const [address, octets] of [
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['fe80::1:2%eth0', 'fe800000000000000000000000010002'],
  ]) {
    const answer = bindingSuccess(REQUEST, address, 1) ?? Buffer.alloc(0);
    const mask = REQUEST.subarray(4);
    assert.equal(Buffer.from(answer.subarray(28).map((octet, at) => octet ^ mask[at])).toString('hex'), octets);
  }
});

test('who says more than he must is answered, who asks for more, or for nothing whole, is not', () => {
  // SOFTWARE "abc", filled up; FINGERPRINT.
  assert.ok(bindingSuccess(withAttributes('802200036162630080280004deadbeef'), '192.0.2.1', 1));
  const broken = {
    'USERNAME, as ICE sends it': withAttributes('0006000461626364'),
    'CHANGE-REQUEST of the old STUN': withAttributes('0003000400000006'),
    'a length of its own': withAttributes('80220004616263', 8),
    'a value that ends behind it': withAttributes('8022010061626364'),
    'half an attribute': withAttributes('8022'),
  };
  for (const [name, request] of Object.entries(broken))
    assert.equal(bindingSuccess(request, '192.0.2.1', 1), undefined, name);
});

test('nothing else is taken for a request', () => {
  for (const text of ['', '\r\n\r\n', 'OPTIONS sip:a SIP/2.0\r\n\r\n', '\0'.repeat(40)])
    assert.ok(!isBindingRequest(Buffer.from(text)), JSON.stringify(text));
  const answer = bindingSuccess(REQUEST, '192.0.2.1', 1) ?? Buffer.alloc(0);
  assert.ok(!isBindingRequest(answer), 'its own answer: two servers would never stop');
});

const SEED = 5626;

test(`2,000 requests with attributes of any kind and length (seed ${SEED}) are answered or not, within bounds, and throw nothing`, () => {
  const random = seeded(SEED);
  const below = (most: number) => Math.floor(random() * most);
  let answered = 0;
  for (let count = 0; count < 2000; count++) {
    const attributes = Buffer.from(Array.from({ length: below(12) * (random() < 0.8 ? 4 : 1) }, () => below(256)));
    // Mostly what may be left unread, and short: otherwise few would get past the first one.
    for (let at = 0; at + 4 <= attributes.length; at += 8) {
      attributes[at] |= random() < 0.9 ? 0x80 : 0;
      attributes.writeUInt16BE(random() < 0.9 ? 4 : below(65_536), at + 2);
    }
    const request = withAttributes(attributes.toString('hex'), random() < 0.9 ? attributes.length : below(65_536));
    assert.ok(isBindingRequest(request));
    const answer = bindingSuccess(request, '2001:db8::1', 5060);
    if (!answer) continue;
    answered += 1;
    assert.equal(answer.length, 44);
  }
  assert.ok(answered > 200 && answered < 1800, `${answered} were answered`);
});
