import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { codeOf, defer, memoryLog, sleep, systemClock } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { tonePower } from '../src/audio/goertzel.ts';
import { decodePcmu } from '../src/codec/g711.ts';
import type { SocketKind } from '../src/engine/index.ts';
import { type MediaSession, MediaThreads, type MediaThreadsOptions } from '../src/index.ts';
import type { TestAnswer, TestMessage } from './echo-worker.ts';
import { clip, SETTINGS, tone } from './lab.ts';
import { SYSTEM_SOCKETS } from './sockets-lab.ts';

const ADDRESS = '127.0.0.1';
const open: MediaThreads[] = [];
after(async () => void (await Promise.all(open.map(threads => threads.close()))));

async function threadsWith(options: Partial<MediaThreadsOptions> = {}): Promise<MediaThreads> {
  const threads = new MediaThreads({
    count: 2,
    entry: new URL('./echo-worker.ts', import.meta.url),
    address: ADDRESS,
    ports: { from: 33_000, to: 33_199 },
    clock: systemClock,
    log: memoryLog(),
    data: thread => `for ${thread}`,
    ...options,
  });
  open.push(threads);
  await threads.start();
  return threads;
}

/** Asks a test thread and waits for its answer. */
function ask(threads: MediaThreads, thread: number, message: Omit<TestMessage, 'channel'>): Promise<TestAnswer> {
  const answer = defer<TestAnswer>();
  threads.onMessage(thread, answer.resolve);
  const question: TestMessage = { channel: 'test', ...message };
  threads.post(thread, question);
  return answer.promise;
}

const peer = (session: MediaSession) => ({
  ...SETTINGS,
  remote: { address: session.address, port: session.port },
  remoteRtcp: { address: session.address, port: session.port + 1 },
});

/** Two sessions that talk to each other over loopback. */
async function couple(threads: MediaThreads): Promise<[MediaSession, MediaSession]> {
  const [one, other] = [await threads.open(), await threads.open()];
  one.start(peer(other));
  other.start(peer(one));
  return [one, other];
}

/** Resolves with the next key. */
function nextKey(session: MediaSession): Promise<string> {
  const key = defer<string>();
  session.onKey(key.resolve);
  return key.promise;
}

for (const { kind, skip } of SYSTEM_SOCKETS)
  test(`${kind}: two sessions on two threads talk, every byte is recorded, keys end it`, { skip }, () => talk(kind));

async function talk(sockets: SocketKind): Promise<void> {
  const threads = await threadsWith({ sockets });
  const [one, other] = await couple(threads);
  assert.notEqual(one.thread, other.thread);
  const said = Uint8Array.from([...tone(500, { hertz: 700 }), ...tone(500, { hertz: 1900 })]);
  const words = threads.addClip(clip(said));
  const recorded = other.record({ into: { draft: 'm', take: 1 }, maxMillis: 10_000, idleMillis: 0, endKeys: '#' });
  const key = nextKey(other);
  await one.play([{ kind: 'clip', clip: words }]);
  one.dial('#');
  const take = await recorded;
  assert.deepEqual([take.endedBy, take.key, await key], ['key', '#', '#']);
  assert.equal(take.soundMillis, 1000);
  const { bytes, gaps } = await ask(threads, other.thread, { ask: 'take', draft: 'm' });
  assert.ok(bytes);
  assert.equal(gaps, 0, 'nothing lost');
  // What the line carried before is silence, and so is the first byte of a tone.
  const from = bytes.findIndex(byte => byte !== 0xff) - 1;
  assert.deepEqual(bytes.subarray(from, from + said.length), said);
  const samples = new Int16Array(said.length);
  decodePcmu(bytes.subarray(from, from + said.length), samples);
  const [first, second] = [samples.subarray(0, 4000), samples.subarray(4000)];
  for (const [stretch, there, absent] of [
    [first, 700, 1900],
    [second, 1900, 700],
  ] as const)
    assert.ok(
      tonePower(stretch, there, { rate: 8000 }) > 100 * tonePower(stretch, absent, { rate: 8000 }),
      `${there} Hz`,
    );
  const statistics = await other.close();
  assert.equal(statistics.packetsLost, 0);
  assert.ok(statistics.packetsReceived >= 50 && statistics.packetsSent >= 50);
  assert.equal(statistics.foreignPackets, 0);
  await threads.close();
}

