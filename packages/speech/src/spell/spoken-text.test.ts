import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONGEST_DIGITS, LONGEST_SPOKEN, spokenDigits, spokenText } from './spoken-text.ts';

test('names are spoken as they are written', () => {
  for (const name of ['Ann Example', "Seán O'Brien", 'Zoë Müller-Lüdenscheidt', 'Dr. Ng, Wai', '王小明', 'Room 42'])
    assert.equal(spokenText(name), name);
});

test('markup loses its signs and is spoken as words', () => {
  assert.equal(spokenText('<speak><break time="10s"/>Ann</speak>'), 'speak break time 10s Ann speak');
  assert.equal(spokenText('[[h@lOU]] &amp; {ps}'), 'h lOU amp ps');
  assert.equal(spokenText('a\u0000\r\n\u202eb\u200b'), 'a b');
  assert.equal(spokenText('<>&[]\u0007'), '');
});

test('text without end is cut', () => {
  assert.equal([...spokenText('x'.repeat(1e6))].length, LONGEST_SPOKEN);
  assert.equal(spokenDigits('7'.repeat(1e6)).length, LONGEST_DIGITS);
});

test('only keys of a telephone are digits', () => {
  assert.deepEqual(spokenDigits('+33 (0)1-*#x'), ['+', '3', '3', '0', '1', '*', '#']);
});
