import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cursor } from '../src/message/cursor.ts';
import { SIP_BUDGETS, StreamFramer } from '../src/message/index.ts';
import { layoutOf } from '../src/message/layout.ts';
import { readNameAddress } from '../src/message/name-address.ts';
import { readReasons } from '../src/message/reason.ts';
import { SipParseError } from '../src/message/sip-parse-error.ts';
import { readUri } from '../src/message/uri.ts';
import { readVia } from '../src/message/via.ts';

/** Steps a character that a value parser may take; each character is looked at by a handful of readers. */
const STEPS = 8;
const SIZES = [100, 1_000, 10_000, 60_000];

const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  commas: n => `<sip:a@b>${','.repeat(n)}`,
  quotes: n => '"'.repeat(n),
  'quoted pairs': n => `"${'\\"'.repeat(n / 2)}`,
  'an open quoted string': n => `"${'a'.repeat(n)}`,
  parameters: n => `<sip:a@b>${Array.from({ length: n / 8 }, (_, at) => `;p${at}`).join('')}`,
  'URI parameters': n => `sip:a@b${Array.from({ length: n / 8 }, (_, at) => `;p${at}=%41`).join('')}`,
  'embedded headers': n => `sip:a@b?${Array.from({ length: n / 4 }, () => 'a=b').join('&')}`,
  'open brackets': n => '<'.repeat(n),
  'bracketed parameters, nested': n => `<sip:a@b;${'x=<'.repeat(n / 3)}`,
  'user characters without @': n => `sip:${';'.repeat(n)}`,
  'a password without @': n => `sip:a:${'&'.repeat(n)}`,
  escapes: n => `sip:${'%41'.repeat(n / 3)}@b`,
  'plus signs in a scheme': n => `a${'+'.repeat(n)}:`,
  'an IPv6 address': n => `sip:a@[${'1:'.repeat(n / 2)}]`,
  'a display name': n => 'token '.repeat(n / 6),
  'a display name and an address': n => `${'token '.repeat(n / 6)}<sip:a@b>`,
  blanks: n => `sip:a@b${' \t'.repeat(n / 2)};`,
  digits: n => `sip:a@b:${'9'.repeat(n)}`,
  'separators of a telephone number': n => `tel:+1${'-.'.repeat(n / 2)}`,
  'slashes and blanks': n => `SIP${' '.repeat(n / 2)}/${' '.repeat(n / 2)}`,
  'Via parameters': n => `SIP/2.0/UDP h${Array.from({ length: n / 8 }, (_, at) => `;p${at}="x"`).join('')}`,
  reasons: n => 'SIP;cause=1,'.repeat(n / 12),
};

const READERS: Readonly<Record<string, (cursor: Cursor) => unknown>> = {
  URI: readUri,
  'name-addr': readNameAddress,
  Via: readVia,
  Reason: readReasons,
};

for (const [name, read] of Object.entries(READERS)) {
  test(`${name}: at most ${STEPS} steps a character, whatever the shape`, () => {
    for (const [shape, make] of Object.entries(SHAPES)) {
      for (const size of SIZES) {
        const cursor = new Cursor(make(size), name);
        try {
          read(cursor);
        } catch (thrown) {
          assert.ok(thrown instanceof SipParseError, String(thrown));
        }
        assert.ok(cursor.steps <= STEPS * (cursor.text.length + 10), `${shape} of ${size}: ${cursor.steps} steps`);
      }
    }
  });
}

/** Counts how often octets are read. */
function counting(bytes: Buffer): { bytes: Uint8Array; reads: () => number } {
  let reads = 0;
  const proxy = new Proxy<Uint8Array>(bytes, {
    get(target, key) {
      if (typeof key === 'string' && key !== 'length') reads++;
      return Reflect.get(target, key, target);
    },
  });
  return { bytes: proxy, reads: () => reads };
}

const HEADS: Readonly<Record<string, (n: number) => string>> = {
  folds: n => `Subject: x${'\r\n y'.repeat(n / 4)}\r\n\r\n`,
  'empty folds': n => `Subject: x${'\r\n '.repeat(n / 3)}\r\n\r\n`,
  'many fields': n => `${'a:b\r\n'.repeat(n / 5)}\r\n`,
  'many Vias': n => `${'v: SIP/2.0/UDP h\r\n'.repeat(n / 18)}\r\n`,
  'no colons': n => `${'abc\r\n'.repeat(n / 5)}\r\n`,
  'one long name': n => 'a'.repeat(n),
  'blanks before the colon': n => `a${' '.repeat(n)}: b\r\n\r\n`,
  'blanks after the colon': n => `a:${' '.repeat(n)}\r\n\r\n`,
  'empty lines first': n => '\r\n'.repeat(n / 2),
  'CR alone': n => '\r'.repeat(n),
  'LF alone': n => '\n'.repeat(n),
  NULs: n => '\0'.repeat(n),
};

test('the head of a message: each octet is read at most 8 times', () => {
  const budgets = { ...SIP_BUDGETS, maxLine: 1e9, maxHeaders: 1e9 };
  for (const [shape, make] of Object.entries(HEADS)) {
    for (const size of SIZES) {
      const { bytes, reads } = counting(Buffer.from(`INVITE sip:a@b SIP/2.0\r\n${make(size)}`));
      layoutOf(bytes, budgets);
      assert.ok(reads() <= 8 * bytes.length, `${shape} of ${size}: ${reads()} reads for ${bytes.length} octets`);
    }
  }
});

test('a stream octet by octet: at most 12 steps an octet', () => {
  for (const make of [
    (n: number) => '\r\n\r\n'.repeat(n / 4),
    (n: number) => `X: ${'a'.repeat(n)}`,
    (n: number) => `X\r\nl: ${n}\r\n\r\n${'\r\n'.repeat(n / 2)}`,
  ]) {
    for (const size of [1_000, 10_000, 60_000]) {
      const framer = new StreamFramer();
      const stream = Buffer.from(make(size));
      for (let at = 0; at < stream.length; at++) {
        framer.push(stream.subarray(at, at + 1));
        while (framer.next() !== undefined);
      }
      assert.ok(framer.work <= 12 * stream.length, `${framer.work} steps for ${stream.length} octets`);
    }
  }
});
