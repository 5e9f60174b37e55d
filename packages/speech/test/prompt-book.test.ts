import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { codeOf, memoryLog, silentLog } from '@parley/base';
import { PromptBook, type PromptPiece } from '../src/index.ts';

const PROMPTS = join(import.meta.dirname, '../../../prompts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-prompts-'));
  await cp(PROMPTS, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function addLanguage(tag: string, yaml: string): Promise<void> {
  await mkdir(join(folder, tag), { recursive: true });
  await writeFile(join(folder, tag, 'prompts.yaml'), yaml);
}

const load = (log = memoryLog()) => PromptBook.load(folder, { log });
const say = (id: string, values?: Extract<PromptPiece, { kind: 'prompt' }>['values']): PromptPiece => ({
  kind: 'prompt',
  id,
  values,
});

test('a language is a folder: what it has it says, what it lacks is named and comes from the next', async () => {
  await addLanguage(
    'de-DE',
    'name: Deutsch\nprompts:\n  goodbye: Auf Wiederhören.\n  digit.1: eins\n  greeting.unnamed: Anschluss {digits}.',
  );
  const log = memoryLog();
  const book = await load(log);
  assert.ok(book.languages().includes('de-DE'));
  assert.equal(book.nameOf('de-DE'), 'Deutsch');
  assert.equal(book.textOf('de-DE', [say('goodbye')]), 'Auf Wiederhören.');
  assert.equal(book.textOf('de-DE', [say('message.sent')]), 'Your message has been sent.');
  assert.equal(
    book.textOf('de-DE', [say('greeting.unnamed', { digits: { digits: '121' } })]),
    'Anschluss eins two eins.',
  );
  assert.equal(
    book.textOf('de-DE', [say('message.length', { length: { seconds: 2 } })]),
    'Your message is two seconds long.',
  );

  const missing = book.missing();
  assert.deepEqual(
    missing.find(({ id }) => id === 'digit.2'),
    { language: 'de-DE', id: 'digit.2', replacedFrom: 'en-US' },
  );
  assert.ok(missing.some(({ id }) => id === 'numbers'));
  assert.ok(!missing.some(({ id }) => id === 'goodbye' || id === 'digit.1'));
  const logged = log.lines.filter(line => line.event === 'prompt missing in a language').map(line => line.fields);
  assert.deepEqual(logged, missing);
});

test('each replaced part is spoken by the voice of the language that it comes from', async () => {
  await addLanguage('de-DE', 'prompts:\n  greeting.unnamed: Anschluss {digits}.\n  digit.1: eins');
  const book = await load();
  const parts = book.compose('de-DE', { kind: 'prompt', id: 'greeting.unnamed', values: { digits: { digits: '12' } } });
  assert.deepEqual(
    parts.map(part => part.kind === 'words' && `${part.language}: ${part.text.trim()}`),
    ['de-DE: Anschluss', 'de-DE: eins', 'en-US: two', 'de-DE: .'],
  );
});

test('the chain of the specification: fr-CA says what fr-FR says, a language that is not there what en-US says', async () => {
  const book = await load();
  assert.equal(book.textOf('fr-CA', [say('goodbye')]), 'Au revoir.');
  assert.equal(book.textOf('ko-KR', [say('goodbye')]), 'Goodbye.');
  await addLanguage('fr-CA', 'prompts:\n  goodbye: Bonjour.');
  await addLanguage('fr-FR', 'numbers: fr\nprompts:\n  message.sent: Envoyé.');
  const swapped = await load();
  assert.equal(swapped.textOf('fr-CA', [say('message.sent')]), 'Envoyé.');
  assert.equal(swapped.textOf('fr-FR', [say('goodbye')]), 'Bonjour.');
  assert.equal(swapped.textOf('fr-FR', [say('message.erased')]), 'Your message has been erased.');
});

test('a folder may name its own chain', async () => {
  await addLanguage('it-CH', 'fallback: [fr-FR]\nprompts: {}');
  assert.equal((await load()).textOf('it-CH', [say('goodbye')]), 'Au revoir.');
});

test('a prompt that is written wrongly is named with the reason, and replaced', async () => {
  const wrong = {
    unclosed: "'You have {count'",
    unopened: "'count}'",
    oddName: "'{the count}'",
    oddGender: "'{count:neuter}'",
    empty: "''",
    list: '[one, two]',
    oddField: '{ text: x, voice: y }',
    noOther: '{ one: x }',
    nothingToCount: '{ one: x, other: y }',
    oddInstead: '{ text: x, instead: 7 }',
    loudTone: '{ tone: { hertz: 99999, millis: 400 } }',
    'not an id': 'x',
  };
  const lines = Object.entries(wrong).map(([id, entry]) => `  ${id}: ${entry}`);
  await addLanguage('de-DE', `prompts:\n  goodbye: '{'\n${lines.join('\n')}`);
  const log = memoryLog();
  const book = await load(log);
  assert.deepEqual(
    book.problems().map(problem => problem.id),
    ['goodbye', ...Object.keys(wrong)],
  );
  assert.ok(book.problems().every(problem => problem.language === 'de-DE' && problem.reason.length > 5));
  assert.equal(log.lines.filter(line => line.event === 'prompt is written wrongly').length, book.problems().length);
  assert.equal(book.textOf('de-DE', [say('goodbye')]), 'Goodbye.');
});

test('a language whose file cannot be used is left out and named; en-US has to be there', async () => {
  await addLanguage('de-DE', 'prompts: [');
  await addLanguage('it-IT', '- x');
  await addLanguage('es-ES', 'numbers: es');
  await addLanguage('nl-NL', 'fallback: en-US');
  await mkdir(join(folder, 'da-DK'));
  await addLanguage('my language', 'prompts: {}');
  const log = memoryLog();
  const book = await load(log);
  assert.deepEqual(book.languages(), ['en-US', 'fr-FR', 'x-tones']);
  const leftOut = log.lines.filter(line => line.event === 'language left out').map(line => line.fields.language);
  assert.deepEqual(leftOut, ['da-DK', 'de-DE', 'es-ES', 'it-IT', 'my language', 'nl-NL']);

  await addLanguage('en-US', 'prompts: [');
  await assert.rejects(load(), error => codeOf(error) === 'PROMPTS_INVALID');
  await addLanguage('en-US', 'prompts: {}');
  await assert.rejects(load(), /no language en-US with "numbers"/);
  await rm(join(folder, 'en-US'), { recursive: true });
  await assert.rejects(load(), error => codeOf(error) === 'PROMPTS_INVALID');
  await assert.rejects(PromptBook.load('/nowhere', { log: silentLog }), error => codeOf(error) === 'PROMPTS_INVALID');
});

test('a value that is missing or cannot be spoken brings the prompt that stands instead', async () => {
  const book = await load();
  const greet = (values: Extract<PromptPiece, { kind: 'prompt' }>['values']) =>
    book.textOf('en-US', [say('greeting.system', values)]);
  const digits = { digits: '42' };
  assert.equal(greet({ name: { name: 'Ann' }, digits }), 'Ann is not available.');
  assert.equal(greet({ digits }), 'The person at extension four two is not available.');
  assert.equal(greet({ name: { name: '<>\u202e' }, digits }), 'The person at extension four two is not available.');
  assert.equal(
    greet({ name: { name: '' }, digits: { digits: 'ann' } }),
    'The person you have called is not available.',
  );
  assert.equal(greet({}), 'The person you have called is not available.');
});

test('prompts that stand for one another in a circle end', async () => {
  await addLanguage('de-DE', "prompts:\n  a: { text: 'A {x}', instead: b }\n  b: { text: 'B {x}', instead: a }");
  assert.equal((await load()).textOf('de-DE', [say('a')]), 'A');
});

test('an unknown prompt is nothing', async () => {
  const book = await load();
  assert.equal(book.textOf('en-US', [say('no.such.prompt')]), '');
  assert.equal(book.knows('no.such.prompt'), false);
});

test('a test language without a chord for a prompt is found', async () => {
  await addLanguage('x-tones', 'chords: [goodbye, digit.0]');
  const missing = (await load()).missing().filter(({ language }) => language === 'x-tones');
  assert.ok(missing.some(({ id }) => id === 'message.sent'));
  assert.ok(missing.some(({ id }) => id === 'value.name'));
  assert.ok(!missing.some(({ id }) => id === 'goodbye'));
  await addLanguage('x-tones', 'chords: [goodbye, goodbye]');
  assert.deepEqual((await load()).languages(), ['en-US', 'fr-FR']);
});
