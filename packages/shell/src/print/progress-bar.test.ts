import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressBar, progressLine } from './progress-bar.ts';

test('a bar grows with what is done', () => {
  assert.equal(progressLine({ step: 'making', done: 0, of: 100_000 }), `making [${'-'.repeat(30)}] 0 % 0 of 100,000`);
  const third = `making [${'#'.repeat(10)}${'-'.repeat(20)}] 33 % 33,333 of 100,000`;
  assert.equal(progressLine({ step: 'making', done: 33_333, of: 100_000 }), third);
  assert.equal(progressLine({ step: 'making', done: 7, of: 5 }), `making [${'#'.repeat(30)}] 100 % 7 of 5`);
  assert.equal(progressLine({ step: 'reading', done: 12_000 }), 'reading 12,000');
});

test('it is drawn over itself, once for each change, and leaves an empty line', () => {
  const drawn: string[] = [];
  const bar = new ProgressBar(text => drawn.push(text));
  bar.show({ step: 'reading', done: 10_000 });
  bar.show({ step: 'reading', done: 10_000 });
  bar.show({ step: 'on', done: 1 });
  bar.end();
  bar.end();
  assert.deepEqual(drawn, ['\rreading 10,000', `\ron 1          `, '\r    \r']);
});