/** Threads whose time stands still, so that spares come when the test says so. */
async function withSpares(options: Partial<MediaThreadsOptions>): Promise<{ threads: MediaThreads; clock: FakeClock }> {
  const clock = new FakeClock();
  const threads = await threadsWith({ clock, ...options });
  await refill(threads, clock);
  return { threads, clock };
}

/** Time enough for all spares; resolves with the sockets each thread bound up to now. */
async function refill(threads: MediaThreads, clock: FakeClock): Promise<(number | undefined)[]> {
  clock.advance(1000);
  return sockets(threads);
}

async function sockets(threads: MediaThreads): Promise<(number | undefined)[]> {
  const answers = threads.loads().map((_, thread) => ask(threads, thread, { ask: 'sockets' }));
  return (await Promise.all(answers)).map(answer => answer.sockets);
}

/** What `open` gives before anything comes from a thread. */
async function atOnce(opening: Promise<MediaSession>): Promise<MediaSession | undefined> {
  let session: MediaSession | undefined;
  void opening.then(opened => {
    session = opened;
  });
  await settle();
  return session;
}

test('threads are started once: others would have the same ports, and nobody would end the first', async () => {
  const threads = await threadsWith();
  await assert.rejects(threads.start(), { name: 'Bug' });
  await threads.close();
  await threads.close();
});

test('ports that cannot be bound at all are told as that, and where to read why', async () => {
  const threads = await threadsWith({ address: '192.0.2.1', spares: 0 });
  await assert.rejects(threads.open(), {
    code: 'MEDIA_NO_PORTS',
    message: /or none can be bound: .*"media port not bound"/,
  });
});

test('a call gets a session that is bound already, on the thread with the fewest; it is replaced later', async () => {
  const { threads, clock } = await withSpares({ spares: 2, ports: { from: 30_000, to: 30_199 } });
  assert.deepEqual(await sockets(threads), [4, 4]);
  assert.equal(threads.sessions, 0, 'spares are no sessions');
  const taken: (MediaSession | undefined)[] = [];
  for (let call = 0; call < 4; call++) taken.push(await atOnce(threads.open()));
  assert.deepEqual(
    taken.map(session => session?.thread),
    [0, 1, 0, 1],
  );
  assert.equal(new Set(taken.map(session => session?.port)).size, 4);
  const fifth = threads.open();
  assert.equal(await atOnce(fifth), undefined, 'none is left: this one is bound now');
  assert.equal((await fifth).thread, 0);
  assert.equal(threads.sessions, 5);
  assert.deepEqual(await sockets(threads), [6, 4], 'nothing is replaced in the turn of the calls');
  assert.deepEqual(await refill(threads, clock), [10, 8]);
  assert.equal(threads.sessions, 5);
  await fifth.then(session => session.close());
  assert.equal((await atOnce(threads.open()))?.thread, 0);
});

test('spares are opened one by one, none when there should be none', async () => {
  const { threads, clock } = await withSpares({ count: 1, spares: 3, ports: { from: 30_200, to: 30_399 } });
  for (let call = 0; call < 3; call++) assert.ok(await atOnce(threads.open()));
  for (const expected of [8, 10, 12, 12]) {
    clock.advance(20);
    assert.deepEqual(await sockets(threads), [expected]);
  }
  const none = await withSpares({ spares: 0, ports: { from: 30_400, to: 30_599 } });
  assert.deepEqual(await sockets(none.threads), [0, 0]);
});

test('spares keep no port from a call: it gets what is just being bound as a spare', async () => {
  const { threads, clock } = await withSpares({ count: 1, ports: { from: 30_600, to: 30_615 } });
  assert.deepEqual(await sockets(threads), [2], 'an eighth of the pairs');
  const sessions: MediaSession[] = [];
  for (let call = 0; call < 7; call++) sessions.push(await threads.open());
  clock.advance(20);
  sessions.push(await threads.open());
  assert.equal(new Set(sessions.map(({ port }) => port)).size, 8);
  await assert.rejects(threads.open(), { code: 'MEDIA_NO_PORTS' });
  await refill(threads, clock);
  assert.equal(threads.sessions, 8);
});

