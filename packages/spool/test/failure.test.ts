import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, seeded } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { CrashDisk, type DiskOperation } from '../src/disk/crash-disk.ts';
import { Ledger, type LedgerDraft } from './ledger.ts';
import { openSpool, openWriter } from './scenario.ts';

const quiet = () => new Promise<void>(resolve => setImmediate(resolve));

/** Does a step; a failure is fine when it is one that callers know. Returns whether it succeeded. */
async function attempt(step: () => Promise<unknown>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    assert.match(codeOf(error) ?? String(error), /^(SPOOL_FAILED|SPOOL_FULL|EIO|ENOSPC)$/, String(error));
    return false;
  }
}

/** Calls while the disk fails, then more when it works again, then a power cut. Returns whether the fault came up. */
async function stormyDay(breakDisk: (disk: CrashDisk) => void, random: () => number): Promise<boolean> {
  const disk = new CrashDisk();
  const ledger = new Ledger();
  const clock = new FakeClock();
  const spool = await openSpool(disk, clock);
  const writer = openWriter(disk, spool, { clock });
  let failed = 0;
  const step = async (work: () => Promise<unknown>) => {
    const done = await attempt(work);
    if (!done) failed++;
    return done;
  };
  const call = async (millis: number, end: (draft: LedgerDraft) => Promise<unknown>) => {
    let draft: LedgerDraft | undefined;
    if (!(await step(async () => (draft = await ledger.begin(writer)))) || !draft) return;
    const { versions } = draft;
    const said = draft;
    versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis }));
    if (await step(() => writer.flush())) draft.durable = draft.failed ? 0 : versions[0].length;
    await step(() => end(said));
  };
  const busy = async () => {
    await call(1500, draft => ledger.accept(writer, draft));
    await call(1200, draft => ledger.erase(writer, draft));
    await call(1300, draft => ledger.accept(writer, draft, 'seal'));
    await step(() => ledger.notice(writer, 'call-1'));
    const first = spool.list()[0];
    if (first) await step(() => ledger.deliver(spool, first.id));
    clock.advance(11 * 60_000);
    await spool.sweep();
  };
  await call(1100, draft => ledger.accept(writer, draft));
  breakDisk(disk);
  await busy();
  await busy();
  const came = disk.faultsLeft === 0;
  disk.mend();
  disk.capacity = Number.POSITIVE_INFINITY;
  const before = failed;
  await busy();
  await quiet();
  await spool.sweep();
  assert.equal(failed, before, 'works again without a restart');
  await ledger.check(spool);
  const after = await openSpool(random() < 0.4 ? disk.kill() : disk.crash(random));
  await ledger.check(after);
  return came;
}

const SITES: readonly DiskOperation[] = [
  'create',
  'write',
  'sync',
  'syncDir',
  'open',
  'read',
  'rename',
  'unlink',
  'mkdir',
  'rmdir',
  'list',
  'space',
];

test('any disk operation that fails, once or three times, confirms nothing that is not so; work goes on afterwards', async t => {
  const seed = 99;
  const random = seeded(seed);
  let runs = 0;
  for (const operation of SITES)
    for (const times of [1, 3])
      for (let nth = 1; ; nth += times === 1 ? 1 : 4) {
        const code = nth % 2 ? 'EIO' : 'ENOSPC';
        let came = false;
        try {
          came = await stormyDay(disk => disk.fail(operation, { nth, times, code }), random);
        } catch (error) {
          throw new Error(`${operation} number ${nth}, ${times} times, ${code}, seed ${seed}`, { cause: error });
        }
        if (!came) break;
        runs++;
      }
  t.diagnostic(`seed ${seed}: ${runs} runs`);
});

test('a full disk confirms nothing that is not so; when there is room again, calls are taken without a restart', async t => {
  const seed = 5;
  const random = seeded(seed);
  let refusals = 0;
  for (let room = 0; room < 60_000; room += 3000)
    await stormyDay(disk => {
      let used = 0;
      for (const data of disk.contents().values()) used += data.length;
      disk.capacity = used + room;
      refusals++;
    }, random);
  t.diagnostic(`seed ${seed}: ${refusals} sizes of what is left`);
});

test('audio that was written twice, because its first segment could not be synced, is there once', async () => {
  const disk = new CrashDisk();
  const spool = await openSpool(disk);
  const writer = openWriter(disk, spool, { clock: new FakeClock() });
  const ledger = new Ledger();
  const draft = await ledger.begin(writer);
  draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 1500 }));
  disk.fail('sync');
  await ledger.accept(writer, draft);
  const after = await openSpool(disk.kill());
  assert.equal(after.figures().segments, 2, 'both segments hold it');
  await ledger.check(after);
});

test('an item whose move failed half way is gone once it is delivered', async () => {
  for (const random of [() => 0.1, () => 0.3, () => 0.6, () => 0.9]) {
    const disk = new CrashDisk();
    const clock = new FakeClock();
    const spool = await openSpool(disk, clock);
    const writer = openWriter(disk, spool, { clock });
    const ledger = new Ledger();
    const draft = await ledger.begin(writer);
    draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 1500 }));
    await ledger.accept(writer, draft);
    disk.fail('syncDir', { path: '/pending', times: 50 });
    clock.advance(11 * 60_000);
    await spool.sweep();
    assert.equal(spool.show(draft.id)?.where, 'log', 'it has not moved');
    disk.mend();
    await ledger.deliver(spool, draft.id);
    await writer.close();
    await spool.sweep();
    assert.deepEqual(
      [...disk.contents().keys()].filter(path => path.includes('/pending/')),
      [],
    );
    // The next start forgets who was delivered, since no segment speaks of it any more; nothing may speak of it after that.
    await spool.close();
    await (await openSpool(disk)).close();
    await ledger.check(await openSpool(disk.crash(random)));
  }
});
