import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { CrashDisk } from '../src/disk/crash-disk.ts';
import { Ledger } from './ledger.ts';
import { day, FOLDER, openSpool, openWriter, stuck } from './scenario.ts';

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
  const left = [...disk.contents().keys()].filter(
    path => !/\/(there|format|lock|delivery\.log)$/.test(path) && !path.startsWith(`${FOLDER}/corrupt/`),
  );
  assert.deepEqual(left, [], 'nothing stays behind');
  const again = await openSpool(disk);
  assert.deepEqual(again.list(), []);
  await again.close();
}

const DAYS = { day, stuck };

for (const [name, work] of Object.entries(DAYS))
  test(`a crash at every disk operation (${name}), and again in the recovery, loses nothing promised and invents nothing`, async t => {
    const seed = 20260105;
    const random = seeded(seed);
    let sites = 0;
    let nested = 0;
    for (let n = 1; ; n++) {
      const disk = new CrashDisk();
      const ledger = new Ledger();
      if (!(await runUntil(disk, n, () => work(disk, ledger)))) break;
      sites++;
      let survivor = next(disk, random);
      // Crash in the recovery as well, twice at most, at operations spread over it.
      for (let depth = 0; depth < 2; depth++) {
        const broken = survivor;
        if (await runUntil(broken, 1 + Math.floor(random() * 60), () => openSpool(broken))) nested++;
        survivor = next(broken, random);
      }
      await explained(`crash at operation ${n}, seed ${seed}`, () => checkAll(survivor, ledger));
    }
    t.diagnostic(`seed ${seed}: ${sites} sites, ${nested} crashes within recovery`);
    assert.ok(sites > 100 && nested > sites);
  });

test('a recovery that is cut off at each of its disk operations is done again by the next one', async t => {
  const seed = 4711;
  const random = seeded(seed);
  let sites = 0;
  for (const n of [100, 180])
    for (let m = 1; ; m++) {
      const disk = new CrashDisk();
      const ledger = new Ledger();
      assert.ok(await runUntil(disk, n, () => day(disk, ledger)));
      const broken = next(disk, random);
      const cut = await runUntil(broken, m, () => openSpool(broken));
      if (!cut) break;
      sites++;
      await explained(`crash at ${n}, in recovery at ${m}, seed ${seed}`, () => checkAll(next(broken, random), ledger));
    }
  t.diagnostic(`seed ${seed}: ${sites} crashes within recovery`);
  assert.ok(sites > 100);
});

test('what a recovery has shown survives a power cut, although the process that wrote it was only killed', async () => {
  const disk = new CrashDisk();
  const ledger = new Ledger();
  const spool = await openSpool(disk);
  const writer = openWriter(disk, spool, { clock: new FakeClock() });
  const draft = await ledger.begin(writer);
  draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 2000 }));
  await writer.flush();
  draft.versions.push(
    Buffer.concat([draft.versions[0], ledger.speak(writer, draft, { number: 2, role: 'add', millis: 2000 })]),
  );
  disk.stopAt(disk.operations + 2);
  void writer.flush();
  await disk.stopped;
  const killed = disk.kill();
  const shown = (await openSpool(killed)).list();
  assert.equal(shown[0].millis, 4000);
  const after = await openSpool(killed.crash(() => 0));
  assert.deepEqual(after.list(), shown);
});

async function explained(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}