test('spares die with their thread in silence; no call gets a dead one, the next thread has its own', async () => {
  const lost = defer<number>();
  const log = memoryLog();
  const { threads, clock } = await withSpares({
    count: 1,
    ports: { from: 30_700, to: 30_899 },
    spares: 8,
    log,
    onThreadLost: thread => lost.resolve(thread),
  });
  threads.post(0, { channel: 'test', ask: 'die' } as TestMessage);
  await lost.promise;
  assert.deepEqual(
    log.lines.map(({ event }) => event),
    ['media thread lost'],
  );
  assert.equal(threads.sessions, 0);
  const opening = threads.open();
  assert.equal(await atOnce(opening), undefined);
  clock.advance(1000);
  const session = await opening;
  assert.equal(session.lost.aborted, false);
  assert.deepEqual(await refill(threads, clock), [18]);
  assert.ok(await atOnce(threads.open()));
});

test('spares end with close(), and nothing is wound up any more', async () => {
  const { threads, clock } = await withSpares({ count: 1, ports: { from: 30_900, to: 30_999 } });
  const spare = await threads.open();
  await threads.close();
  assert.equal(spare.lost.aborted, false);
  assert.equal(clock.timers, 0);
  assert.equal(threads.sessions, 0);
});

for (const { kind, skip } of SYSTEM_SOCKETS)
  test(`${kind}: foreign packets are dropped`, { skip }, () => meetStranger(kind));

async function meetStranger(sockets: SocketKind): Promise<void> {
  const threads = await threadsWith({ sockets, ports: { from: 33_200, to: 33_299 } });
  const [, other] = await couple(threads);
  // Once something was played it has begun: what knocks before is none of its business.
  await other.play([{ kind: 'silence', millis: 20 }]);
  const stranger = createSocket('udp4').unref();
  stranger.bind(0, ADDRESS);
  await once(stranger, 'listening');
  const sent = defer<void>();
  stranger.send(new Uint8Array(172).fill(0x80), other.port, ADDRESS, () => sent.resolve());
  await sent.promise;
  const { endedBy } = await other.play([{ kind: 'silence', millis: 60 }]);
  assert.equal(endedBy, 'end');
  assert.equal((await other.close()).foreignPackets, 1);
  stranger.close();
  await threads.close();
}

for (const { kind, skip } of SYSTEM_SOCKETS)
  test(`${kind}: a thread that dies leaves its ports to its successor`, { skip }, () => succeed(kind));

async function succeed(sockets: SocketKind): Promise<void> {
  const lost = defer<number>();
  const threads = await threadsWith({
    count: 1,
    sockets,
    spares: 0,
    ports: { from: 33_600, to: 33_601 },
    onThreadLost: thread => lost.resolve(thread),
    clock: { ...systemClock, after: (millis, run) => systemClock.after(Math.min(millis, 20), run) },
  });
  const { port } = await threads.open();
  threads.post(0, { channel: 'test', ask: 'die' } as TestMessage);
  await lost.promise;
  assert.equal((await threads.open()).port, port);
  await threads.close();
}

test('an aborted signal and stop() end plays; a closed session answers at once', async () => {
  const threads = await threadsWith({ count: 1, ports: { from: 33_300, to: 33_399 } });
  const [one] = await couple(threads);
  const stopping = new AbortController();
  const first = one.play([{ kind: 'silence', millis: 60_000 }], { signal: stopping.signal });
  const second = one.play([{ kind: 'silence', millis: 60_000 }]);
  const third = one.record({ into: { draft: 'x', take: 1 }, maxMillis: 60_000, idleMillis: 0, endKeys: '' });
  stopping.abort();
  assert.equal((await first).endedBy, 'stopped');
  one.stop();
  assert.deepEqual([(await second).endedBy, (await third).endedBy], ['stopped', 'stopped']);
  const fourth = one.record({ into: { draft: 'x', take: 2 }, maxMillis: 60_000, idleMillis: 0, endKeys: '' });
  const closing = one.close();
  assert.equal((await fourth).endedBy, 'hang-up');
  assert.equal(one.close(), closing);
  await closing;
  assert.equal((await one.play([{ kind: 'silence', millis: 1 }])).endedBy, 'stopped');
  assert.equal(one.lost.aborted, false);
});

