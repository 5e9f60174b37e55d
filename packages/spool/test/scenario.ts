import { FakeClock } from '@parley/base/fake-clock';
import { type Log, silentLog } from '@parley/base';
import type { CrashDisk } from '../src/disk/crash-disk.ts';
import { Spool } from '../src/index.ts';
import { SpoolWriter } from '../src/writer/index.ts';
import { Ledger } from './ledger.ts';

export const FOLDER = '/data/spool/n1';
export const SMALL = { segmentBytes: 20_000, chunkBytes: 160 * 1024, patienceMillis: 10_000 };

export function openSpool(disk: CrashDisk, clock = new FakeClock(), log: Log = silentLog): Promise<Spool> {
  if (!disk.contents().size) disk.put('/data/there', Buffer.alloc(0));
  return Spool.open({ disk, folder: FOLDER, fallback: '/data/other', node: 'n1', clock, log });
}

export function openWriter(disk: CrashDisk, spool: Spool, options: { clock: FakeClock; worker?: string; start?: number; log?: Log; limits?: object }): SpoolWriter {
  const { clock, worker = 'w1', start = 1, log = silentLog, limits = {} } = options;
  return new SpoolWriter({
    disk,
    folder: FOLDER,
    fallback: '/data/other',
    node: 'n1',
    worker,
    clock,
    log,
    limits: { ...SMALL, reserveBytes: 0, ...limits },
    onEvent: event => spool.heard(event),
    writer: Buffer.from(`${start}${worker}-0123456789abcdef`).subarray(0, 16),
  });
}

/** A day at the spool, with everything in it that reaches the disk. */
export async function day(disk: CrashDisk, ledger: Ledger): Promise<void> {
  const clock = new FakeClock();
  const spool = await openSpool(disk, clock);
  const writer = openWriter(disk, spool, { clock });

  const sent = await ledger.begin(writer);
  sent.versions.push(ledger.speak(writer, sent, { number: 1, role: 'replace', millis: 1500 }));
  await ledger.accept(writer, sent);

  const long = await ledger.begin(writer);
  const spoken = ledger.speak(writer, long, { number: 1, role: 'replace', millis: 2000, open: true });
  long.versions.push(spoken);
  await writer.flush();
  long.durable = spoken.length;

  const tried = await ledger.begin(writer);
  const first = ledger.speak(writer, tried, { number: 1, role: 'replace', millis: 1200 });
  tried.versions.push(first);
  ledger.speak(writer, tried, { number: 2, role: 'replace', millis: 400 });
  const added = ledger.speak(writer, tried, { number: 3, role: 'add', millis: 600 });
  tried.versions.push(Buffer.concat([first, added]));
  writer.mark(tried.id, { urgent: true });
  await ledger.accept(writer, tried, 'seal');

  const erased = await ledger.begin(writer);
  erased.versions.push(ledger.speak(writer, erased, { number: 1, role: 'replace', millis: 1100 }));
  await writer.flush();
  await ledger.erase(writer, erased);
  await Promise.all([ledger.notice(writer, 'call-1'), ledger.notice(writer, 'call-1')]);

  spool.delivering(sent.id);
  await ledger.deliver(spool, sent.id);
  await spool.sweep();

  const short = await ledger.begin(writer);
  short.versions.push(ledger.speak(writer, short, { number: 1, role: 'replace', millis: 300 }));
  short.tooShort = true;
  await writer.seal(short.id);

  const group = [await ledger.begin(writer), await ledger.begin(writer), await ledger.begin(writer)];
  for (const draft of group) draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 1020 }));
  await Promise.all(group.map(draft => ledger.accept(writer, draft)));

  clock.advance(11 * 60_000);
  await spool.sweep();
  spool.refused(tried.id, { permanent: true, why: 'no such mailbox' });
  await spool.dead(tried.id, 'no such mailbox');
  await spool.retry(tried.id);
  await ledger.deliver(spool, tried.id);
  await ledger.deliver(spool, group[0].id);
  await spool.dead(group[1].id, 'nobody');
  await writer.close();
  await spool.sweep();
  await spool.close();
}
