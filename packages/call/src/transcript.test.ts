import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePrompt, describeRecording, soundOf } from './transcript.ts';

test('every piece of a prompt that can be heard is a line', () => {
  const lines = describePrompt([
    {
      kind: 'prompt',
      id: 'greeting.system',
      values: { name: { name: 'Ann (Lee)', recording: '/n.wav' }, digits: { digits: '1001' }, count: 3, word: 'x' },
    },
    { kind: 'silence', millis: 500 },
    { kind: 'file', path: '/var/greetings/ann.wav' },
    { kind: 'takes', draft: 'd', takes: [1] },
    { kind: 'takes', draft: 'd', takes: [1, 2] },
  ]);
  assert.deepEqual(lines, [
    'plays greeting.system(name=Ann (Lee), digits=1001, count=3, word=x)',
    'plays file ann.wav',
    'plays take 1',
    'plays takes 1, 2',
  ]);
  assert.deepEqual([...lines, 'hears 1'].map(soundOf), [
    'plays greeting.system',
    'plays file',
    'plays take 1',
    'plays takes 1, 2',
    'hears 1',
  ]);
});

test('a recording says how long and by what it ended', () => {
  const recorded = { millis: 12_040, soundMillis: 9000 };
  for (const [endedBy, line] of [
    [{ endedBy: 'key', key: '#' }, 'records 12.0 s, ended by #'],
    [{ endedBy: 'silence' }, 'records 12.0 s, ended by silence'],
    [{ endedBy: 'max' }, 'records 12.0 s, ended by its limit'],
    [{ endedBy: 'hang-up' }, 'records 12.0 s, ended by hang-up'],
    [{ endedBy: 'failed' }, 'records 12.0 s, and the spool failed'],
  ] as const)
    assert.equal(describeRecording({ ...recorded, ...endedBy }), line);
});
