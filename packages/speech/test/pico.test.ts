import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { codeOf } from '@parley/base';
import { voiceContract } from '../src/engines/contract.ts';
import { findPico, PicoVoice } from '../src/engines/pico.ts';

/** Stands in for pico2wave: checks its arguments as that does, writes a tone of 60 ms a character and what it was given. */
const FAKE = `#!${process.execPath}
const fs = require('node:fs');
const [language, wave, dashes, text, ...more] = process.argv.slice(2);
if (!language.startsWith('--lang=') || !wave.startsWith('--wave=') || dashes !== '--' || more.length > 0) process.exit(2);
if (text.includes('hang')) setInterval(() => {}, 1000);
else {
  const samples = Int16Array.from({ length: text.length * 960 }, (_, i) => 6000 * Math.sin(i / 4));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0); header.writeUInt32LE(36 + samples.byteLength, 4); header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22); header.writeUInt32LE(16000, 24);
  header.writeUInt32LE(32000, 28); header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34); header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  fs.writeFileSync(wave.slice(7), Buffer.concat([header, Buffer.from(samples.buffer)]));
  fs.writeFileSync(__dirname + '/last', text);
}
`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-pico-test-'));
  await writeFile(join(folder, 'pico2wave'), FAKE);
  await chmod(join(folder, 'pico2wave'), 0o755);
});
after(() => rm(folder, { recursive: true }));

const open = (requestMillis?: number) => new PicoVoice({ program: join(folder, 'pico2wave'), requestMillis });

voiceContract({
  name: 'pico (a stand-in)',
  open: () => open(),
  sentences: { 'en-US': 'one two three', 'fr-FR': 'un deux' },
  speaks: false,
});

test('the text is one argument, never an option and never markup', async () => {
  await open().speak('--wave=/tmp/x <speed level="500">fast & loud', 'en-US');
  assert.equal(await readFile(join(folder, 'last'), 'utf8'), ' --wave=/tmp/x  speed level="500" fast   loud');
});

test('a hanging program is ended', async () => {
  await assert.rejects(open(200).speak('hang', 'en-US'), error => codeOf(error) === 'VOICE_FAILED');
});

test('it is found on the path, or not', async () => {
  assert.equal(await findPico(`/nowhere:${folder}`), join(folder, 'pico2wave'));
  assert.equal(await findPico('/nowhere'), undefined);
  assert.equal(await findPico(''), undefined);
});
