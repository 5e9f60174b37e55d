import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mailStoreContract } from '../contract.ts';
import { MaildirStore } from './maildir.ts';

const roots: string[] = [];
after(() => Promise.all(roots.map(root => rm(root, { recursive: true }))));

async function open() {
  const root = await mkdtemp(join(tmpdir(), 'parley-maildir-'));
  roots.push(root);
  const store = new MaildirStore({ root, mode: 0o640 });
  const messages = async (mailbox: string) => {
    const folder = store.folderOf(mailbox);
    const names = await readdir(join(folder, 'new')).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return Promise.all(names.map(name => readFile(join(folder, 'new', name))));
  };
  return { store, messages, root };
}

mailStoreContract('maildir', open);

const ann = { messageId: '01KA@parley.test', mailbox: 'ann@parley.test', raw: Buffer.from('x'), repeated: false };

test('nothing stays in tmp, files and folders have the configured mode', async () => {
  const { store } = await open();
  const { outcome, path } = (await store.deliver(ann)) as { outcome: string; path: string };
  assert.equal(outcome, 'delivered');
  assert.deepEqual(await readdir(join(store.folderOf(ann.mailbox), 'tmp')), []);
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.equal((await stat(store.folderOf(ann.mailbox))).mode & 0o777, 0o750);
});

test('a message that the owner has read or filed is not delivered a second time', async () => {
  const { store, messages } = await open();
  const first = await store.deliver(ann);
  assert.ok(first.outcome === 'delivered');
  const folder = store.folderOf(ann.mailbox);
  await rename(first.path, join(folder, 'cur', `${first.path.split('/').at(-1)},S=1:2,S`));
  const read = await store.deliver({ ...ann, repeated: true });
  assert.ok(read.outcome === 'delivered' && read.path.endsWith(',S=1:2,S'));
  await mkdir(join(folder, '.Kept', 'cur'), { recursive: true });
  await rename(read.path, join(folder, '.Kept', 'cur', `${first.path.split('/').at(-1)}:2,F`));
  const filed = await store.deliver({ ...ann, repeated: true });
  assert.ok(filed.outcome === 'delivered' && filed.path.includes('/.Kept/cur/'));
  assert.equal((await messages(ann.mailbox)).length, 0);
});

test('a half-written file that a crash left in tmp does not stand in the way', async () => {
  const { store, messages } = await open();
  const done = await store.deliver(ann);
  assert.ok(done.outcome === 'delivered');
  await rm(done.path);
  await writeFile(
    join(store.folderOf(ann.mailbox), 'tmp', `${done.path.split('/').at(-1)}.${hostname()}.${process.pid}.2`),
    'torn and longer',
  );
  await store.deliver(ann);
  assert.deepEqual((await messages(ann.mailbox)).map(String), ['x']);
});

test('a place where nothing can be written defers, says where, and works again when it is mended', async () => {
  const { root } = await open();
  await writeFile(join(root, 'parley.test'), 'a file where the folder should be');
  const store = new MaildirStore({ root, mode: 0o600 });
  const deferred = await store.deliver(ann);
  assert.equal(deferred.outcome, 'deferred');
  assert.match(deferred.outcome === 'deferred' ? deferred.why : '', /parley\.test/);
  await rm(join(root, 'parley.test'));
  assert.equal((await store.deliver(ann)).outcome, 'delivered');
  await chmod(root, 0o700);
});

test('a delivery that fails leaves nothing behind: tries of days must not fill the disk', async () => {
  const { store } = await open();
  const folder = store.folderOf(ann.mailbox);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'new'), 'not a folder');
  for (let attempt = 0; attempt < 3; attempt++) assert.equal((await store.deliver(ann)).outcome, 'deferred');
  assert.deepEqual(await readdir(join(folder, 'tmp')), []);
});

test('a folder that a crash left without its owner gets it at the next delivery', {
  skip: process.getuid?.() !== 0 && 'only root may give files away',
}, async () => {
  const { root } = await open();
  const store = new MaildirStore({ root, mode: 0o600, owner: { uid: 12_345, gid: 12_345 } });
  const folder = store.folderOf(ann.mailbox);
  await mkdir(join(folder, 'new'), { recursive: true, mode: 0o700 });
  assert.equal((await store.deliver(ann)).outcome, 'delivered');
  for (const each of [folder, join(folder, 'new'), join(folder, 'tmp')]) assert.equal((await stat(each)).uid, 12_345);
});
