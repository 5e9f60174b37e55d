import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { PromptBook } from '../src/index.ts';

const book = await PromptBook.load(join(import.meta.dirname, '../../../prompts'), { log: silentLog });

/** Values that show numbers, genders, durations and a name at their most telling. */
const VALUES = {
  name: { name: 'Ann Example' },
  digits: { digits: '4271' },
  count: 21,
  minutes: 21,
  length: { seconds: 61 },
} as const;

/** Every prompt of a language as a line `id: text`, as the files in golden/ hold them. */
function allTexts(language: string): string {
  const lines = book.ids().map(id => `${id}: ${book.textOf(language, [{ kind: 'prompt', id, values: VALUES }])}`);
  return `${lines.join('\n')}\n`;
}

for (const language of ['en-US', 'fr-FR', 'x-tones'])
  test(`what is said in ${language} is what was agreed (golden/${language}.txt)`, () => {
    assert.equal(allTexts(language), readFileSync(join(import.meta.dirname, 'golden', `${language}.txt`), 'utf8'));
  });

test('no language that is delivered lacks anything', () => {
  assert.deepEqual(book.missing(), []);
  assert.deepEqual(book.problems(), []);
  assert.deepEqual(book.languages(), ['en-US', 'fr-FR', 'x-tones']);
});

test('one is singular, in both languages', () => {
  const limit = (language: string, minutes: number) =>
    book.textOf(language, [{ kind: 'prompt', id: 'record.limit', values: { minutes } }]);
  assert.equal(limit('en-US', 1), 'You can record for one minute.');
  assert.equal(limit('fr-FR', 1), "Votre message peut durer jusqu'à une minute.");
  assert.equal(limit('fr-FR', 0), "Votre message peut durer jusqu'à zéro minute.");
  assert.equal(limit('en-US', 0), 'You can record for zero minutes.');
});

test('a whole request as text', () => {
  const request = [
    { kind: 'prompt', id: 'greeting.system', values: VALUES },
    { kind: 'silence', millis: 300 },
    { kind: 'file', path: '/var/greetings/ann.wav' },
    { kind: 'takes', draft: 'x', takes: [1] },
    { kind: 'prompt', id: 'record.tone' },
  ] as const;
  assert.equal(book.textOf('en-US', request), 'Ann Example is not available. [recording] [message] [tone]');
  assert.equal(book.textOf('x-tones', request), 'greeting.system value.name [recording] [message] record.tone');
});
