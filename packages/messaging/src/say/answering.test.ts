import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePrompt } from '@parley/call';
import { say } from './index.ts';

test('a recorded greeting goes before a spoken name, a name before digits', () => {
  const whose = { name: 'Ann Lee', digits: '1001' };
  assert.deepEqual(describePrompt(say.greeting({ ...whose, greetingFile: '/g/ann.wav' })), ['plays file ann.wav']);
  assert.deepEqual(describePrompt(say.greeting(whose)), ['plays greeting.system(name=Ann Lee, digits=1001)']);
  assert.deepEqual(describePrompt(say.greeting({ name: '', digits: '1001' })), ['plays greeting.unnamed(digits=1001)']);
});

test('a recorded name travels along with the text of the name', () => {
  assert.deepEqual(say.greeting({ name: 'Ann Lee', nameFile: '/n/ann.wav', digits: '1001' }), [
    {
      kind: 'prompt',
      id: 'greeting.system',
      values: { name: { name: 'Ann Lee', recording: '/n/ann.wav' }, digits: { digits: '1001' } },
    },
  ]);
});
