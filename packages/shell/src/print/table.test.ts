import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanJson, moment } from './clean.ts';
import { pairs, table, width } from './table.ts';

test('columns line up, numbers stand right, wide and combining characters count as a terminal counts them', () => {
  const rows = [
    ['ann', 7],
    ['李小龍', 1234],
    ['e\u0301ve', 12],
  ];
  const lines = table(['name', 'calls'], rows).split('\n');
  assert.deepEqual(lines, ['name    calls', '------  -----', 'ann         7', '李小龍   1234', 'éve        12', '']);
  assert.equal(width('📞'), 2);
});

test('no rows are said', () => {
  assert.equal(table(['name'], []), '(none)\n');
});

test('a cell is one line without anything that a terminal obeys', () => {
  const hostile = '\u001b[31mred\u001b[0m\r\nParley: sent\u009b2J\u2028\u202egnp\u200b';
  assert.equal(table(['x'], [[hostile]]).split('\n').length, 4);
  assert.doesNotMatch(table(['x'], [[hostile]]) + pairs([[hostile, hostile]]), /[^\P{Cc}\n]|[\p{Cf}\p{Zl}]/u);
  const json = cleanJson({ hostile, emoji: '👩‍💻' });
  assert.doesNotMatch(json, /[^\P{Cc}\n]|[\p{Cf}\p{Zl}]/u);
  assert.deepEqual(JSON.parse(json), { hostile, emoji: '👩‍💻' });
});

test('a moment that is none prints nothing', () => {
  assert.equal(moment(Date.UTC(2026, 0, 5, 9)), '2026-01-05 09:00:00Z');
  assert.equal(moment(1e300), '');
});
