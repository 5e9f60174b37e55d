import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { codeOf, defer, memoryLog, systemClock } from '@parley/base';
import { type MediaSession, MediaThreads } from '../src/index.ts';
import type { TestAnswer, TestMessage } from './echo-worker.ts';
import { clip, SETTINGS, tone } from './lab.ts';

const open: MediaThreads[] = [];
after(async () => void (await Promise.all(open.map(threads => threads.close()))));

async function threadsOf(count: number, ports = { from: 26_100, to: 26_199 }): Promise<MediaThreads> {
  const threads = new MediaThreads({
    count,
    entry: new URL('./echo-worker.ts', import.meta.url),
    address: '127.0.0.1',
    ports,
    clock: systemClock,
    log: memoryLog(),
    spares: 0,
  });
  open.push(threads);
  await threads.start();
  return threads;
}

/** Two sessions send to each other. */
function connect(one: MediaSession, other: MediaSession): void {
  for (const [from, { address, port }] of [
    [one, other],
    [other, one],
  ] as const)
    from.start({ ...SETTINGS, remote: { address, port }, remoteRtcp: { address, port: port + 1 } });
}

/** A call that is put through: the caller and the third party are sessions too, which talk over real sockets. */
async function putThrough(threads: MediaThreads) {
  const [caller, first] = [await threads.open(), await threads.open()];
  const second = await threads.open({ beside: first });
  const third = await threads.open();
  connect(caller, first);
  connect(second, third);
  return { caller, first, second, third };
}

function ask(threads: MediaThreads, thread: number, message: Omit<TestMessage, 'channel'>): Promise<TestAnswer> {
  const answer = defer<TestAnswer>();
  threads.onMessage(thread, answer.resolve);
  const question: TestMessage = { channel: 'test', ...message };
  threads.post(thread, question);
  return answer.promise;
}

test('what the caller says is heard by the third party octet for octet, and keys go through as keys', async () => {
  const threads = await threadsOf(2);
  const { caller, first, second, third } = await putThrough(threads);
  assert.equal(second.thread, first.thread);
  const parted = first.bridge(second);
  const recorded = third.record({ into: { draft: 'b', take: 1 }, maxMillis: 10_000, idleMillis: 0, endKeys: '#' });
  const words = tone(600, { hertz: 700 });
  const key = defer<string>();
  third.onKey(key.resolve);
  await caller.play([
    { kind: 'silence', millis: 200 },
    { kind: 'clip', clip: threads.addClip(clip(words)) },
  ]);
  caller.dial('#');
  assert.equal((await recorded).endedBy, 'key');
  assert.equal(await key.promise, '#');
  const { bytes } = await ask(threads, third.thread, { ask: 'take', draft: 'b' });
  // A loaded machine may be late by more than 40 ms: then a frame is made up, and the rest is as it was said.
  assert.ok(bytes && Buffer.from(bytes).includes(Buffer.from(words.subarray(1600, 2400))));
  await second.close();
  assert.deepEqual(await parted, { endedBy: 'gone' });
});

test('sessions of different threads are not joined, and beside a dead one none is opened', async () => {
  const threads = await threadsOf(2, { from: 26_200, to: 26_299 });
  const [one, other] = [await threads.open(), await threads.open()];
  assert.notEqual(one.thread, other.thread);
  assert.throws(() => one.bridge(other), { code: 'MEDIA_APART' });
  const beside = await threads.open({ beside: one });
  const parted = one.bridge(beside);
  const die: TestMessage = { channel: 'test', ask: 'die' };
  threads.post(one.thread, die);
  assert.deepEqual(await parted, { endedBy: 'gone' });
  assert.ok(one.lost.aborted);
  await assert.rejects(threads.open({ beside: one }), error => codeOf(error) === 'MEDIA_LOST');
});

test('beside another one there are only the ports of its thread', async () => {
  const threads = await threadsOf(2, { from: 26_300, to: 26_307 });
  const one = await threads.open();
  await threads.open({ beside: one });
  await assert.rejects(threads.open({ beside: one }), error => codeOf(error) === 'MEDIA_NO_PORTS');
  const other = await threads.open();
  assert.notEqual(other.thread, one.thread);
});
