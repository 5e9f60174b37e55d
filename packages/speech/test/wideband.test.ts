import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { chord, decodePcmu, G722Decoder, tonePower, writeWav } from '@parley/media';
import { type Clip, createPrompts, PromptBook, type SpeechEngine } from '../src/index.ts';

const book = await PromptBook.load(join(import.meta.dirname, '../../../prompts'), { log: silentLog });
const clock = new FakeClock();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-speech-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A voice whose every word is 1000 and 5500 Hz together. */
class Whistler implements SpeechEngine {
  readonly name = 'whistler';
  readonly languages = ['en-US'];
  asked = 0;

  async speak() {
    this.asked += 1;
    return { rate: 22_050, samples: chord([1000, 5500], 600, { rate: 22_050 }) };
  }

  async close() {}
}

async function saying(voice: Whistler, wideband: boolean): Promise<Clip> {
  const prompts = await createPrompts({ book, engines: [voice], cacheFolder: join(folder, 'cache'), clock, wideband });
  const pieces = await prompts.render([{ kind: 'prompt', id: 'record.prompt' }], 'en-US');
  await prompts.close();
  const [piece] = pieces;
  assert.ok(piece?.kind === 'clip');
  return piece.clip;
}

function wide({ audio }: Clip): Int16Array {
  assert.ok(audio.g722);
  const samples = new Int16Array(2 * audio.g722.byteLength);
  new G722Decoder().decode(new Uint8Array(audio.g722), samples);
  return samples;
}

function narrow({ audio }: Clip): Int16Array {
  const samples = new Int16Array(audio.pcmu.byteLength);
  decodePcmu(new Uint8Array(audio.pcmu), samples);
  return samples;
}

const level = (samples: Int16Array, hertz: number, rate: number) =>
  10 * Math.log10(tonePower(samples, hertz, { rate, offset: rate / 5, length: rate / 5 }) / 32767 ** 2);

test('a voice is heard in its whole band by a wideband caller, as loud as by any other', async () => {
  const clip = await saying(new Whistler(), true);
  assert.equal(clip.audio.g722?.byteLength, clip.audio.pcmu.byteLength);
  const above = level(wide(clip), 5500, 16_000) - level(wide(clip), 1000, 16_000);
  assert.ok(Math.abs(above) < 1, `${above} dB`);
  const change = level(narrow(clip), 1000, 8000) - level(wide(clip), 1000, 16_000);
  assert.ok(Math.abs(change) < 1, `${change} dB`);
  // 5.5 kHz must not come back as 2.5 kHz.
  assert.ok(level(narrow(clip), 2500, 8000) < -60);
});

test('without wideband callers there is nothing of it', async () => {
  const clip = await saying(new Whistler(), false);
  assert.equal(clip.audio.g722, undefined);
});

test('what was rendered at one rate is never taken for the other, and each only rendered once', async () => {
  const voice = new Whistler();
  const lengths: number[] = [];
  for (const wideband of [false, true, false, true]) lengths.push((await saying(voice, wideband)).millis);
  assert.equal(voice.asked, 2);
  assert.equal((await readdir(join(folder, 'cache'))).length, 2);
  assert.ok(
    lengths.every(millis => Math.abs(millis - lengths[0]) < 1),
    lengths.join(),
  );
});

test('a greeting of 16 kHz is heard as such, one of 8 kHz and an odd length too', async () => {
  const prompts = await createPrompts({ book, clock, wideband: true });
  const greeting = async (name: string, samples: Int16Array, rate: number) => {
    const path = join(folder, name);
    await writeFile(path, writeWav(samples, rate));
    const clip = await prompts.recording(path);
    assert.ok(clip);
    return clip;
  };
  const clip = await greeting('wide.wav', chord([1000, 5500], 2500, { rate: 16_000 }).subarray(1), 16_000);
  const above = level(wide(clip), 5500, 16_000) - level(wide(clip), 1000, 16_000);
  assert.ok(Math.abs(above) < 1, `${above} dB`);
  const old = await greeting('narrow.wav', chord([1000], 2500).subarray(1), 8000);
  assert.ok(Math.abs(level(wide(old), 1000, 16_000) - level(narrow(old), 1000, 8000)) < 1);
  assert.equal(wide(old).length, 2 * narrow(old).length);
});
