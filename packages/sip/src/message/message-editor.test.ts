import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { MessageEditor } from './message-editor.ts';
import { parseMessage } from './parse.ts';
import { printMessage } from './print.ts';

const text = (message: SipMessage) => printMessage(message).toString('latin1');
const request = (...lines: readonly string[]) =>
  parseMessage(Buffer.from(`\r\nINVITE sip:b@x SIP/2.0\r\n${lines.join('\r\n')}\r\n\r\nbody`, 'latin1')) as SipRequest;

const ODD = [
  'v:   SIP/2.0/UDP  a ;branch=z9hG4bKa , SIP/2.0/UDP b;branch=z9hG4bKb',
  'X-Odd:first',
  '  folded\tonce',
  'sUBJECT : caf\xe9  \xff',
  'Route: <sip:r1;lr>,<sip:r2;lr> , "a, b" <sip:r3;lr>',
  'x-odd:  second',
  'Content-Length: 4',
];

test('what is not changed keeps its octets: spelling, blanks, folding, bytes that are no UTF-8, order, body', () => {
  const editor = new MessageEditor(request(...ODD));
  assert.equal(text(editor.request('sip:c@y')), `INVITE sip:c@y SIP/2.0\r\n${ODD.join('\r\n')}\r\n\r\nbody`);
});

test('a value is put before, taken from the front or the end, written in its place', () => {
  const editor = new MessageEditor(request(...ODD));
  editor.first(['Via', 'SIP/2.0/UDP me;branch=z9hG4bKm'], ['Record-Route', '<sip:me;lr>']);
  editor.setFirstValue('route', undefined);
  editor.removeLastValue('Route');
  editor.set('x-odd', 'one');
  editor.remove('subject');
  editor.last(['Max-Forwards', '70']);
  assert.deepEqual(text(editor.request()).split('\r\n').slice(1, -1), [
    'Via: SIP/2.0/UDP me;branch=z9hG4bKm',
    'Record-Route: <sip:me;lr>',
    ODD[0],
    'x-odd: one',
    'Route: <sip:r2;lr>',
    'Content-Length: 4',
    'Max-Forwards: 70',
    '',
  ]);
});

test('changes of a changed message keep the octets of the first one; its accessors see them', () => {
  const once = new MessageEditor(request(...ODD));
  once.setFirstValue('via', 'SIP/2.0/UDP a;branch=z9hG4bKa;received=10.0.0.1');
  const twice = new MessageEditor(once.request());
  twice.first(['Via', 'SIP/2.0/TCP me;branch=z9hG4bKm']);
  const made = twice.request();
  assert.deepEqual(
    made.vias.map(({ host }) => host),
    ['me', 'a', 'b'],
  );
  assert.equal(made.vias[1].parameters.get('received'), '10.0.0.1');
  assert.ok(text(made).includes(`\r\n${ODD.slice(1, 4).join('\r\n')}\r\n`));
});

test('the only value takes its field with it; a missing Content-Length is added', () => {
  const editor = new MessageEditor(request('Route: <sip:r1;lr>', 'A: b'));
  editor.removeLastValue('route');
  assert.equal(text(editor.request()), 'INVITE sip:b@x SIP/2.0\r\nA: b\r\nContent-Length: 4\r\n\r\nbody');
});

test('a response keeps its status line until it gets another status', () => {
  const bytes = Buffer.from('\r\nSIP/2.0 503 Dienst \xfcberlastet\r\nVia: a\r\nRetry-After: 5\r\n\r\n', 'latin1');
  const response = parseMessage(bytes) as SipResponse;
  assert.ok(text(new MessageEditor(response).response()).startsWith('SIP/2.0 503 Dienst \xfcberlastet\r\nVia: a\r\n'));
  const other = new MessageEditor(response);
  other.remove('Retry-After');
  assert.equal(
    text(other.response(500, 'Server Internal Error')),
    'SIP/2.0 500 Server Internal Error\r\nVia: a\r\nContent-Length: 0\r\n\r\n',
  );
});
