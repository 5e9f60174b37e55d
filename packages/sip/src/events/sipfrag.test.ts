import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SipParseError } from '../message/index.ts';
import { parseStatusFragment, printStatusFragment } from './sipfrag.ts';

const parsed = (text: string) => parseStatusFragment(Buffer.from(text));

test('a status line, with and without what may follow it', () => {
  assert.deepEqual(parsed('SIP/2.0 100 Trying'), { status: 100, reason: 'Trying' });
  assert.deepEqual(parsed('SIP/2.0 200 OK\r\n'), { status: 200, reason: 'OK' });
  assert.deepEqual(parsed('SIP/2.0 603 \r\nFrom: <sip:a@b>\r\n\r\nbody'), { status: 603, reason: '' });
  assert.deepEqual(parsed('sip/2.0 486 Busy Here\n'), { status: 486, reason: 'Busy Here' });
  assert.deepEqual(parsed('SIP/2.0 503'), { status: 503, reason: '' });
});

test('what is no status line is refused', () => {
  for (const text of [
    '',
    '\r\n',
    'INVITE sip:a@b SIP/2.0',
    'SIP/2.0 99 x',
    'SIP/2.0 700 x',
    'SIP/3.0 200 OK',
    'SIP/2.0',
    'From: <sip:a@b>',
  ])
    assert.throws(() => parsed(text), SipParseError, text);
  assert.throws(() => parsed(`SIP/2.0 200 ${'x'.repeat(512)}`), /first line/);
  assert.throws(
    () => parsed(`SIP/2.0 200 OK\r\n${'x'.repeat(9000)}`),
    (error: SipParseError) => error.status === 413,
  );
});

test('a fragment is printed with its type, and a reason cannot leave its line', () => {
  const { type, content } = printStatusFragment(180);
  assert.deepEqual([type, Buffer.from(content).toString()], ['message/sipfrag;version=2.0', 'SIP/2.0 180 Ringing\r\n']);
  assert.deepEqual(parseStatusFragment(printStatusFragment(486, 'a\r\nVia: b').content).status, 486);
  assert.ok(!Buffer.from(printStatusFragment(486, 'a\r\nVia: b').content).includes('\nVia'));
});

test('any bytes are read or refused', () => {
  const start = fc.constantFrom('', 'SIP/2.0 ', 'SIP/2.0 200', 'SIP/2.0 200 OK\r\n');
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 64 }), (before, bytes) => {
      try {
        const { status } = parseStatusFragment(Buffer.concat([Buffer.from(before), bytes]));
        assert.ok(status >= 100 && status <= 699);
      } catch (thrown) {
        if (!(thrown instanceof SipParseError)) throw thrown;
      }
    }),
    { seed: 3420, numRuns: 2000 },
  );
});
