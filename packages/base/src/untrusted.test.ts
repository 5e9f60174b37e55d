import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked, plainText } from './untrusted.ts';

test('line breaks, NUL, bidirectional and zero-width marks do not survive', () => {
  assert.equal(plainText('Zoë\r\nBcc: all@example.com\u0000'), 'Zoë Bcc: all@example.com');
  assert.equal(plainText('\u202Egnp.exe\u2066\u200B'), 'gnp.exe');
  assert.equal(plainText('  a \t b  '), 'a b');
});

test('a name is cut at 128 characters, not in the middle of one', () => {
  assert.equal([...plainText('😀'.repeat(500))].length, 128);
  assert.equal(plainText('x'.repeat(1_000_000)).length, 128);
});

test('numbers are masked but can still be told apart', () => {
  assert.equal(masked('+15550100'), '+15****00');
  assert.equal(masked('1001'), '****');
});
