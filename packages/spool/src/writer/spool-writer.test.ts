import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug, type LogLine, memoryLog, ulid } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { CrashDisk } from '../disk/crash-disk.ts';
import type { WriterEvent } from '../protocol.ts';
import { SpoolWriter, type WriterLimits } from './spool-writer.ts';
import type { TakeWriter } from './take-writer.ts';

const PACKET = new Uint8Array(160).fill(7);
const quiet = () => new Promise<void>(resolve => setImmediate(resolve));
let count = 0;
const newId = () => ulid(1_700_000_000_000 + ++count);

interface Bench {
  readonly disk: CrashDisk;
  readonly clock: FakeClock;
  readonly events: WriterEvent[];
  readonly lines: readonly LogLine[];
  readonly writer: SpoolWriter;
}

function bench(limits: Partial<WriterLimits> = {}, fallback?: string): Bench {
  const disk = new CrashDisk();
  disk.put('/spool/there', Buffer.alloc(0));
  disk.put('/other/there', Buffer.alloc(0));
  const clock = new FakeClock();
  const events: WriterEvent[] = [];
  const log = memoryLog();
  const writer = new SpoolWriter({
    disk,
    folder: '/spool',
    ...(fallback && { fallback }),
    node: 'n1',
    worker: 'w1',
    clock,
    log,
    limits: { chunkBytes: 160 * 1024, ...limits },
    onEvent: event => events.push(event),
  });
  return { disk, clock, events, lines: log.lines, writer };
}

const begin = async (writer: SpoolWriter, minimumMillis = 100) => {
  const id = newId();
  await writer.begin(id, { messageId: `${id}@parley.test`, minimumMillis });
  return id;
};

function record(
  writer: SpoolWriter,
  id: string,
  take: { number?: number; packets: number; failed?: (error: Error) => void },
): TakeWriter {
  const { number = 1, packets, failed = error => assert.fail(error) } = take;
  writer.take(id, number, 'replace');
  const sink = writer.open({ draft: id, take: number }, 'PCMU', failed);
  for (let i = 0; i < packets; i++) sink.audio(PACKET, 0, 160, true);
  return sink;
}

test('a thousand callers who wait share a few syncs', async () => {
  const { disk, writer } = bench();
  const ids: string[] = [];
  for (let i = 0; i < 1000; i++) ids.push(await begin(writer));
  for (const id of ids) record(writer, id, { packets: 10 }).end(200);
  const before = disk.count('sync');
  const sealed = await Promise.all(ids.map(id => writer.accept(id)));
  assert.ok(sealed.every(each => each.outcome === 'message' && each.millis === 200));
  assert.ok(disk.count('sync') - before <= 3, `${disk.count('sync') - before} syncs`);
});

test('never more than one write and one sync are under way, and who comes meanwhile joins the next', async () => {
  const { disk, writer } = bench();
  const first = await begin(writer);
  record(writer, first, { packets: 10 }).end(200);
  const release = disk.stall();
  const accepted = [writer.accept(first)];
  await quiet();
  const ids = await Promise.all(Array.from({ length: 50 }, () => begin(writer)));
  for (const id of ids) {
    record(writer, id, { packets: 10 }).end(200);
    accepted.push(writer.accept(id));
  }
  const writes = disk.count('write');
  await quiet();
  assert.equal(disk.count('write'), writes, 'nothing more starts while one write is under way');
  const syncs = disk.count('sync');
  release();
  await Promise.all(accepted);
  assert.equal(disk.count('sync') - syncs, 2);
});

test('without anybody waiting, less than the last second is at risk', async () => {
  const { disk, clock, writer } = bench();
  const id = await begin(writer);
  const syncs = disk.count('sync');
  const sink = record(writer, id, { packets: 0 });
  let risk = 0;
  for (let i = 0; i < 100; i++) {
    sink.audio(PACKET, 0, 160, true);
    clock.advance(20);
    await quiet();
    risk = Math.max(risk, writer.backlog);
  }
  // What is staged beside the backlog is never more than 260 ms.
  assert.ok(risk < 700 * 8, `${risk} bytes were not synced`);
  const made = disk.count('sync') - syncs;
  assert.ok(made >= 4 && made <= 8, `${made} syncs in 2 s`);
});

