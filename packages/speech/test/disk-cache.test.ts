import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { memoryLog, seeded, silentLog } from '@parley/base';
import { hashOf } from '../src/sound/clip.ts';
import { DiskCache } from '../src/sound/disk-cache.ts';

const KEY = hashOf('a');
const SAMPLES = Int16Array.from({ length: 500 }, (_, i) => i * 60 - 15_000);
/** Bytes of a file with those samples: 44 of header. */
const BYTES = 1044;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (limitBytes = 1e6, log = silentLog) => DiskCache.open(folder, { limitBytes, log });
const file = (key = KEY) => join(folder, `${key}.clip`);

test('what was put is there again, after a restart too, for its owner only', async () => {
  const cache = await open();
  assert.equal(await cache.get(KEY), undefined);
  await cache.put(KEY, SAMPLES);
  assert.deepEqual(await cache.get(KEY), SAMPLES);
  const again = await open();
  assert.deepEqual(await again.get(KEY), SAMPLES);
  assert.deepEqual(again.figures(), { files: 1, bytes: BYTES });
  assert.equal((await stat(file())).mode & 0o777, 0o600);
});

test('a file damaged anywhere is removed, named in the log and not believed', async () => {
  const random = seeded(11);
  for (let run = 0; run < 50; run++) {
    const log = memoryLog();
    const cache = await open(1e6, log);
    await cache.put(KEY, SAMPLES);
    const bytes = await readFile(file());
    if (run % 2 === 0) await truncate(file(), Math.floor(random() * BYTES));
    else {
      bytes[Math.floor(random() * BYTES)] ^= 1 + Math.floor(random() * 255);
      await writeFile(file(), bytes);
    }
    assert.equal(await cache.get(KEY), undefined, `seed 11, run ${run}`);
    assert.equal(log.lines.length, 1);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(cache.figures(), { files: 0, bytes: 0 });
  }
});

test('what an earlier process left half written is removed, what is not ours is left alone', async () => {
  await writeFile(join(folder, `${KEY}.4711-0.tmp`), 'half');
  await writeFile(join(folder, 'README'), 'not ours');
  await open();
  assert.deepEqual(await readdir(folder), ['README']);
});

test('the folder stays below its limit: what was not used for longest goes first', async () => {
  const keys = ['a', 'b', 'c', 'd', 'e'].map(name => hashOf(name));
  const first = await open(10 * BYTES);
  for (const [i, key] of keys.entries()) {
    await first.put(key, SAMPLES);
    await utimes(file(key), 1000 + i, 1000 + i);
  }
  const cache = await open(5 * BYTES);
  await cache.get(keys[0]);
  await cache.put(hashOf('f'), SAMPLES);
  assert.ok(cache.figures().bytes <= 5 * BYTES);
  assert.ok(await cache.get(keys[0]), 'used a moment ago');
  assert.equal(await cache.get(keys[1]), undefined);
  assert.ok(await cache.get(hashOf('f')));
  // The use is remembered over a restart.
  const smaller = await open(2 * BYTES);
  assert.equal(await smaller.get(keys[4]), undefined);
  await cache.put(hashOf('too large'), new Int16Array(5 * BYTES));
  assert.equal(await cache.get(hashOf('too large')), undefined);
});

test('a folder that cannot be used costs one line in the log and nothing else', async () => {
  const log = memoryLog();
  await writeFile(join(folder, 'file'), '');
  const cache = await DiskCache.open(join(folder, 'file', 'cache'), { limitBytes: 1e6, log });
  await cache.put(KEY, SAMPLES);
  await cache.put(hashOf('b'), SAMPLES);
  assert.equal(await cache.get(KEY), undefined);
  assert.equal(log.lines.length, 1);
});

test('a file that vanished or cannot be read is rendered again', async () => {
  const cache = await open();
  await cache.put(KEY, SAMPLES);
  await rm(file());
  assert.equal(await cache.get(KEY), undefined);
  await cache.put(KEY, SAMPLES);
  assert.deepEqual(await cache.get(KEY), SAMPLES);
  await cache.remove(KEY);
  assert.deepEqual(await readdir(folder), []);
  await chmod(folder, 0o700);
});
