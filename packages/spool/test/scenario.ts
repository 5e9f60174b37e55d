import { type Log, silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { CrashDisk } from '../src/disk/crash-disk.ts';
import { Spool } from '../src/index.ts';
import { SpoolWriter } from '../src/writer/index.ts';
import type { Ledger, LedgerDraft } from './ledger.ts';

export const FOLDER = '/data/spool/n1';
export const SMALL = { segmentBytes: 20_000, chunkBytes: 160 * 1024, patienceMillis: 10_000 };

export function openSpool(disk: CrashDisk, clock = new FakeClock(), log: Log = silentLog): Promise<Spool> {
  if (!disk.contents().size) disk.put('/data/there', Buffer.alloc(0));
  return Spool.open({ disk, folder: FOLDER, fallback: '/data/other', node: 'n1', clock, log });
}

export function openWriter(
  disk: CrashDisk,
  spool: Spool,
  options: { clock: FakeClock; worker?: string; start?: number; log?: Log; limits?: object },
): SpoolWriter {
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
  await ledger.giveUp(writer, short);

  const group = [await ledger.begin(writer), await ledger.begin(writer), await ledger.begin(writer)];
  for (const draft of group)
    draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 1020 }));
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

/** Messages that are erased in a later segment than they begin in, behind one that nobody takes. */
export async function stuck(disk: CrashDisk, ledger: Ledger): Promise<void> {
  const clock = new FakeClock();
  const spool = await openSpool(disk, clock);
  const writer = openWriter(disk, spool, { clock });
  const waiting = await said(writer, ledger, 1100);
  await ledger.accept(writer, waiting);
  const erased = await said(writer, ledger, 1200);
  await writer.flush();
  await pass({ writer, ledger, spool }, 1500);
  await ledger.erase(writer, erased);
  await pass({ writer, ledger, spool }, 2500);
  await pass({ writer, ledger, spool }, 1100);
  await spool.sweep();

  const second = await said(writer, ledger, 1200);
  await writer.flush();
  await pass({ writer, ledger, spool }, 2500);
  await ledger.erase(writer, second);
  const last = await said(writer, ledger, 1300);
  await ledger.accept(writer, last, 'seal');
  clock.advance(11 * 60_000);
  await spool.sweep();
  await writer.close();
  await spool.sweep();
  await ledger.deliver(spool, waiting.id);
  await spool.close();
}

async function said(writer: SpoolWriter, ledger: Ledger, millis: number): Promise<LedgerDraft> {
  const draft = await ledger.begin(writer);
  draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis }));
  return draft;
}

/** A message that comes and goes. */
async function pass(at: { writer: SpoolWriter; ledger: Ledger; spool: Spool }, millis: number): Promise<void> {
  const draft = await said(at.writer, at.ledger, millis);
  await at.ledger.accept(at.writer, draft);
  await at.ledger.deliver(at.spool, draft.id);
}