test('begin is refused below the reserve, calls under way finish, and it is taken again when there is room', async () => {
  const { disk, clock, writer } = bench();
  disk.totalBytes = 1000 * 2 ** 20;
  const id = await begin(writer);
  record(writer, id, { packets: 10 }).end(200);
  disk.capacity = 40 * 2 ** 20;
  disk.put('/big', Buffer.alloc(39 * 2 ** 20));
  clock.advance(1000);
  await assert.rejects(begin(writer), { code: 'SPOOL_FULL', message: /spool\.reserve/ });
  assert.deepEqual(await writer.accept(id), { outcome: 'message', millis: 200 });
  disk.capacity = Number.POSITIVE_INFINITY;
  await begin(writer);
});

test('begin is taken below the reserve as long as the fallback has room for what the full disk will not take', async () => {
  const { disk, writer } = bench({}, '/other');
  const space = disk.space.bind(disk);
  disk.space = async path => (path === '/spool' ? { freeBytes: 0, totalBytes: 1000 * 2 ** 20 } : space(path));
  const id = await begin(writer);
  record(writer, id, { packets: 10 }).end(200);
  disk.fail('write', { code: 'ENOSPC', path: '/spool/', times: 100 });
  assert.deepEqual(await writer.accept(id), { outcome: 'message', millis: 200 });
});

test('a disk that hangs: memory stays bounded, recordings fail, nothing is confirmed; afterwards it works again', async () => {
  const limits = { backlogBytes: 400_000, patienceMillis: 10_000 };
  const { disk, clock, writer, events } = bench(limits);
  const kept = await begin(writer);
  record(writer, kept, { packets: 10 }).end(200);
  const id = await begin(writer);
  const release = disk.stall();
  const failures: Error[] = [];
  const accepted = writer.accept(kept);
  const sink = record(writer, id, { packets: 0, failed: error => failures.push(error) });
  for (let i = 0; i < 5000; i++) sink.audio(PACKET, 0, 160, true);
  await quiet();
  assert.deepEqual(
    failures.map(error => 'code' in error && error.code),
    ['SPOOL_FAILED'],
    'told once',
  );
  assert.ok(writer.backlog <= limits.backlogBytes);
  await assert.rejects(begin(writer), { code: 'SPOOL_FULL' });
  clock.advance(10_000);
  await assert.rejects(accepted, { code: 'SPOOL_FAILED', message: /did not answer/ });
  release();
  await assert.rejects(writer.seal(id), { code: 'SPOOL_FAILED' });
  assert.ok(
    events.some(event => event.on === 'sealed' && event.item.id === kept),
    'what was synced late is delivered all the same',
  );
  assert.ok(events.some(event => event.on === 'failed' && event.id === id));
  const next = await begin(writer);
  record(writer, next, { packets: 10 }).end(200);
  assert.equal((await writer.accept(next)).outcome, 'message');
});

test('a failed sync is final for the segment: what memory holds goes to a new one in the other folder', async () => {
  const { disk, writer, events, lines } = bench({}, '/other');
  const id = await begin(writer);
  record(writer, id, { packets: 50 }).end(1000);
  await writer.flush();
  record(writer, id, { number: 2, packets: 60 }).end(1200);
  disk.fail('sync', { code: 'EIO' });
  assert.deepEqual(await writer.accept(id), { outcome: 'message', millis: 1200 });
  const opened = events.filter(event => event.on === 'segment').map(event => event.path);
  assert.deepEqual(opened, ['/spool/w1-000001.log', '/other/w1-000002.log']);
  assert.equal(disk.count('sync'), 4, 'the failed one is not tried again');
  assert.equal(lines.filter(line => line.level === 'error').length, 1);
  assert.equal(lines.find(line => line.level === 'error')?.fields.code, 'EIO');
});

