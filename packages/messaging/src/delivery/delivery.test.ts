import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import type { Delivery } from '@parley/mail-store';
import { DeliveryQueue, type WaitingItem } from './delivery.ts';
import type { DeliveryJob } from './job.ts';

const HOUR = 3_600_000;

/** A queue over an outbox that remembers and a courier that answers what a test tells it, for ever the last answer. */
function house(
  answers: (Delivery | Error)[],
  change: { gone?: boolean; unwanted?: boolean; failsToNote?: boolean } = {},
) {
  const clock = new FakeClock();
  const log = memoryLog();
  const facts: string[] = [];
  const jobs: DeliveryJob[] = [];
  let refusals = 0;
  const queue = new DeliveryQueue({
    outbox: {
      delivering: async id => void facts.push(`delivering ${id}`),
      delivered: async id => {
        facts.push(`delivered ${id}`);
        if (change.failsToNote) throw new Error('the disk failed');
      },
      deferred: async (id, why) => void facts.push(`deferred ${id} ${why}`),
      refused: async (id, why) => {
        facts.push(`refused ${id} ${why}`);
        return ++refusals;
      },
      dead: async (id, why) => void facts.push(`dead ${id} ${why}`),
    },
    courier: {
      async deliver(job) {
        jobs.push(job);
        const answer = answers.length > 1 ? answers.shift()! : answers[0];
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    jobFor: async item => {
      if (change.gone) return { refused: 'the mailbox is gone' };
      if (change.unwanted) return { unwanted: 'notices are switched off' };
      if (facts.includes(`delivered ${item.id}`)) return 'over';
      return { id: item.id, repeated: item.repeated } as DeliveryJob;
    },
    clock,
    log,
    random: () => 0.5,
    atOnce: 2,
  });
  const item = (id: string, more: Partial<WaitingItem> = {}): WaitingItem => ({
    id,
    sealedAt: clock.wall(),
    millis: 5000,
    repeated: false,
    ...more,
  });
  return { clock, log, facts, jobs, queue, item };
}
const taken: Delivery = { outcome: 'delivered', path: '/x' };
const later: Delivery = { outcome: 'deferred', why: 'disk full' };

test('an item is announced, delivered and forgotten', async () => {
  const { queue, item, facts, clock } = house([taken]);
  queue.add(item('a'));
  assert.equal(queue.backlogSeconds, 5);
  await settle();
  assert.deepEqual(facts, ['delivering a', 'delivered a']);
  assert.equal(queue.backlogSeconds, 0);
  assert.equal(clock.timers, 0);
});

test('what failed comes back later, marked as a repetition, until it is there', async () => {
  const { queue, item, facts, jobs, clock } = house([later, new Error('courier died'), taken]);
  assert.equal(queue.dueMillis('a'), undefined);
  queue.add(item('a'));
  await clock.run(29_000);
  assert.equal(jobs.length, 1);
  assert.deepEqual(facts, ['delivering a', 'deferred a disk full'], 'whoever looks at what waits is told why');
  assert.equal(queue.dueMillis('a'), 1000);
  await clock.run(2000);
  assert.equal(jobs.length, 2);
  await clock.run(70_000);
  assert.deepEqual(
    jobs.map(job => job.repeated),
    [false, true, true],
  );
  assert.equal(facts.at(-1), 'delivered a');
});

test('a store that is down for an hour costs few tries however much waits, and everything arrives afterwards', async () => {
  const answers: Delivery[] = [later];
  const { queue, item, facts, jobs, clock } = house(answers);
  for (let i = 0; i < 200; i++) queue.add(item(`i${i}`));
  await settle();
  assert.ok((queue.dueMillis('i199') ?? 0) > 0, 'not before the store has been given a rest');
  await clock.run(HOUR);
  assert.ok(jobs.length < 100, `${jobs.length} tries`);
  answers[0] = taken;
  await clock.run(2 * HOUR);
  for (let turn = 0; turn < 200; turn++) await settle();
  assert.equal(facts.filter(fact => fact.startsWith('delivered')).length, 200);
});

test('after five days it is a dead letter, with an alarm, never dropped', async () => {
  const { queue, item, facts, log, clock } = house([later]);
  queue.add(item('a'));
  await clock.run(4.9 * 24 * HOUR);
  assert.ok(!facts.some(fact => fact.startsWith('dead')));
  await clock.run(0.3 * 24 * HOUR);
  assert.equal(facts.at(-1), 'dead a disk full');
  assert.equal(log.lines.at(-1)?.level, 'error');
});

test('a permanent refusal is asked twice before it is believed', async () => {
  const { queue, item, facts, clock } = house([taken], { gone: true });
  queue.add(item('a'));
  await settle();
  assert.deepEqual(facts, ['refused a the mailbox is gone']);
  await clock.run(HOUR);
  assert.deepEqual(facts.slice(1), ['refused a the mailbox is gone', 'dead a the mailbox is gone']);
});

test('an item that the spool knows to be over is let go, and keeps nobody else from being delivered', async () => {
  const { queue, item, facts, log, clock } = house([taken], { failsToNote: true });
  queue.add(item('a'));
  await settle();
  assert.equal(log.lines.at(-1)?.event, 'delivery could not be tried');
  await clock.run(2 * HOUR);
  assert.deepEqual(facts, ['delivering a', 'delivered a'], 'delivered once, and not refused afterwards');
  assert.equal(queue.backlogSeconds, 0);
  assert.equal(clock.timers, 0);
});

test('what nobody wants leaves the spool without a try', async () => {
  const { queue, item, facts, jobs } = house([taken], { unwanted: true });
  queue.add(item('a'));
  await settle();
  assert.deepEqual(facts, ['delivered a']);
  assert.equal(jobs.length, 0);
  assert.equal(queue.backlogSeconds, 0);
});

test('closing waits for what is under way and starts nothing new', async () => {
  const { queue, item, facts } = house([taken]);
  queue.add(item('a'));
  queue.add(item('b'));
  queue.add(item('c'));
  await queue.close();
  assert.equal(facts.filter(fact => fact.startsWith('delivering')).length, 2);
  queue.add(item('d'));
  await settle();
  assert.equal(facts.filter(fact => fact.startsWith('delivered')).length, 2);
});
