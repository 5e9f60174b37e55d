import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Drafts } from '@parley/spool';
import { SpoolHealth } from './spool-health.ts';

const folder = await mkdtemp(join(tmpdir(), 'parley-health-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Drafts of a media thread that is dead: the disk has nothing to do with it. */
const dead: Drafts = {
  begin: () => Promise.reject(new Error('the media worker is gone')),
  notice: () => Promise.reject(new Error('the media worker is gone')),
};

test('a hundred calls that fail together because their thread died turn nobody away: the disk works', async t => {
  const log = memoryLog();
  const health = new SpoolHealth({ folder, reserveBytes: 0, clock: new FakeClock(), log });
  t.after(() => health.close());
  await health.watch();
  const drafts = health.watched(dead);
  const calls = Array.from({ length: 100 }, (_, call) =>
    assert.rejects(drafts.begin(String(call), { messageId: String(call), minimumMillis: 0 })),
  );
  await Promise.all(calls);
  await health.watch();
  assert.equal(health.takes, true);
  assert.deepEqual(log.lines, []);
});

test('a spool whose first disk is below its reserve or gone takes recordings as long as the fallback does', async t => {
  const missing = join(folder, 'not-mounted');
  const options = { reserveBytes: 0, clock: new FakeClock(), log: memoryLog() };
  const health = new SpoolHealth({ ...options, folder: missing, fallback: folder });
  const without = new SpoolHealth({ ...options, folder: missing });
  t.after(() => [health, without].forEach(each => void each.close()));
  await health.watch();
  await without.watch();
  assert.deepEqual([health.takes, without.takes], [true, false]);
  assert.ok(health.freeBytes > 0);
});
