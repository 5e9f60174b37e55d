import { type Log, messageOf, ParleyError } from '@parley/base';
import type { Disk, DiskFile } from '../disk/disk.ts';
import { itemOfDraft, itemOfNotice, type LoggedItem } from '../item.ts';
import type { DraftState } from '../record/draft-state.ts';
import { Replay } from '../record/replay.ts';
import type { ScanReport } from '../record/scan.ts';
import { decodeSegmentHeader, SEGMENT_HEADER, type SegmentHeader } from '../record/segment-header.ts';
import { scanFile } from './scan-file.ts';
import { inOrder, type Segment, WriterLog } from './writer-log.ts';

/** What recovery needs beside the files. */
export interface RecoveryContext {
  readonly disk: Disk;
  readonly log: Log;
  /** Wall time, milliseconds since 1970. */
  readonly now: number;
  /** Whether an item is over, or in the book already: then it is not taken up again. */
  readonly isKnown: (id: string) => boolean;
}

/** Segment files, sorted by whose log they belong to. */
export interface SortedFiles {
  /** Files with a readable header were added to these logs. */
  readonly touched: ReadonlySet<WriterLog>;
  /** Something is in them, but nobody can say whose it is. */
  readonly unreadable: readonly string[];
  /** Nothing was ever confirmed in them: the crash came before their first sync. */
  readonly empty: readonly string[];
  /** The disk did not let us look. */
  readonly skipped: readonly string[];
}

/** Finds out whose segments these files are, and adds them to the logs of their writers. */
export async function sortFiles(
  paths: readonly string[],
  logs: Map<string, WriterLog>,
  context: RecoveryContext,
): Promise<SortedFiles> {
  const touched = new Set<WriterLog>();
  const unreadable: string[] = [];
  const empty: string[] = [];
  const skipped: string[] = [];
  for (const path of paths) {
    const header = await headerOf(path, context);
    if (header === 'unreadable') unreadable.push(path);
    else if (header === 'empty') empty.push(path);
    else if (header === 'skipped') skipped.push(path);
    else {
      const writer = header.writer.toString('hex');
      const log = logs.get(writer) ?? new WriterLog(writer, header.worker);
      logs.set(writer, log);
      log.segments.push({ number: header.number, path, base: header.base, end: header.base, damaged: false });
      touched.add(log);
    }
  }
  return { touched, unreadable, empty, skipped };
}

/**
 * Reads the log of a dead writer: returns what waits in it, and notes in the log what is over. Changes nothing on the disk, so
 * it may be cut off and done again any number of times.
 */
export async function recoverLog(log: WriterLog, context: RecoveryContext): Promise<LoggedItem[]> {
  const replay = await replayAll(log, context, (segment, report) => {
    segment.end = Math.max(report.end, segment.end ?? 0);
    segment.damaged = report.holes.length > 0 || report.unreadable;
  });
  const items: LoggedItem[] = [];
  for (const draft of replay.drafts.values()) {
    const item = decide(draft, context);
    if (item) items.push(item);
    else log.finished.set(draft.id, { first: draft.first, last: draft.last });
  }
  for (const notice of replay.notices.values())
    if (context.isKnown(notice.id)) log.finished.set(notice.id, { first: notice.first, last: notice.last });
    else items.push(itemOfNotice(notice));
  return items;
}

/** Looks for what the disk holds of one draft whose writer lives but could not write on; undefined: nothing that waits. */
export async function recoverDraft(
  log: WriterLog,
  id: string,
  context: RecoveryContext,
): Promise<LoggedItem | undefined> {
  const replay = await replayAll(log, context);
  const draft = replay.drafts.get(id);
  return draft && decide(draft, context);
}

async function replayAll(log: WriterLog, context: RecoveryContext, found?: Found): Promise<Replay> {
  const replay = new Replay();
  for (const segment of inOrder(log.segments)) {
    replay.nextSegment(segment.base);
    const report = await readSegment(segment, replay, context);
    found?.(segment, report);
  }
  return replay;
}

type Found = (segment: Segment, report: ScanReport) => void;

/** What becomes of a draft whose writer is dead; undefined: nothing. */
function decide(draft: DraftState, context: RecoveryContext): LoggedItem | undefined {
  if (context.isKnown(draft.id) || draft.discarded || draft.seal?.takes.length === 0) return undefined;
  if (!draft.envelope) {
    if (draft.takes.size > 0) context.log.warn('recording without its beginning', { item: draft.id });
    return undefined;
  }
  const item = itemOfDraft(draft, context.now);
  if (item.kind === 'too short') context.log.info('interrupted call without a message', { item: draft.id });
  else if (item.interrupted) context.log.warn('interrupted message recovered', { item: draft.id, millis: item.millis });
  return item;
}

async function readSegment(segment: Segment, replay: Replay, context: RecoveryContext): Promise<ScanReport> {
  const scanned = await scanFile(context.disk, segment.path, replay.take);
  if (!scanned) throw new ParleyError('SPOOL_FAILED', `${segment.path} changed while it was read`);
  const { report, notSynced } = scanned;
  if (notSynced) context.log.error('spool segment not synced', { path: segment.path, message: messageOf(notSynced) });
  reportDamage(segment, report, context.log);
  return report;
}

/** Damage where the disk had confirmed everything is an alarm; what a crash tore was never confirmed to anybody. */
function reportDamage(segment: Segment, report: ScanReport, log: Log): void {
  const { holes, tornBytes, syncedTo, unreadable } = report;
  const fields = { path: segment.path, holes: holes.length, unreadable };
  if (unreadable || holes.some(hole => hole.from < syncedTo)) log.error('spool segment damaged', fields);
  else if (holes.length > 0) log.warn('spool segment torn in the middle', fields);
  if (tornBytes > 0) log.info('spool segment torn at its end', { path: segment.path, bytes: tornBytes });
}

async function headerOf(
  path: string,
  context: RecoveryContext,
): Promise<SegmentHeader | 'unreadable' | 'empty' | 'skipped'> {
  try {
    const file = await context.disk.open(path);
    try {
      return await readHeader(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'SPOOL_NEWER') throw error;
    context.log.error('spool segment cannot be read', { path, message: messageOf(error) });
    return 'skipped';
  }
}

async function readHeader(file: DiskFile): Promise<SegmentHeader | 'unreadable' | 'empty'> {
  const bytes = Buffer.alloc(SEGMENT_HEADER);
  await file.read(bytes, SEGMENT_HEADER, 0);
  return decodeSegmentHeader(bytes) ?? ((await file.size()) > SEGMENT_HEADER ? 'unreadable' : 'empty');
}
