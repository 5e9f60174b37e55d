import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodePcmu } from '@parley/media';
import { isSilent, openPhone } from '@parley/phone';
import { Caller, heardPrompts } from '../peers/caller.ts';
import { start } from '../peers/child.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { programs } from '../peers/programs.ts';
import { seedData } from '../peers/seed.ts';
import { toneSequence } from '../peers/sound.ts';
import { parseTrace, type TracedCall } from '../peers/strace.ts';

/** Calls of the system that write, sync or send. */
const TRACED = 'write,writev,pwrite64,pwritev,fdatasync,fsync,sendto,sendmsg,sendmmsg';

for (const [says, key, prompt] of [
  ['"sent" is said', '1', 'message.sent'],
  ['"erased" is said', '*', 'message.erased'],
] as const)
  test(`what was written to the spool is synced before the first frame of ${says}`, { timeout: 60_000 }, async t => {
    const found = programs(t, 'strace');
    if (!found) return;
    const folder = testFolder(t);
    const data = join(folder, 'data');
    await seedData(data, { dialPlan: { minRecordingDuration: 0 } });
    // What goes through io_uring is no system call of its own: nobody would see when a frame leaves.
    const server = await startServer(t, { data, config: { rtp: { sockets: 'dgram' } } });
    const file = join(folder, 'trace');
    const options = ['-f', '-ttt', '-T', '-yy', '-xx', '-s', '400', '-e', `trace=${TRACED}`, '-o', file];
    const strace = start(t, found.strace, [...options, '-p', String(server.child.process.pid)]);
    await strace.prints(/attached/);

    const phone = await openPhone();
    const caller = await Caller.calls(phone, server.udp, '1001');
    await caller.press('#');
    await caller.hears('record.tone');
    await caller.say(toneSequence([400, 1050]));
    await caller.press('#');
    await caller.hears('after.menu');
    const askedAt = Date.now() / 1000;
    await caller.press(key);
    await caller.hears(prompt);
    await caller.isHungUp();
    const rtpPort = caller.call.settings.remote.port;
    await phone.close();
    await strace.stop('SIGINT');

    const after = parseTrace(readFileSync(file, 'latin1')).filter(call => call.startedAt > askedAt);
    const frames = after.filter(call => call.target === `UDP:[127.0.0.1:${rtpPort}]` && !isSilent(soundOf(call)));
    assert.equal(promptOf(frames), prompt);
    const [said] = frames;
    const before = after.filter(call => isSegment(call.target) && call.startedAt < said.startedAt);
    const writes = before.filter(call => call.name.includes('write'));
    assert.ok(writes.length > 0, 'nothing was written to the spool between the key and the prompt');
    const written = Math.max(...writes.map(call => call.endedAt));
    const synced = before.find(call => call.name.includes('sync') && call.startedAt >= written);
    assert.ok(synced, 'the last write before the prompt was not synced');
    assert.equal(synced.result, 0);
    assert.ok(synced.endedAt < said.startedAt, `synced ${synced.endedAt}, said ${said.startedAt}`);
  });

/** Samples of an RTP packet with mu-law, without its header (RFC 3550 section 5.1). */
function soundOf({ bytes }: TracedCall): Int16Array {
  const coded = bytes.subarray(12);
  const samples = new Int16Array(coded.length);
  decodePcmu(coded, samples);
  return samples;
}

function promptOf(frames: readonly TracedCall[]): string | undefined {
  const samples = Int16Array.from(frames.flatMap(frame => [...soundOf(frame)]));
  return heardPrompts(samples)[0]?.item;
}

/** A segment of a media thread's log; the log of deliveries says nothing about acceptance. */
function isSegment(target: string): boolean {
  return target.includes('/spool/') && target.endsWith('.log') && !target.endsWith('/delivery.log');
}