test('ports run out on all threads before a session is refused', async () => {
  const threads = await threadsWith({ ports: { from: 33_400, to: 33_405 } });
  const sessions = [await threads.open(), await threads.open(), await threads.open()];
  assert.equal(new Set(sessions.map(({ port }) => port)).size, 3);
  await assert.rejects(threads.open(), { code: 'MEDIA_NO_PORTS' });
  assert.equal(threads.sessions, 3);
});

test('a thread that dies takes its sessions with it, tells so, and is replaced with its clips', async () => {
  const lost = defer<number>();
  const threads = await threadsWith({
    count: 1,
    ports: { from: 33_500, to: 33_599 },
    onThreadLost: thread => lost.resolve(thread),
    // The replacement would wait a second before it starts: a thread that dies soon after its start.
    clock: { ...systemClock, after: (millis, run) => systemClock.after(millis === 1000 ? 20 : millis, run) },
  });
  const words = threads.addClip(clip(tone(200)));
  const session = await threads.open();
  session.start(SETTINGS);
  const playing = session.play([{ kind: 'silence', millis: 60_000 }]);
  const recording = session.record({ into: { draft: 'x', take: 1 }, maxMillis: 1000, idleMillis: 0, endKeys: '' });
  while (threads.loads()[0].sessions === 0) await sleep(systemClock, 20);
  threads.post(0, { channel: 'test', ask: 'die' } as TestMessage);
  assert.equal(await lost.promise, 0);
  assert.equal(threads.loads()[0].sessions, 0, 'nobody waits for what a dead thread has to tell');
  assert.equal(session.lost.aborted, true);
  assert.equal(codeOf(session.lost.reason), 'MEDIA_LOST');
  assert.deepEqual([(await playing).endedBy, (await recording).endedBy], ['stopped', 'failed']);
  assert.equal((await session.close()).packetsSent, 0);
  const again = await threads.open();
  again.start(SETTINGS);
  const played = await again.play([{ kind: 'clip', clip: words }]);
  assert.ok(played.at >= 150, `the clip is there: ${played.at} ms`);
});

test('threads that die together leave nobody waiting for ports', async () => {
  const threads = await threadsWith({ ports: { from: 31_000, to: 31_099 } });
  const answers = [0, 1, 2].map(() => threads.open().then(() => 'opened', codeOf));
  for (const thread of [0, 1]) threads.post(thread, { channel: 'test', ask: 'die' } as TestMessage);
  const late = [3, 4, 5].map(() => threads.open().then(() => 'opened', codeOf));
  const patience = new AbortController();
  const hung = sleep(systemClock, 3000, patience.signal).then(
    () => 'hung',
    () => 'hung',
  );
  for (const answer of [...answers, ...late]) assert.notEqual(await Promise.race([answer, hung]), 'hung');
  patience.abort();
});

test('an entry that cannot run is told at the start', async () => {
  const threads = new MediaThreads({
    count: 1,
    entry: new URL('./not-there.ts', import.meta.url),
    address: ADDRESS,
    ports: { from: 33_610, to: 33_699 },
    clock: systemClock,
    log: memoryLog(),
  });
  await assert.rejects(threads.start(), { code: 'MEDIA_LOST' });
  await threads.close();
});

test('closing ends sessions and threads in order, after the entry did what it had to', async () => {
  const threads = await threadsWith({ count: 1, ports: { from: 33_700, to: 33_799 } });
  const session = await threads.open();
  session.start(SETTINGS);
  const recording = session.record({ into: { draft: 'x', take: 1 }, maxMillis: 1000, idleMillis: 0, endKeys: '' });
  const messages: TestAnswer[] = [];
  threads.onMessage(0, message => messages.push(message));
  await threads.close();
  assert.equal((await recording).endedBy, 'hang-up');
  assert.equal(session.lost.aborted, false);
  assert.deepEqual(messages, [{ channel: 'test', ended: true }]);
});

test('the entry gets the data of its thread', async () => {
  const threads = await threadsWith({ ports: { from: 33_800, to: 33_899 } });
  assert.equal((await ask(threads, 1, { ask: 'data' })).data, 'for 1');
});