test('when no folder takes it, the caller is told, and the promise is never kept by accident later', async () => {
  const { disk, writer, events } = bench({}, '/other');
  const id = await begin(writer);
  record(writer, id, { packets: 50 }).end(1000);
  disk.fail('write', { code: 'ENOSPC', times: 3 });
  await assert.rejects(writer.accept(id), { code: 'SPOOL_FAILED', message: /ENOSPC/ });
  assert.deepEqual(
    events.filter(event => event.on === 'sealed'),
    [],
  );
  const next = await begin(writer);
  record(writer, next, { packets: 10 }).end(200);
  assert.equal((await writer.accept(next)).outcome, 'message');
  assert.deepEqual(
    events.filter(event => event.on === 'sealed').map(event => event.item.id),
    [next],
  );
});

test('a recording whose middle was lost while nobody waited is told so, and is never sent', async () => {
  const { disk, clock, writer, events } = bench();
  const failures: Error[] = [];
  const id = await begin(writer);
  const other = await begin(writer);
  await writer.flush();
  const sink = record(writer, id, { packets: 50, failed: error => failures.push(error) });
  disk.fail('write', { code: 'EIO', times: 2 });
  clock.advance(250);
  await quiet();
  assert.equal(failures.length, 1);
  sink.audio(PACKET, 0, 160, true);
  sink.end(1000);
  await assert.rejects(writer.accept(id), { code: 'SPOOL_FAILED', message: /EIO/ });
  assert.ok(!events.some(event => event.on === 'sealed'));
  record(writer, other, { packets: 10 }).end(200);
  assert.equal((await writer.accept(other)).outcome, 'message', 'nothing of it was lost');
});

test('an erased message whose DISCARD could not be written is erased when the disk works again', async () => {
  const { disk, writer, events } = bench();
  const id = await begin(writer);
  record(writer, id, { packets: 50 }).end(1000);
  await writer.flush();
  disk.fail('write', { code: 'EIO', times: 2 });
  await assert.rejects(writer.discard(id), { code: 'SPOOL_FAILED' });
  assert.ok(!events.some(event => event.on === 'dropped'));
  await begin(writer);
  await writer.flush();
  assert.deepEqual(
    events.filter(event => event.on === 'dropped').map(event => event.id),
    [id],
  );
});

test('segments roll by size and by age, and an idle writer holds none open', async () => {
  const { clock, writer, events } = bench({ segmentBytes: 10_000 });
  const id = await begin(writer);
  for (let take = 1; take <= 4; take++) {
    record(writer, id, { number: take, packets: 50 }).end(1000);
    await writer.flush();
  }
  const numbers = () => events.filter(event => event.on === 'segment').length;
  assert.equal(numbers(), 2);
  await writer.seal(id);
  clock.advance(10 * 60_000);
  await quiet();
  assert.equal(events.filter(event => event.on === 'segment closed').length, numbers(), 'none is open');
  await begin(writer);
  assert.equal(numbers(), events.filter(event => event.on === 'segment closed').length + 1);
});

test('what was recorded is heard again: from memory, from the disk, cut, with its gaps', async () => {
  const { writer } = bench({ segmentBytes: 5000 });
  const id = await begin(writer);
  writer.take(id, 1, 'replace');
  const sink = writer.open({ draft: id, take: 1 }, 'PCMA', error => assert.fail(error));
  for (let i = 0; i < 100; i++) {
    if (i === 50) sink.gap(100, 'loss');
    sink.audio(new Uint8Array(162).fill(i), 1, 160, true);
    if (i === 70) await writer.flush();
  }
  sink.end(1900);
  const source = writer.play(id, [1]);
  assert.equal(source.codec, 'PCMA');
  const bytes: number[] = [];
  const into = new Uint8Array(162);
  for (;;) {
    const silent = source.pause(160);
    bytes.push(...new Uint8Array(silent).fill(0xd5));
    const length = source.next(into, 1, 160);
    if (length < 0) break;
    bytes.push(...into.subarray(1, 1 + length));
    if (length + silent === 0) await quiet();
  }
  assert.equal(bytes.length, 1900 * 8);
  assert.equal(bytes[0], 0);
  assert.equal(bytes[49 * 160 + 159], 49);
  assert.equal(bytes[50 * 160], 0xd5, 'the gap');
  assert.equal(bytes[50 * 160 + 800], 50);
  assert.equal(bytes.at(-1), 89);
});

