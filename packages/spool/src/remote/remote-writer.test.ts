import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug, silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { CrashDisk } from '../disk/crash-disk.ts';
import type { WriterEvent } from '../protocol.ts';
import { serveSpool } from '../writer/serve-spool.ts';
import { SpoolWriter } from '../writer/spool-writer.ts';
import { RemoteWriter, remoteDrafts } from './remote-writer.ts';

/** A writer behind a port whose messages are copied as structured clones, as between threads. */
function joined() {
  const disk = new CrashDisk();
  disk.put('/spool/there', Buffer.alloc(0));
  const events: WriterEvent[] = [];
  const clock = new FakeClock();
  const remote = new RemoteWriter(message => served.receive(structuredClone(message)), {
    clock,
    onEvent: event => events.push(event),
  });
  const served = serveSpool(
    () => writer,
    message => remote.receive(structuredClone(message)),
  );
  const writer = new SpoolWriter({
    disk,
    folder: '/spool',
    node: 'n1',
    worker: 'w1',
    clock,
    log: silentLog,
    limits: { chunkBytes: 160 * 1024 },
    onEvent: served.event,
  });
  return { disk, events, remote, served, writer, drafts: remoteDrafts(() => remote) };
}

const ENVELOPE = { messageId: 'a@parley.test', minimumMillis: 100 };

test('a flow makes a message through the port', async () => {
  const { drafts, writer, events } = joined();
  const draft = await drafts.begin('call-1', ENVELOPE);
  assert.equal(draft.take('replace'), 1);
  const sink = writer.open({ draft: draft.id, take: 1 }, 'PCMU', error => assert.fail(error));
  sink.audio(new Uint8Array(1600), 0, 1600, true);
  sink.end(200);
  assert.equal(draft.take('add'), 2);
  draft.mark({ urgent: true });
  draft.mark({ private: true });
  assert.deepEqual(await draft.accept({ callerName: 'Ann' }), { outcome: 'message', millis: 200 });
  assert.deepEqual(await draft.seal(), { outcome: 'message', millis: 200 });
  const [sealed] = events.filter(event => event.on === 'sealed');
  assert.deepEqual([sealed.item.urgent, sealed.item.private], [true, true]);
  assert.deepEqual(sealed.item.envelope, { ...ENVELOPE, callerName: 'Ann' });
  await assert.rejects(draft.discard(), { code: 'SPOOL_FAILED' });
});

test('a process that has to end now has everything sealed, marked as interrupted', async () => {
  const { drafts, writer, remote, events } = joined();
  const draft = await drafts.begin('call-1', ENVELOPE);
  draft.take('replace');
  writer
    .open({ draft: draft.id, take: 1 }, 'PCMU', error => assert.fail(error))
    .audio(new Uint8Array(1600), 0, 1600, true);
  await remote.sealAll();
  const [sealed] = events.filter(event => event.on === 'sealed');
  assert.deepEqual(
    [sealed.item.id, sealed.item.kind, sealed.item.interrupted, sealed.item.millis],
    [draft.id, 'message', true, 200],
  );
});

test('errors keep their codes on the way', async () => {
  const { drafts, disk, remote } = joined();
  disk.fail('write', { times: 9, code: 'ENOSPC' });
  await assert.rejects(drafts.begin('call-1', ENVELOPE), {
    name: 'SpoolFailed',
    code: 'SPOOL_FAILED',
    message: /ENOSPC/,
  });
  await assert.rejects(drafts.notice('call-1', { messageId: 'n@parley.test' }), { code: 'SPOOL_FAILED' });
  await assert.rejects(remote.ask({ do: 'begin', id: 'not a ulid', envelope: ENVELOPE }), Bug);
  disk.mend();
  await drafts.notice('call-1', { messageId: 'n@parley.test' });
});

test('a worker that dies leaves nobody waiting', async () => {
  const { drafts, disk, remote } = joined();
  const draft = await drafts.begin('call-1', ENVELOPE);
  draft.take('replace');
  const release = disk.stall();
  const waiting = [draft.seal(), drafts.notice('call-2', { messageId: 'n@parley.test' })];
  remote.died('exit code 1');
  for (const promise of waiting) await assert.rejects(promise, { code: 'SPOOL_FAILED', message: /gone/ });
  await assert.rejects(drafts.begin('call-3', ENVELOPE), { code: 'SPOOL_FAILED' });
  draft.mark({ urgent: true });
  release();
});

test('messages of other channels are left to others', () => {
  const { remote, served } = joined();
  for (const message of [undefined, null, 7, 'x', {}, { channel: 'media', do: 'begin' }, { channel: 'spool' }]) {
    assert.equal(served.receive(message), false);
    assert.equal(remote.receive(message), false);
  }
});
