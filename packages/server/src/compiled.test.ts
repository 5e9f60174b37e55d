import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compiledFolder, isOwn } from './compiled.ts';

test('what is compiled is kept in the cache of whoever runs it', () => {
  assert.equal(compiledFolder({ HOME: '/home/ann' }), '/home/ann/.cache/parley/compiled');
  assert.equal(
    compiledFolder({ HOME: '/home/ann', XDG_CACHE_HOME: '/var/cache/ann' }),
    '/var/cache/ann/parley/compiled',
  );
  assert.equal(compiledFolder({ XDG_CACHE_HOME: 'relative' }), undefined);
  assert.equal(compiledFolder({}), undefined);
});

test('code is not loaded from a folder of somebody else, or that others may write to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-compiled-'));
  const user = process.getuid!();
  assert.equal(isOwn(folder, user), true);
  assert.equal(isOwn(folder, user + 1), false);
  chmodSync(folder, 0o777);
  assert.equal(isOwn(folder, user), false);
  rmSync(folder, { recursive: true });
});
