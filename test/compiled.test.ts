import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { testFolder } from './peers/parley.ts';

const BIN = join(import.meta.dirname, '../bin/parley.js');

/** Runs a command whose user has that cache and that home. */
function parley(environment: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const { NODE_COMPILE_CACHE: _, XDG_CACHE_HOME: __, HOME: ___, ...others } = process.env;
  const env = { ...others, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));

/** A home, and the folder in it where what is compiled is kept. */
function homeOf(t: TestContext) {
  const home = testFolder(t, 0o700);
  return { home, kept: join(home, '.cache/parley/compiled') };
}

const expected = parley({ NODE_DISABLE_COMPILE_CACHE: '1' }, 'status', '--help');

test('what is compiled is kept in the cache of whoever runs it, for him alone; broken or stale it only costs time', t => {
  const { home, kept } = homeOf(t);
  assert.equal(expected.status, 0, expected.stderr);
  assert.deepEqual(parley({ HOME: home }, 'status', '--help'), expected);
  assert.equal(statSync(kept).mode & 0o777, 0o700);
  const files = filesIn(kept);
  assert.ok(files.length > 10, `${files.length} files are kept`);
  // TypeScript is kept without its types, from the first file on: taking them out costs as much as all the rest.
  const afterwards = parley({ HOME: home, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }, 'status', '--help');
  assert.equal(afterwards.status, 0);
  assert.match(afterwards.stderr, /StrippedTypeScript[^\n]*server\/src\/main\.ts[^\n]*success/);

  for (const [i, file] of files.entries()) writeFileSync(file, i % 2 === 0 ? 'broken' : '');
  assert.deepEqual(parley({ HOME: home }, 'status', '--help'), expected);
});

test('the cache is where XDG_CACHE_HOME says; a relative one means nothing', t => {
  const { home, kept } = homeOf(t);
  const cache = testFolder(t, 0o700);
  parley({ HOME: home, XDG_CACHE_HOME: cache }, 'status', '--help');
  assert.ok(filesIn(join(cache, 'parley/compiled')).length > 0);
  assert.equal(existsSync(kept), false);
  parley({ HOME: home, XDG_CACHE_HOME: 'relative' }, 'status', '--help');
  assert.ok(filesIn(kept).length > 0);
});

test('code is not loaded from a folder that others may write to, nor from where a link leads', t => {
  const { home, kept } = homeOf(t);
  mkdirSync(kept, { recursive: true });
  chmodSync(kept, 0o777);
  assert.deepEqual(parley({ HOME: home }, 'status', '--help'), expected);
  assert.deepEqual(filesIn(kept), []);

  const other = homeOf(t);
  const elsewhere = testFolder(t, 0o700);
  mkdirSync(join(other.kept, '..'), { recursive: true });
  symlinkSync(elsewhere, other.kept);
  assert.deepEqual(parley({ HOME: other.home }, 'status', '--help'), expected);
  assert.deepEqual(filesIn(elsewhere), []);
});

test('without a home, or with one that is none, commands run all the same', t => {
  const file = join(testFolder(t), 'file');
  writeFileSync(file, '');
  assert.deepEqual(parley({}, 'status', '--help'), expected);
  assert.deepEqual(parley({ HOME: file }, 'status', '--help'), expected);
});

test('a server keeps nothing', t => {
  const { home, kept } = homeOf(t);
  assert.equal(parley({ HOME: home }, 'serve', '--help').status, 0);
  assert.equal(existsSync(kept), false);
});
