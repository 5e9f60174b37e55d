import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { memoryLog, systemClock } from '@parley/base';
import { chord } from '@parley/media';
import { openPhone, recordToneOver } from '@parley/phone';
import { readConfig } from '../src/config/config.ts';
import { openDataFolder } from '../src/data-folder.ts';
import { startServer } from '../src/server.ts';

const root = await mkdtemp(join(tmpdir(), 'parley-server-'));
after(() => rm(root, { recursive: true, force: true }));

/** Every worker thread that is started while the test runs: Node tells of them on a channel, so the server needs no hook. */
function watchWorkers(): { threads: Worker[]; stop(): void } {
  const threads: Worker[] = [];
  const onWorker = (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'worker' in message) threads.push(message.worker as Worker);
  };
  subscribe('worker_threads', onWorker);
  return { threads, stop: () => void unsubscribe('worker_threads', onWorker) };
}

test('a media thread dies: its call ends, its recording arrives marked as interrupted, the next call is answered', async t => {
  const data = await openDataFolder(join(root, 'data'));
  const config = readConfig(
    'sip: { listen: ["udp:127.0.0.1:0"] }\nrtp: { address: 127.0.0.1, threads: 1 }\nhttp: { port: 0 }\nspeech: { engine: none }\n',
    'test',
  );
  const arrivals: (() => void)[] = [];
  const workers = watchWorkers();
  const log = memoryLog();
  const server = await startServer({ data, config, clock: systemClock, log, onDelivered: () => arrivals.shift()?.() });
  const phone = await openPhone();
  t.after(async () => {
    workers.stop();
    await phone.close();
    await server.close();
    await data.release();
  });
  await server.ready;
  const address = `sip:1001@${server.sip[0].address}:${server.sip[0].port}`;
  const delivered = new Promise<void>(resolve => arrivals.push(resolve));

  const call = await phone.call(address);
  await call.hears(recordToneOver);
  await call.say(chord([600], 3500, { rate: 8000, amplitude: 8000 }));
  const thread = workers.threads.find(worker => worker.threadName === 'media-0');
  assert.ok(thread, 'there is a media thread');
  await thread.terminate();
  assert.equal((await call.ended).kind, 'bye');
  await delivered;

  const folder = join(root, 'data/mail/parley.test/ann/new');
  const [message] = await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')));
  assert.match(message, /^X-Parley-Interrupted: yes\r$/m);
  assert.match(message, /^Subject: \[interrupted\] Voice Mail/m);
  const seconds = Number(/^X-VoiceMessageDuration: (\d+)/m.exec(message)?.[1]);
  assert.ok(seconds >= 2 && seconds <= 4, `${seconds} s were kept of 3.5 s`);

  const again = await phone.call(address);
  await again.hears(recordToneOver);
  await again.hangUp();
});
