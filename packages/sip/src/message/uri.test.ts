import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipUri } from './grammar.ts';
import { SipParseError } from './sip-parse-error.ts';
import { parseUri } from './uri.ts';
import { uriEquals } from './uri-equals.ts';
import { printUri } from './uri-print.ts';

function sip(text: string): SipUri {
  const uri = parseUri(text);
  assert.ok(uri.scheme === 'sip' || uri.scheme === 'sips');
  return uri;
}

test('the examples of RFC 3261 section 19.1.3 in parts', () => {
  assert.deepEqual(
    { ...sip('sip:alice:secretword@atlanta.com;transport=tcp'), parameters: 0, headers: 0 },
    {
      scheme: 'sip',
      user: 'alice',
      password: 'secretword',
      host: 'atlanta.com',
      parameters: 0,
      headers: 0,
    },
  );
  const uri = sip('sips:alice@atlanta.com?subject=project%20x&priority=urgent');
  assert.equal(uri.scheme, 'sips');
  assert.deepEqual(
    [...uri.headers],
    [
      ['subject', 'project x'],
      ['priority', 'urgent'],
    ],
  );
  assert.deepEqual([...sip('sip:+1-212-555-1212:1234@gateway.com;user=phone').parameters], [['user', 'phone']]);
  assert.equal(sip('sip:alice;day=tuesday@atlanta.com').user, 'alice;day=tuesday');
  assert.equal(sip('SIP:10.0.0.1:5070;LR').port, 5070);
  assert.equal(sip('sip:[2001:DB8::1];lr').host, '2001:db8::1');
  assert.equal(sip('sip:1001@3f2a9c').host, '3f2a9c');
  assert.equal(sip('sip:b%C3%B6rse@h').user, 'börse');
  assert.equal(sip('sip:b%F6rse@h').user, 'börse');
});

test('a voice mail GRUU and RFC 4458 parameters', () => {
  const uri = sip('sip:alice@contoso.com;gruu;opaque=app:voicemail');
  assert.deepEqual(
    [...uri.parameters],
    [
      ['gruu', ''],
      ['opaque', 'app:voicemail'],
    ],
  );
  const redirected = sip('sip:voicemail@example.com;target=sip:+15555551002%40example.com;user=phone;cause=486');
  assert.equal(redirected.parameters.get('target'), 'sip:+15555551002@example.com');
});

test('tel: URIs lose their visual separators', () => {
  assert.deepEqual(parseUri('tel:+1-(201)-555.0123;ext=7'), {
    scheme: 'tel',
    number: '+12015550123',
    parameters: new Map([['ext', '7']]),
  });
  assert.deepEqual(parseUri('tel:*98#;phone-context=example.com'), {
    scheme: 'tel',
    number: '*98#',
    parameters: new Map([['phone-context', 'example.com']]),
  });
  assert.deepEqual(parseUri('urn:service:sos'), { scheme: 'other', text: 'urn:service:sos' });
});

const MALFORMED = [
  '',
  'sip',
  'sip:',
  ':a@b',
  '1sip:a@b',
  'sip:@host',
  'sip:a@',
  'sip:a@b@c',
  'sip:a b@c',
  'sip:a@b c',
  'sip:a%4@b',
  'sip:a%zz@b',
  'sip:a%@b',
  'sip:a@b:',
  'sip:a@b:x',
  'sip:a@b:65536',
  'sip:a@b:5060x',
  'sip:a@1.2.3.400',
  'sip:a@.b',
  'sip:a@b..c',
  'sip:a@[::1',
  'sip:a@[::g]',
  'sip:a@[1:2]',
  'sip:a@b;',
  'sip:a@b;;lr',
  'sip:a@b;lr;LR',
  'sip:a@b?',
  'sip:a@b?x',
  'sip:a@b;x="y"',
  'sip:<a@b>',
  'sip:Zoë@b',
  'sip:a@b\0',
  'tel:',
  'tel:+',
  'tel:+1;',
  'tel:abcxyz',
  'http:',
  'http://a b',
  'x<y:z',
];

test('what is no URI is refused with an error of one ASCII line', () => {
  for (const text of MALFORMED) {
    assert.throws(
      () => parseUri(text),
      (error: unknown) =>
        error instanceof SipParseError && error.code === 'SIP_MALFORMED' && /^URI: [\x20-\x7e]+$/.test(error.message),
      text,
    );
  }
});

test('printing escapes what a part may not hold', () => {
  const uri: SipUri = {
    scheme: 'sip',
    user: 'a@b\r\nX: y %',
    password: 'p:/',
    host: '::1',
    port: 5060,
    parameters: new Map([['x', 'a;b=c']]),
    headers: new Map([['reason', 'SIP;cause=302']]),
  };
  assert.equal(printUri(uri), 'sip:a%40b%0D%0AX%3A%20y%20%25:p%3A%2F@[::1]:5060;x=a%3Bb%3Dc?reason=SIP%3Bcause%3D302');
  assert.deepEqual(parseUri(printUri(uri)), uri);
});

test('equality: the examples of RFC 3261 section 19.1.4', () => {
  const same: [string, string][] = [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+1-201-555-0123', 'tel:+1(201)5550123'],
    ['urn:service:sos', 'urn:service:sos'],
  ];
  const different: [string, string][] = [
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a@b', 'sip:a:p@b'],
    ['sip:1@b', 'tel:1'],
    ['urn:service:sos', 'sip:sos@b'],
  ];
  for (const [one, other] of same) {
    assert.ok(uriEquals(parseUri(one), parseUri(other)), `${one} = ${other}`);
    assert.ok(uriEquals(parseUri(other), parseUri(one)), `${other} = ${one}`);
  }
  for (const [one, other] of different) {
    assert.ok(!uriEquals(parseUri(one), parseUri(other)), `${one} != ${other}`);
    assert.ok(!uriEquals(parseUri(other), parseUri(one)), `${other} != ${one}`);
  }
});
