import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock } from '@parley/base';
import { chord, writeWav } from '@parley/media';
import { createPrompts, PromptBook } from '@parley/speech';
import { readMusic } from '../src/house/music.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const PROMPTS = fileURLToPath(new URL('../../../prompts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'parley-music-'));
after(() => rm(folder, { recursive: true }));

const wav = join(folder, 'music.wav');
const broken = join(folder, 'broken.wav');
await writeFile(wav, writeWav(chord([440], 500), 8000));
await writeFile(broken, 'RIFF but no music');

test('music is read once at the start, and can be played then', async () => {
  const prompts = await createPrompts({ book: await PromptBook.load(PROMPTS, { log: silentLog }), clock: systemClock });
  const music = await readMusic(wav, prompts);
  const pieces = await prompts.render(
    music.map(() => ({ kind: 'file', path: wav }) as const),
    'en-US',
  );
  assert.deepEqual(
    pieces.map(({ kind }) => kind),
    ['clip'],
  );
  assert.deepEqual(await readMusic(undefined, prompts), []);
  await assert.rejects(readMusic(join(folder, 'none.wav'), prompts), { code: 'CONFIG_INVALID', message: /ENOENT/ });
  await prompts.close();
});

test('a file that is no music keeps the server from starting, with one line that says which key and why', async () => {
  const config = join(folder, 'parley.yaml');
  await writeFile(
    config,
    [
      'sip: { listen: ["udp:127.0.0.1:0"] }',
      'rtp: { address: 127.0.0.1, threads: 1 }',
      'http: { port: 0 }',
      `speech: { engine: none, music: ${broken} }`,
      'log: { level: error }',
    ].join('\n'),
  );
  const child = spawn(process.execPath, [MAIN, 'serve', '--data', join(folder, 'data'), '--config', config]);
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(code, 2, errors);
  assert.match(errors, /^parley: speech\.music: cannot play .*broken\.wav: .+\n$/);
});
