import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDataFolder } from './data-folder.ts';

const root = await mkdtemp(join(tmpdir(), 'parley-data-'));
after(() => rm(root, { recursive: true }));

test('a folder is made, held by one process, and free again after release', async () => {
  const folder = await openDataFolder(join(root, 'a/b'));
  await assert.rejects(openDataFolder(join(root, 'a/b')), { code: 'DATA_LOCKED' });
  assert.equal(folder.at('spool'), join(root, 'a/b/spool'));
  assert.equal(folder.at('/srv/mail'), '/srv/mail');
  await folder.release();
  await (await openDataFolder(join(root, 'a/b'))).release();
  assert.deepEqual(await readdir(join(root, 'a/b')), ['version']);
});

test('the lock of a process that is gone, or whose number was given out anew, does not hold', async () => {
  await (await openDataFolder(join(root, 'c'))).release();
  for (const stale of ['999999999 5\n', `${process.pid} 5\n`]) {
    await writeFile(join(root, 'c/lock'), stale);
    await (await openDataFolder(join(root, 'c'))).release();
  }
});

test('a folder of a newer version and one that cannot be written are refused with what to do', async () => {
  await (await openDataFolder(join(root, 'd'))).release();
  await writeFile(join(root, 'd/version'), '99\n');
  await assert.rejects(openDataFolder(join(root, 'd')), {
    code: 'DATA_NEWER',
    message: /newer version of Parley \(format 99/,
  });
  await writeFile(join(root, 'file'), '');
  for (const path of ['file', 'file/x', 'file/x/y'])
    await assert.rejects(openDataFolder(join(root, path)), { code: 'DATA_UNWRITABLE' });
});

test('where nothing can be made it is said at once', { timeout: 5000 }, async () => {
  // Below /proc Node's own recursive mkdir turns for ever.
  await assert.rejects(openDataFolder('/proc/parley/data'), {
    code: 'DATA_UNWRITABLE',
    message: /data folder \/proc\/parley\/data cannot be written/,
  });
});

test('folders that are made on the way are for this user alone', async () => {
  await (await openDataFolder(join(root, 'made/on/way'))).release();
  for (const path of ['made', 'made/on', 'made/on/way'])
    assert.equal((await stat(join(root, path))).mode & 0o777, 0o700, path);
});

test('a version that a power cut left empty is written again, one that nobody understands is refused', async () => {
  await (await openDataFolder(join(root, 'e'))).release();
  await writeFile(join(root, 'e/version'), '');
  await (await openDataFolder(join(root, 'e'))).release();
  assert.match(await readFile(join(root, 'e/version'), 'utf8'), /^\d+\n$/);
  await writeFile(join(root, 'e/version'), 'something else');
  await assert.rejects(openDataFolder(join(root, 'e')), { code: 'DATA_NEWER' });
});
