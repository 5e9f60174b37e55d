import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { SIP_BUDGETS } from './budgets.ts';
import { StreamFramer } from './framer.ts';
import { SipParseError } from './sip-parse-error.ts';

function message(body: string, subject = 'x'): Buffer {
  return Buffer.from(
    `INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nSubject: ${subject}\r\nl: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Everything that comes out when a stream arrives in these pieces. */
function framed(framer: StreamFramer, pieces: Iterable<Uint8Array>): string[] {
  const out: string[] = [];
  for (const piece of pieces) {
    framer.push(piece);
    for (let item = framer.next(); item !== undefined; item = framer.next())
      out.push(typeof item === 'string' ? item : Buffer.from(item).toString());
  }
  return out;
}

function* inPieces(bytes: Buffer, size: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const next = at + size();
    yield Buffer.from(bytes.subarray(at, next));
    at = next;
  }
}

test('messages come out whole however the stream is cut', () => {
  const messages = ['', 'hello', '\r\n\r\nSIP/2.0', 'ö'.repeat(3000), ''].map(body => message(body));
  const stream = Buffer.concat(messages);
  const expected = messages.map(String);
  for (const size of [1, 2, 3, 7, 64, 1460, stream.length]) {
    assert.deepEqual(
      framed(
        new StreamFramer(),
        inPieces(stream, () => size),
      ),
      expected,
      `pieces of ${size}`,
    );
  }
  const random = seeded(4711);
  for (let round = 0; round < 50; round++) {
    assert.deepEqual(
      framed(
        new StreamFramer(),
        inPieces(stream, () => 1 + Math.floor(random() * 200)),
      ),
      expected,
    );
  }
});

test('a message that was handed out is not changed by what comes later', () => {
  const framer = new StreamFramer();
  const [first, second] = [message('first'), message('second')];
  framer.push(first.subarray(0, 10));
  framer.push(Buffer.concat([first.subarray(10), second.subarray(0, 20)]));
  const out = framer.next();
  framer.push(second.subarray(20));
  framer.push(message('third'));
  assert.equal(Buffer.from(out as Uint8Array).toString(), first.toString());
  assert.equal(Buffer.from(framer.next() as Uint8Array).toString(), second.toString());
});

test('a double CRLF is a keep-alive, a single one before a message is ignored, in any pieces', () => {
  const stream = Buffer.concat([
    Buffer.from('\r\n\r\n'),
    message('a'),
    Buffer.from('\r\n'),
    message('b'),
    Buffer.from('\r\n\r\n\r\n\r\n\r\n'),
    message('c'),
  ]);
  const expected = [
    'keep-alive',
    message('a').toString(),
    message('b').toString(),
    'keep-alive',
    'keep-alive',
    message('c').toString(),
  ];
  for (const size of [1, 2, 3, 5, stream.length])
    assert.deepEqual(
      framed(
        new StreamFramer(),
        inPieces(stream, () => size),
      ),
      expected,
      `pieces of ${size}`,
    );
});

test('errors end the stream and can be answered', () => {
  const small = { ...SIP_BUDGETS, maxMessage: 300, maxBody: 100 };
  const head = 'INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n';
  const cases: [string, number, string | undefined][] = [
    [`${head}\r\n`, 400, 'INFO'],
    [`${head}l: 1\r\nContent-Length: 1\r\n\r\nx`, 400, 'INFO'],
    [`${head}l: -5\r\n\r\n`, 400, 'INFO'],
    [`${head}l: 101\r\n\r\n`, 413, 'INFO'],
    [`${head}Subject: ${'x'.repeat(190)}\r\nl: 99\r\n\r\n`, 513, 'INFO'],
    [`${head}${'x'.repeat(400)}`, 513, 'INFO'],
    ['x'.repeat(301), 513, undefined],
    [`${'\0'.repeat(100)}\r\n\r\n`, 400, undefined],
  ];
  for (const [text, status, method] of cases) {
    const framer = new StreamFramer(small);
    framer.push(Buffer.from(text));
    const isExpected = (error: unknown) =>
      error instanceof SipParseError && error.status === status && error.partial?.method === method;
    assert.throws(() => framer.next(), isExpected, text);
    framer.push(message('fine'));
    assert.throws(() => framer.next(), isExpected);
  }
});

test('pending tells what a slow sender owes', () => {
  const framer = new StreamFramer();
  framer.push(message('hello').subarray(0, 30));
  assert.equal(framer.next(), undefined);
  assert.equal(framer.pending, 30);
});

test('a head with too many fields is told as that, though its Content-Length is among those that were not read', () => {
  const framer = new StreamFramer({ ...SIP_BUDGETS, maxHeaders: 20 });
  const many = Array.from({ length: 20 }, (_, n) => `X-${n}: 1\r\n`).join('');
  framer.push(Buffer.from(`OPTIONS sip:a SIP/2.0\r\n${many}Content-Length: 0\r\n\r\n`));
  assert.throws(() => framer.next(), { status: 513, message: /more than 20 header fields/ });
});
