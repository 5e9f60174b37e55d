import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug } from '@parley/base';
import { buildRequest, buildResponse } from './build.ts';
import type { RawHeader, SipRequest } from './message.ts';
import { parseMessage } from './parse.ts';
import { printMessage, reasonPhrase } from './print.ts';
import { replaceTopVia } from './replace-top-via.ts';

const HEADERS: RawHeader[] = [
  ['v', 'SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2'],
  ['Via', 'SIP/2.0/UDP c;branch=z9hG4bK3'],
  ['f', '"Ann" <sip:a@b>;tag=1'],
  ['To', 'sip:c@d'],
  ['i', 'x@y'],
  ['CSeq', '1 INVITE'],
  ['Record-Route', '<sip:p1;lr>, <sip:p2;lr>'],
  ['Timestamp', '54'],
  ['Subject', 'not copied'],
];

function invite(headers = HEADERS): SipRequest {
  return buildRequest({ method: 'INVITE', uri: 'sip:c@d', headers });
}

test('a built request prints, parses and is the same', () => {
  const body = Buffer.from('v=0\r\n');
  const request = buildRequest({
    method: 'INVITE',
    uri: 'sip:c@d',
    headers: [['Content-Length', '99'], ...HEADERS],
    body,
  });
  const again = parseMessage(printMessage(request));
  assert.deepEqual(again.headers, request.headers);
  assert.deepEqual(again.headers.at(-1), ['Content-Length', '5']);
  assert.deepEqual(Buffer.from(again.body), body);
  assert.deepEqual(
    request.vias.map(via => via.host),
    ['a', 'b', 'c'],
  );
});

test('a response copies what RFC 3261 section 8.2.6 says', () => {
  const ok = buildResponse(invite(), {
    status: 200,
    toTag: 't1',
    headers: [['Contact', '<sip:us@h>']],
    body: Buffer.from('x'),
  });
  assert.equal(
    printMessage(ok).toString(),
    [
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2',
      'Via: SIP/2.0/UDP c;branch=z9hG4bK3',
      'From: "Ann" <sip:a@b>;tag=1',
      'To: sip:c@d;tag=t1',
      'Call-ID: x@y',
      'CSeq: 1 INVITE',
      'Record-Route: <sip:p1;lr>, <sip:p2;lr>',
      'Contact: <sip:us@h>',
      'Content-Length: 1',
      '',
      'x',
    ].join('\r\n'),
  );
});

test('100 has the Timestamp and no tag of ours; failures have no route', () => {
  const trying = buildResponse(invite(), { status: 100, toTag: 't1' });
  assert.deepEqual(
    [trying.header('to'), trying.header('timestamp'), trying.header('record-route')],
    ['sip:c@d', '54', undefined],
  );
  const busy = buildResponse(invite(), { status: 486, toTag: 't1' });
  assert.deepEqual(
    [busy.reason, busy.to.parameters.get('tag'), busy.header('record-route')],
    ['Busy Here', 't1', undefined],
  );
});

test('a tag that is there stays, a To that cannot be read is echoed', () => {
  const withTo = (to: string) =>
    buildResponse(invite(HEADERS.map(([n, v]) => (n === 'To' ? [n, to] : [n, v]))), {
      status: 400,
      toTag: 't1',
    }).header('to');
  assert.equal(withTo('<sip:c@d>;tag=theirs'), '<sip:c@d>;tag=theirs');
  assert.equal(withTo('"open <sip:c@d>'), '"open <sip:c@d>');
});

test('nothing breaks out of its line', () => {
  const print = (header: RawHeader, parts = { method: 'INFO', uri: 'sip:a@b' }) =>
    printMessage(buildRequest({ ...parts, headers: [header] }));
  for (const value of ['a\r\nX: y', 'a\n', '\r', 'a\0b'])
    assert.throws(() => print(['Subject', value]), Bug, JSON.stringify(value));
  for (const name of ['', 'a b', 'a:', 'a\r\n', 'ä']) assert.throws(() => print([name, 'x']), Bug, name);
  assert.throws(() => print(['a', 'b'], { method: 'IN FO', uri: 'sip:a@b' }), Bug);
  assert.throws(() => print(['a', 'b'], { method: 'INFO', uri: 'sip:a@b SIP/2.0\r\nX: y' }), Bug);
  assert.throws(() => printMessage(buildResponse(invite(), { status: 99 })), Bug);
  assert.throws(() => printMessage(buildResponse(invite(), { status: 200, headers: [['X', 'a\r\nb']] })), Bug);
  assert.equal(print(['Subject', '"\\\0"']).includes('"\\\0"'), true);
});

test('a reason phrase made of an error text stays a phrase', () => {
  assert.equal(reasonPhrase('Contact: expected \'<\', \r\n"found" Zoë'), "Contact: expected ' ',    found  Zoë");
  assert.equal(buildResponse(invite(), { status: 400, reason: 'a\r\nX: b' }).reason, 'a  X: b');
});

test('the topmost Via is replaced alone, in whatever line it stands', () => {
  const request = invite();
  const [top] = request.vias;
  const changed = replaceTopVia(request, {
    ...top,
    parameters: new Map([...top.parameters, ['received', '192.0.2.9']]),
  });
  assert.deepEqual(changed.values('via'), [
    'SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.9',
    'SIP/2.0/UDP b;branch=z9hG4bK2',
    'SIP/2.0/UDP c;branch=z9hG4bK3',
  ]);
  assert.equal(request.vias[0].parameters.has('received'), false);
});

test('what the copy with another Via says is what it says when it is printed and parsed', () => {
  const read = invite();
  const [, second] = [read.from.parameters, read.vias[1]];
  for (const request of [invite(), read]) {
    const copy = replaceTopVia(request, {
      ...request.vias[0],
      branch: 'z9hG4bK9',
      parameters: new Map([['branch', 'z9hG4bK9']]),
    });
    const again = parseMessage(printMessage(copy));
    assert.equal(again.kind, 'request');
    for (const fact of ['vias', 'from', 'to', 'callId', 'cseq', 'contacts', 'recordRoute', 'route', 'body'] as const)
      assert.deepEqual(copy[fact], again[fact], fact);
    assert.deepEqual(copy.headers, again.headers);
    assert.deepEqual(copy.vias[1], second);
  }
});
