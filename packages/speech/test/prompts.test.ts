import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { defer, memoryLog, silentLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { decodePcmu, writeWav } from '@parley/media';
import { MemoryVoice } from '../src/engines/memory-voice.ts';
import {
  createPrompts,
  heardItems,
  type PlayablePiece,
  PromptBook,
  type PromptPiece,
  type PromptRequest,
  type PromptsOptions,
} from '../src/index.ts';

const book = await PromptBook.load(join(import.meta.dirname, '../../../prompts'), { log: silentLog });
const clock = new FakeClock();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-speech-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (options: Partial<PromptsOptions> = {}) =>
  createPrompts({ book, clock, cacheFolder: join(folder, 'cache'), ...options });

const say = (id: string, values?: Extract<PromptPiece, { kind: 'prompt' }>['values']): PromptPiece => ({
  kind: 'prompt',
  id,
  values,
});
const greeting = (name: string): PromptRequest => [
  say('greeting.system', { name: { name }, digits: { digits: '42' } }),
];

function samplesOf(pieces: readonly PlayablePiece[]): Int16Array {
  const bytes = pieces.flatMap(piece => (piece.kind === 'clip' ? [...new Uint8Array(piece.clip.audio.pcmu)] : []));
  const samples = new Int16Array(bytes.length);
  decodePcmu(Uint8Array.from(bytes), samples);
  return samples;
}

/** The pieces, which must be there at once. */
function now(pieces: readonly PlayablePiece[] | Promise<readonly PlayablePiece[]>): readonly PlayablePiece[] {
  assert.ok(!(pieces instanceof Promise), 'rendered without waiting');
  return pieces;
}

test('in the test language a request is sound at once, and the sound decodes into its text', async () => {
  const prompts = await open();
  await prompts.ready(['x-tones']);
  const request = [
    ...greeting('Ann'),
    say('greeting.unnamed', { digits: { digits: '1001' } }),
    say('record.limit', { minutes: 20 }),
    say('message.length', { length: { seconds: 65 } }),
    say('record.tone'),
  ];
  const heard = heardItems(book, 'x-tones', samplesOf(now(prompts.render(request, 'x-tones'))));
  assert.equal(heard.map(({ item }) => item).join(' '), book.textOf('x-tones', request));
});

test('fixed prompts are rendered once, before the first call, with progress; a restart renders nothing', async () => {
  const voice = new MemoryVoice(['en-US', 'fr-FR']);
  const progress: string[] = [];
  const prompts = await open({ engines: [voice] });
  await prompts.ready(['en-US', 'fr-FR'], ({ done, total }) => progress.push(`${done}/${total}`));
  const texts = voice.said.map(({ text, language }) => `${language} ${text}`);
  assert.equal(new Set(texts).size, texts.length, 'nothing twice');
  assert.ok(
    texts.includes('fr-FR Au revoir.') && texts.includes('en-US is not available.') && texts.includes('en-US four'),
  );
  assert.equal(progress[0], `0/${progress.length - 1}`);
  assert.equal(progress.at(-1), `${progress.length - 1}/${progress.length - 1}`);

  for (const id of ['goodbye', 'after.menu', 'record.tone'])
    assert.equal(now(prompts.render([say(id)], 'fr-FR')).length, 1);
  assert.equal(now(prompts.render([say('greeting.unnamed', { digits: { digits: '42' } })], 'en-US')).length, 4);
  assert.equal(voice.said.length, texts.length);

  const again = new MemoryVoice(['en-US', 'fr-FR']);
  const restarted = await open({ engines: [again] });
  await restarted.ready(['en-US', 'fr-FR']);
  assert.deepEqual(again.said, []);
  assert.equal(now(restarted.render([say('goodbye')], 'fr-FR')).length, 1);
});

test('a damaged file of the cache is rendered again, and only that', async () => {
  await (await open({ engines: [new MemoryVoice(['en-US'])] })).ready(['en-US']);
  const [file] = await readdir(join(folder, 'cache'));
  const path = join(folder, 'cache', file);
  const bytes = await readFile(path);
  bytes[100] ^= 1;
  await writeFile(path, bytes);
  const voice = new MemoryVoice(['en-US']);
  await (await open({ engines: [voice] })).ready(['en-US']);
  assert.equal(voice.said.length, 1);
});

test('another voice renders everything again', async () => {
  await (await open({ engines: [new MemoryVoice(['en-US'], 'one')] })).ready(['en-US']);
  const voice = new MemoryVoice(['en-US'], 'two');
  await (await open({ engines: [voice] })).ready(['en-US']);
  assert.ok(voice.said.length > 30);
});

test('the same prompt has the same clip with the same key, different prompts have different keys', async () => {
  const prompts = await open({ engines: [new MemoryVoice(['en-US'])] });
  await prompts.ready(['en-US', 'x-tones']);
  const clips = (id: string, language = 'en-US') =>
    now(prompts.render([say(id)], language)).flatMap(piece => (piece.kind === 'clip' ? [piece.clip] : []));
  assert.equal(clips('goodbye')[0], clips('goodbye')[0]);
  const keys = book
    .ids()
    .filter(id => !id.startsWith('greeting') && id !== 'record.limit' && id !== 'message.length')
    .map(id => clips(id)[0].key);
  assert.equal(new Set(keys).size, keys.length);
});

test('a prepared name is spoken at once; what stands around it is that of every name', async () => {
  const voice = new MemoryVoice(['en-US']);
  const prompts = await open({ engines: [voice] });
  await prompts.ready(['en-US']);
  assert.equal(await prompts.prepareName('Ann <b>Example', 'en-US'), true);
  assert.equal(voice.said.at(-1)?.text, 'Ann b Example');
  const before = voice.said.length;
  const pieces = now(prompts.render(greeting('Ann <b>Example'), 'en-US'));
  assert.equal(pieces.length, 2);
  assert.equal(voice.said.length, before);
  assert.equal(await prompts.prepareName('\u0000', 'en-US'), true, 'nothing to prepare');
  assert.equal(await prompts.prepareName('Ann', 'x-tones'), true, 'a chord for all');
});

test('a name that was not prepared is rendered once, for all who ask for it meanwhile', async () => {
  const voice = new MemoryVoice(['en-US']);
  const prompts = await open({ engines: [voice] });
  await prompts.ready(['en-US']);
  const before = voice.said.length;
  const both = await Promise.all([prompts.render(greeting('Ann'), 'en-US'), prompts.render(greeting('Ann'), 'en-US')]);
  assert.deepEqual(
    both.map(pieces => pieces.length),
    [2, 2],
  );
  assert.equal(voice.said.length, before + 1);
  assert.equal(clock.timers, 0);
});

test('a name that does not come in time is replaced by the digits, and is there the next time', async () => {
  const voice = new MemoryVoice(['en-US']);
  const log = memoryLog();
  const prompts = await open({ engines: [voice], log });
  await prompts.ready(['en-US']);
  const held = defer<void>();
  voice.hold = held.promise;
  const pieces = prompts.render(greeting('Ann'), 'en-US');
  assert.ok(pieces instanceof Promise);
  await clock.run(1499);
  let settled = false;
  void pieces.then(() => {
    settled = true;
  });
  await settle();
  assert.equal(settled, false);
  await clock.run(1);
  const expected = now(prompts.render([say('greeting.unnamed', { digits: { digits: '42' } })], 'en-US'));
  assert.deepEqual(await pieces, expected);
  assert.equal(clock.timers, 0);
  assert.deepEqual(log.lines.at(-1)?.fields, { prompt: 'greeting.system', value: 'name', language: 'en-US' });
  held.resolve();
  assert.equal((await prompts.render(greeting('Ann'), 'en-US')).length, 2);
});

test('a voice that fails is replaced by the next, and named once', async () => {
  const broken = new MemoryVoice(['en-US'], 'broken');
  broken.hold = Promise.reject(new Error('no more memory'));
  broken.hold.catch(() => undefined);
  const log = memoryLog();
  const prompts = await open({ engines: [broken, new MemoryVoice(['en-US'])], log });
  await prompts.ready(['en-US']);
  assert.equal(now(prompts.render([say('goodbye')], 'en-US')).length, 1);
  const warnings = log.lines.filter(line => line.level === 'warn');
  assert.deepEqual(
    warnings.map(line => [line.event, line.fields.voice]),
    [['voice failed', 'broken']],
  );
});

test('without any voice the tone is heard and nothing ends: prompts are silent, logged once', async () => {
  const log = memoryLog();
  const prompts = await open({ log });
  await prompts.ready(['fr-FR']);
  const pieces = now(
    prompts.render([say('record.prompt'), say('record.tone'), { kind: 'silence', millis: 100 }], 'fr-FR'),
  );
  assert.deepEqual(
    pieces.map(piece => (piece.kind === 'clip' ? piece.clip.millis : piece.kind)),
    [400, 'silence'],
  );
  assert.deepEqual(await prompts.render(greeting('Ann'), 'fr-FR'), []);
  assert.equal(log.lines.filter(line => line.level === 'error').length, 1);
  assert.equal(await prompts.prepareName('Ann', 'fr-FR'), false);
});

test('a prompt that could not be rendered is left out at once, and tried again half a minute later', async () => {
  const voice = new MemoryVoice(['en-US']);
  voice.hold = Promise.reject(new Error('starting'));
  voice.hold.catch(() => undefined);
  const prompts = await open({ engines: [voice] });
  await prompts.ready(['en-US']);
  voice.hold = undefined;
  assert.deepEqual(now(prompts.render([say('goodbye')], 'en-US')), []);
  clock.advance(30_000);
  assert.equal((await prompts.render([say('goodbye')], 'en-US')).length, 1);
  assert.equal(now(prompts.render([say('goodbye')], 'en-US')).length, 1);
  await prompts.ready(['en-US']);
  assert.equal(now(prompts.render([say('message.sent')], 'en-US')).length, 1);
});

test('an unknown prompt is nothing, logged once', async () => {
  const log = memoryLog();
  const prompts = await open({ log });
  for (let time = 0; time < 3; time++) assert.deepEqual(now(prompts.render([say('no.such.prompt')], 'en-US')), []);
  assert.deepEqual(
    log.lines.map(line => line.fields),
    [{ prompt: 'no.such.prompt' }],
  );
});

test('the caller’s own message and silences pass through untouched', async () => {
  const prompts = await open();
  const request: PromptRequest = [
    { kind: 'takes', draft: 'd', takes: [1, 2] },
    { kind: 'silence', millis: 250 },
  ];
  assert.deepEqual(now(prompts.render(request, 'en-US')), request);
});

test('a forgotten name is gone from memory and disk', async () => {
  const prompts = await open({ engines: [new MemoryVoice(['en-US', 'fr-FR'])] });
  await prompts.prepareName('Ann', 'en-US');
  await prompts.prepareName('Ann', 'fr-FR');
  assert.equal((await readdir(join(folder, 'cache'))).length, 2);
  await prompts.forgetName('Ann');
  assert.deepEqual(await readdir(join(folder, 'cache')), []);
  assert.match(prompts.describe(), /0 other clips/);
});

test('a personal greeting is read once, and again when the file changed', async () => {
  const dropped: string[] = [];
  const log = memoryLog();
  const prompts = await open({ log, onDropped: clip => dropped.push(clip.key) });
  const path = join(folder, 'greeting.wav');
  await writeFile(path, writeWav(new Int16Array(8000).fill(1000), 8000));
  const first = await prompts.recording(path);
  assert.equal(first?.millis, 1000);
  const [piece] = await prompts.render([{ kind: 'file', path }], 'en-US');
  assert.equal(piece.kind === 'clip' && piece.clip, first);
  await writeFile(path, writeWav(new Int16Array(32_000).fill(1000), 16_000));
  const second = await prompts.recording(path);
  assert.equal(second?.millis, 2000);
  assert.deepEqual(dropped, [first?.key]);
  await writeFile(path, 'ID3 this is no WAV file');
  assert.equal(await prompts.recording(path), undefined);
  assert.equal((await prompts.render([{ kind: 'file', path }, say('record.tone')], 'x-tones')).length, 1);
  assert.equal(await prompts.recording(join(folder, 'nowhere.wav')), undefined);
  assert.ok(log.lines.every(line => line.event === 'recording cannot be played'));
});

test('a recorded name is played instead of the spoken one, and the spoken one when the recording is gone', async () => {
  const prompts = await open({ engines: [new MemoryVoice(['en-US'])] });
  await prompts.ready(['en-US']);
  const recording = join(folder, 'ann.wav');
  await writeFile(recording, writeWav(new Int16Array(4000).fill(1000), 8000));
  const request = [say('greeting.system', { name: { name: 'Ann', recording } })];
  const millis = (pieces: readonly PlayablePiece[]) =>
    pieces.map(piece => (piece.kind === 'clip' ? Math.round(piece.clip.millis) : 0));
  const [recorded] = millis(await prompts.render(request, 'en-US'));
  assert.equal(recorded, 500);
  await rm(recording);
  const [spoken] = millis(await prompts.render(request, 'en-US'));
  assert.ok(spoken > 100 && spoken < 150, `${spoken} ms for three letters`);
});

/** A language folder whose recordings are of telling lengths: `millis` by file. */
async function bookWith(recordings: Readonly<Record<string, number>>): Promise<PromptBook> {
  const prompts = join(folder, 'prompts');
  await cp(join(import.meta.dirname, '../../../prompts'), prompts, { recursive: true });
  await mkdir(join(prompts, 'en-US/digits'), { recursive: true });
  for (const [file, millis] of Object.entries(recordings))
    await writeFile(join(prompts, 'en-US', file), writeWav(new Int16Array(millis * 8).fill(1000), 8000));
  return PromptBook.load(prompts, { log: silentLog });
}

const lengths = (pieces: readonly PlayablePiece[]) =>
  pieces.map(piece => (piece.kind === 'clip' ? Math.round(piece.clip.millis) : 0));

test('recordings in the folder of a language replace the voice, digits and texts between values included', async () => {
  const recorded = await bookWith({
    'goodbye.wav': 111,
    'greeting.unnamed.1.wav': 222,
    'greeting.unnamed.2.wav': 333,
    'digits/4.wav': 44,
    'digits/2.wav': 22,
    'record.limit.one.1.wav': 55,
    'record.tone.wav': 66,
  });
  // No voice at all: what is heard are the recordings.
  const prompts = await open({ book: recorded });
  await prompts.ready(['en-US']);
  const heard = (...request: PromptPiece[]) => lengths(now(prompts.render(request, 'en-US')));
  assert.deepEqual(heard(say('goodbye')), [111]);
  assert.deepEqual(heard(say('greeting.unnamed', { digits: { digits: '427' } })), [222, 44, 22, 333]);
  assert.deepEqual(heard(say('record.tone')), [66]);
  const limit = await prompts.render([say('record.limit', { minutes: 1 })], 'en-US');
  assert.deepEqual(lengths(limit), []);
});

test('a recording that cannot be played is replaced by the voice', async () => {
  const recorded = await bookWith({ 'goodbye.wav': 111 });
  await writeFile(join(folder, 'prompts/en-US/goodbye.wav'), 'no sound');
  const voice = new MemoryVoice(['en-US']);
  const prompts = await open({ book: recorded, engines: [voice] });
  await prompts.ready(['en-US']);
  assert.ok(voice.said.some(({ text }) => text === 'Goodbye.'));
  assert.equal(now(prompts.render([say('goodbye')], 'en-US')).length, 1);
});
