import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { memoryLog, silentLog, systemClock, ulid } from '@parley/base';
import { firstStartObjects } from '@parley/directory';
import { memoryDirectory } from '@parley/directory/memory';
import type { DeliveryJob } from '@parley/messaging';
import { nodeDisk, Spool } from '@parley/spool';
import { SpoolWriter } from '@parley/spool/writer';
import { createDelivery, waitingItem } from './delivery.ts';

const root = await mkdtemp(join(tmpdir(), 'parley-delivery-'));
after(() => rm(root, { recursive: true, force: true }));

/** A spool as a crash leaves it that came before the caller had said enough. */
async function spoolOfACrash(folder: string): Promise<Spool> {
  const options = { disk: nodeDisk, folder, node: 'n', clock: systemClock, log: silentLog };
  const living = await Spool.open(options);
  const writer = new SpoolWriter({ ...options, worker: 'w1', onEvent: event => living.heard(event) });
  const draft = ulid(systemClock.wall());
  await writer.begin(draft, {
    ...{ messageId: `${draft}@parley.test`, minimumMillis: 2000, type: 'voice', mailbox: 'ann', dialPlan: 'main' },
    ...{ callId: 'one', called: '1001', language: 'en-US', timeZone: 'UTC', startedAt: 0, caller: {} },
  });
  await writer.close();
  await living.close();
  return Spool.open(options);
}

for (const missedCallNotificationEnabled of [true, false])
  test(`a call that a crash cut off before it had a message is a missed call: notices ${missedCallNotificationEnabled ? 'on' : 'off'}`, async t => {
    const spool = await spoolOfACrash(join(root, String(missedCallNotificationEnabled), 'n'));
    const jobs: DeliveryJob[] = [];
    const over = Promise.withResolvers<void>();
    const entries = firstStartObjects().map(entry =>
      entry.kind === 'UMMailbox' ? { ...entry, object: { ...entry.object, missedCallNotificationEnabled } } : entry,
    );
    const delivery = createDelivery({
      spool,
      courier: {
        deliver: async job => {
          jobs.push(job);
          return { outcome: 'delivered', path: '/x' };
        },
      },
      directory: memoryDirectory(entries),
      wordings: language => ({ language, texts: {} }),
      clock: systemClock,
      log: {
        ...memoryLog(),
        info: event => {
          if (event.includes('delivered')) over.resolve();
        },
      },
      onDelivered: () => {},
    });
    t.after(async () => {
      await delivery.close();
      await spool.close();
    });
    const [item] = spool.list();
    assert.equal(item.kind, 'too short');
    delivery.add(waitingItem(item));
    await over.promise;
    assert.deepEqual(
      jobs.map(job => job.envelope.type),
      missedCallNotificationEnabled ? ['missed'] : [],
    );
    assert.deepEqual(spool.list(), []);
  });