test('a take in G.722 is heard again as such, its gaps as gaps: no octets are silence behind others', async () => {
  const { writer } = bench();
  const id = await begin(writer);
  writer.take(id, 1, 'replace');
  const sink = writer.open({ draft: id, take: 1 }, 'G722', error => assert.fail(error));
  sink.audio(PACKET, 0, 160, true);
  sink.gap(20, 'loss');
  sink.end(40);
  const source = writer.play(id, [1]);
  assert.equal(source.codec, 'G722');
  const into = new Uint8Array(320);
  while (source.next(into, 0, 320) === 0) await quiet();
  assert.deepEqual([source.next(into, 0, 320), source.pause(100), source.pause(320)], [0, 100, 60]);
  await quiet();
  assert.equal(source.next(into, 0, 320), -1);
});

test('a take nobody announced, or of a draft that is over, fails in a later turn and never throws', async () => {
  const { writer } = bench();
  const failures: Error[] = [];
  const sink = writer.open({ draft: newId(), take: 1 }, 'PCMU', error => failures.push(error));
  assert.equal(failures.length, 0);
  sink.audio(PACKET, 0, 160, true);
  sink.gap(20, 'loss');
  sink.end(20);
  await quiet();
  assert.equal(failures.length, 1);
  await assert.rejects(writer.accept(newId()), { code: 'SPOOL_FAILED' });
});

test('send and hang-up together seal once; erasing what was sent is a bug', async () => {
  const { writer, events } = bench();
  const id = await begin(writer);
  record(writer, id, { packets: 10 }).end(200);
  const [accepted, sealed] = await Promise.all([
    writer.accept(id),
    writer.seal(id),
    assert.rejects(writer.discard(id), Bug),
  ]);
  assert.deepEqual(accepted, sealed);
  assert.equal(events.filter(event => event.on === 'sealed').length, 1);
});

test('an envelope beyond 64 KiB is refused and harms nobody', async () => {
  const { writer } = bench();
  const envelope = { messageId: 'a@b', minimumMillis: 1, text: 'x'.repeat(64 * 1024) };
  await assert.rejects(writer.begin(newId(), envelope), { code: 'SPOOL_TOO_LARGE' });
  const id = await begin(writer);
  record(writer, id, { packets: 10 }).end(200);
  await assert.rejects(writer.accept(id, { text: envelope.text }), { code: 'SPOOL_TOO_LARGE' });
  assert.equal((await writer.accept(id, { text: 'shorter' })).outcome, 'message');
});

test('a missed call is written once per key, and again after a failure', async () => {
  const { disk, writer, events } = bench();
  disk.fail('write', { times: 4 });
  await assert.rejects(writer.notice('call-1', { messageId: 'n@parley.test' }), { code: 'SPOOL_FAILED' });
  disk.mend();
  await Promise.all([
    writer.notice('call-1', { messageId: 'n@parley.test' }),
    writer.notice('call-1', { messageId: 'n@parley.test' }),
  ]);
  await writer.notice('call-1', { messageId: 'n@parley.test' });
  assert.equal(events.filter(event => event.on === 'sealed').length, 1);
});

test('sealAll saves what callers have said so far, marked as interrupted', async () => {
  const { writer, events } = bench();
  const id = await begin(writer);
  record(writer, id, { packets: 10 });
  await writer.sealAll();
  const [sealed] = events.filter(event => event.on === 'sealed');
  assert.equal(sealed.item.interrupted, true);
  assert.equal(sealed.item.millis, 200);
  assert.equal(writer.drafts, 0);
});
