import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { CrashDisk } from '../src/disk/crash-disk.ts';
import type { SpoolItem } from '../src/index.ts';
import { Spool } from '../src/index.ts';
import type { WriterEvent } from '../src/protocol.ts';
import { SpoolWriter } from '../src/writer/index.ts';
import { Ledger } from './ledger.ts';
import { FOLDER, openSpool, openWriter, SMALL } from './scenario.ts';

test('a worker dies while the server lives: its calls come as interrupted, nothing comes twice, its successor works', async () => {
  const disk = new CrashDisk();
  disk.put('/data/there', Buffer.alloc(0));
  const clock = new FakeClock();
  const heard: SpoolItem[] = [];
  const spool = await Spool.open({
    disk,
    folder: FOLDER,
    fallback: '/data/other',
    node: 'n1',
    clock,
    log: silentLog,
    onItem: item => heard.push(item),
  });
  const ledger = new Ledger();
  const lost: WriterEvent[] = [];
  let dying = false;
  const writer = new SpoolWriter({
    disk,
    folder: FOLDER,
    node: 'n1',
    worker: 'w1',
    clock,
    log: silentLog,
    limits: { ...SMALL, reserveBytes: 0 },
    onEvent: event => (dying ? lost.push(event) : spool.heard(event)),
  });
  const sent = await ledger.begin(writer);
  sent.versions.push(ledger.speak(writer, sent, { number: 1, role: 'replace', millis: 1100 }));
  await ledger.accept(writer, sent);
  const gone = await ledger.begin(writer);
  gone.versions.push(ledger.speak(writer, gone, { number: 1, role: 'replace', millis: 1300 }));
  await ledger.accept(writer, gone);
  await ledger.deliver(spool, gone.id);
  const open = await ledger.begin(writer);
  open.versions.push(ledger.speak(writer, open, { number: 1, role: 'replace', millis: 1500, open: true }));
  await writer.flush();
  open.durable = open.versions[0].length;
  dying = true;
  const unheard = await ledger.begin(writer);
  unheard.versions.push(ledger.speak(writer, unheard, { number: 1, role: 'replace', millis: 1600 }));
  await ledger.accept(writer, unheard, 'seal');

  await spool.recoverWriter('w1');
  await ledger.check(spool);
  assert.deepEqual(heard.map(item => item.id).sort(), [sent.id, gone.id, open.id, unheard.id].sort());
  assert.equal(spool.show(open.id)?.interrupted, true);
  await spool.recoverWriter('w1');
  for (const event of lost) spool.heard(event);
  assert.equal(heard.length, 4, 'neither a second recovery nor events that come late make it come twice');

  const successor = openWriter(disk, spool, { clock, worker: 'w2' });
  const next = await ledger.begin(successor);
  next.versions.push(ledger.speak(successor, next, { number: 1, role: 'replace', millis: 1000 }));
  await ledger.accept(successor, next);
  for (const item of spool.list()) await ledger.deliver(spool, item.id);
  await successor.close();
  await spool.sweep();
  assert.deepEqual(
    [...disk.contents().keys()].filter(path => /w\d-/.test(path)),
    [],
  );
  await spool.close();
});

test('what the disk holds of a draft that failed is delivered as interrupted, while the writer lives', async () => {
  const disk = new CrashDisk();
  const clock = new FakeClock();
  const spool = await openSpool(disk, clock);
  const writer = openWriter(disk, spool, { clock });
  const ledger = new Ledger();
  const draft = await ledger.begin(writer);
  draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 1500, open: true }));
  await writer.flush();
  draft.durable = draft.versions[0].length;
  disk.fail('write', { times: 3, code: 'EIO' });
  await assert.rejects(ledger.accept(writer, draft), { code: 'SPOOL_FAILED' });
  await spool.sweep();
  const [item] = spool.list();
  assert.deepEqual([item.id, item.interrupted, item.millis], [draft.id, true, 1500]);
  await ledger.check(spool);
});
