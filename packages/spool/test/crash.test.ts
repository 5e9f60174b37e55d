import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { seeded } from '@parley/base';
import { CrashDisk } from '../src/disk/crash-disk.ts';
import { Ledger } from './ledger.ts';
import { day, FOLDER, openSpool, openWriter } from './scenario.ts';

/** Lets everything settle that can. */
const quiet = () => new Promise<void>(resolve => setImmediate(resolve));

/** Runs until the disk stops the world at its `n`-th operation; false when the work came to its end before. */
async function runUntil(disk: CrashDisk, n: number, work: () => Promise<unknown>): Promise<boolean> {
  disk.stopAt(n);
  const stopped = await Promise.race([work().then(() => false), disk.stopped.then(() => true)]);
  await quiet();
  return stopped;
}

function next(disk: CrashDisk, random: () => number): CrashDisk {
  return random() < 0.3 ? disk.kill() : disk.crash(random);
}

/** What is found is what was promised; and the spool works on, delivers everything and leaves nothing behind. */
async function checkAll(disk: CrashDisk, ledger: Ledger): Promise<void> {
  const clock = new FakeClock();
  const spool = await openSpool(disk, clock);
  await ledger.check(spool);
  const writer = openWriter(disk, spool, { clock, start: 2 });
  const more = await ledger.begin(writer);
  more.versions.push(ledger.speak(writer, more, { number: 1, role: 'replace', millis: 1000 }));
  await ledger.accept(writer, more);
  await ledger.check(spool);
  for (const item of spool.list()) await spool.delivered(item.id);
  await writer.close();
  await spool.sweep();
  await spool.close();
  const left = [...disk.contents().keys()].filter(path => !/\/(there|format|lock|delivery\.log)$/.test(path) && !path.startsWith(`${FOLDER}/corrupt/`));
  assert.deepEqual(left, [], 'nothing stays behind');
  const again = await openSpool(disk);
  assert.deepEqual(again.list(), []);
  await again.close();
}

test('a crash at every disk operation of a day, and again at operations of the recovery, loses nothing promised and invents nothing', async t => {
  const seed = 20260105;
  t.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  let sites = 0;
  let nested = 0;
  for (let n = 1; ; n++) {
    const disk = new CrashDisk();
    const ledger = new Ledger();
    if (!(await runUntil(disk, n, () => day(disk, ledger)))) break;
    sites++;
    let survivor = next(disk, random);
    // Kill the recovery as well, twice at most, at operations spread over it.
    for (let depth = 0; depth < 2; depth++) {
      const at = 1 + Math.floor(random() * 60);
      const broken = survivor;
      if (!(await runUntil(broken, at, () => openSpool(broken)))) {
        survivor = broken.kill();
        break;
      }
      nested++;
      survivor = next(broken, random);
    }
    try {
      await checkAll(survivor, ledger);
    } catch (error) {
      throw new Error(`crash at operation ${n}, seed ${seed}`, { cause: error });
    }
  }
  t.diagnostic(`${sites} sites, ${nested} crashes within recovery`);
  assert.ok(sites > 150);
});
