import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cursor } from './cursor.ts';
import { readHost } from './host.ts';
import { SipParseError } from './sip-parse-error.ts';

/** The host, or undefined when it is refused. */
function hostOf(text: string): string | undefined {
  try {
    return readHost(new Cursor(text, 'host'));
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined;
    throw thrown;
  }
}

test('numbers with dots between them are a host when node:net takes them for an IPv4 address', () => {
  const number = fc.oneof(
    fc.nat(300).map(String),
    fc.constantFrom('00', '01', '000', '255', '256', '1000', '9'.repeat(400)),
  );
  fc.assert(
    fc.property(fc.array(number, { minLength: 2, maxLength: 6 }), numbers => {
      const text = numbers.join('.');
      assert.equal(hostOf(text), isIPv4(text) ? text : undefined);
    }),
    { numRuns: 2_000, seed: 4 },
  );
});

test('names are read as they were meant: in lower case, no empty label but after the last dot', () => {
  assert.equal(hostOf('Example.COM'), 'example.com');
  assert.equal(hostOf('example.com.'), 'example.com.');
  assert.equal(hostOf('10.0.0.1.'), '10.0.0.1.');
  assert.equal(hostOf('3f2a9c'), '3f2a9c');
  assert.equal(hostOf('4711'), '4711');
  assert.equal(hostOf('a.1b'), 'a.1b');
  assert.equal(hostOf('a.1'), undefined);
  assert.equal(hostOf('.example.com'), undefined);
  assert.equal(hostOf('example..com'), undefined);
});
