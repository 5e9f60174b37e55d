import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TracedMessage } from '@parley/admin/client';
import { askOn } from '../cli/consent.ts';
import { cleanJson, cleanLine } from './clean.ts';
import { ladder } from './ladder.ts';
import { width } from './table.ts';

test('what a terminal obeys, or what turns the writing round, is a blank', () => {
  assert.equal(cleanLine('a\u001b[31mb\u202ec\u200bd\u2028e\u0085f'), 'a [31mb c d e f');
});

test('JSON for programs has nothing that a terminal obeys, and stays the same JSON', () => {
  const value = { text: 'a\u007fb\u009bc\u2028d\u202ee\u{e0001}f\u001bg' };
  const written = cleanJson(value);
  assert.deepEqual(JSON.parse(written), value);
  assert.doesNotMatch(written, /[\u007f-\u009f\u2028\u2029\p{Cf}]/u);
  assert.ok(!written.includes('\u001b'));
});

test('columns: a combining mark has none, East Asian characters and emoji two', () => {
  assert.deepEqual(['abc', 'e\u0301', '日本', '😀'].map(width), [3, 1, 4, 2]);
});

test('a ladder tells what came again, and how much is left out', () => {
  const message: TracedMessage = {
    atMillis: 0,
    direction: 'in',
    summary: 'INVITE sip:1001@parley.test',
    retransmission: false,
    peer: 'udp 127.0.0.1:5060',
    head: '',
    remarks: [],
    media: [],
  };
  const again = { ...message, atMillis: 500, retransmission: true };
  const shown = ladder({ ladder: [message, again], leftOut: { before: 1, count: 7 } });
  const [, first = '', left = '', second = ''] = shown.split('\n');
  assert.doesNotMatch(first, /again/);
  assert.match(left, /\.\.\. left out: 7 \.\.\./);
  assert.match(second, /0\.500 {2}\|--- INVITE sip:1001@parley\.test \(again\) -+>\|/);
});

test('a question goes on until the answer is one', async () => {
  for (const [typed, meant, times] of [
    [['l'], 'none', 1],
    [['A'], 'all', 1],
    [[''], 'yes', 1],
    [['what', 'NO '], 'no', 2],
  ] as const) {
    const answers = [...typed];
    let asked = 0;
    const question = async () => {
      asked++;
      return answers.shift() ?? '';
    };
    assert.equal(await askOn({ question }, 'Sure?', new AbortController().signal), meant);
    assert.equal(asked, times);
  }
});
