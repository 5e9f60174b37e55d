import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { type DeliveryJob, WORDING_KEYS } from '@parley/messaging';
import { CourierProcess } from './courier-process.ts';

const root = await mkdtemp(join(tmpdir(), 'parley-courier-'));
after(() => rm(root, { recursive: true, force: true }));

const HALF_AN_HOUR = 30 * 60_000;

function open(t: TestContext, name: string) {
  const clock = new FakeClock();
  const log = memoryLog();
  const maildir = { root, mode: 0o600 };
  const courier = new CourierProcess({ maildir, lend: () => assert.fail('a notice has no sound'), clock, log });
  t.after(() => courier.close());
  return { courier, clock, log, job: notice(name) };
}

/** A missed-call notice: a job without sound. */
function notice(name: string): DeliveryJob {
  const texts = Object.fromEntries(WORDING_KEYS.map(key => [key, key]));
  const common = { messageId: `${name}@parley.test`, mailbox: 'ann', dialPlan: 'main', callId: name, called: '1001' };
  return {
    id: name,
    envelope: {
      ...{ ...common, type: 'missed', language: 'en-US', timeZone: 'UTC', startedAt: 0, anonymous: false },
      caller: { name: 'Bob', user: '5550123', host: '' },
    },
    marks: { urgent: false, private: false, interrupted: false },
    format: 'Mp3',
    addressee: { name: 'Ann', address: 'ann@parley.test', from: 'voicemail@parley.test', timeZone: 'UTC' },
    wording: { language: 'en-US', texts },
    mailbox: 'ann@parley.test',
    repeated: false,
  };
}

test('a process that could not be started is started for the next message', async t => {
  const { courier, job } = open(t, 'cannot-start');
  const { execPath } = process;
  process.execPath = join(root, 'no-such-program');
  const first = await courier.deliver(job).finally(() => {
    process.execPath = execPath;
  });
  assert.equal(first.outcome, 'deferred');
  assert.equal((await courier.deliver(job)).outcome, 'delivered');
});

test('a process that is killed defers what it had; the next message gets a new one', async t => {
  const { courier, job } = open(t, 'killed');
  const first = courier.deliver(job);
  process.kill(courier.pid!, 'SIGKILL');
  assert.equal((await first).outcome, 'deferred');
  assert.equal((await courier.deliver(job)).outcome, 'delivered');
});

test('a process that hangs is killed, so that deliveries go on and the server can end', async t => {
  const { courier, clock, job, log } = open(t, 'hangs');
  assert.equal((await courier.deliver(job)).outcome, 'delivered');
  process.kill(courier.pid!, 'SIGSTOP');
  const hung = courier.deliver({ ...job, id: 'again' });
  await settle();
  await clock.run(HALF_AN_HOUR);
  const outcome = await hung;
  assert.equal(outcome.outcome, 'deferred');
  assert.ok(log.lines.some(line => line.level === 'error'));
  assert.equal((await courier.deliver(job)).outcome, 'delivered');
  assert.equal(clock.timers, 0);
});

test('the end does not wait for a process that hangs', async t => {
  const { courier, clock, job } = open(t, 'hangs-at-the-end');
  assert.equal((await courier.deliver(job)).outcome, 'delivered');
  process.kill(courier.pid!, 'SIGSTOP');
  const closing = courier.close();
  await clock.run(HALF_AN_HOUR);
  await closing;
});
