import { randomBytes } from 'node:crypto';
import { codeOf } from '@parley/base';
import type { Disk } from '../disk/disk.ts';
import { itemOfDraft, itemOfNotice, type LoggedItem } from '../item.ts';
import { LogFile } from '../log/log-file.ts';
import { RecordReader } from '../log/record-reader.ts';
import { readAudioHead } from '../record/audio.ts';
import { endBody, idBody, jsonBody, takeBody } from '../record/bodies.ts';
import { RecordType } from '../record/record.ts';
import { Replay } from '../record/replay.ts';
import { unlessGone } from './folders.ts';
import { scanFile } from './scan-file.ts';
import type { Segment } from './writer-log.ts';
import { WriterLog } from './writer-log.ts';

const LOG_NAME = 'message.log';
const ENVELOPE_NAME = 'envelope.json';

/** What a folder of a single item holds. */
export interface FolderItem {
  readonly item: LoggedItem;
  readonly log: WriterLog;
  readonly damaged: boolean;
}

/**
 * Copies an item to `parent/<id>/`: `message.log` in the format of a segment, `envelope.json` for people. It is there as a whole
 * or not at all, and it is synced when this resolves.
 */
export async function writeItemFolder(
  disk: Disk,
  parent: string,
  from: { item: LoggedItem; log: WriterLog; node: string },
): Promise<void> {
  const { id } = from.item;
  const temporary = `${parent}/tmp-${id}`;
  // What an earlier try has left.
  if ((await disk.list(parent)).includes(id)) await removeItemFolder(disk, parent, id);
  await removeFolder(disk, temporary);
  await disk.mkdir(temporary);
  await writeLog(disk, `${temporary}/${LOG_NAME}`, from);
  await writeText(disk, `${temporary}/${ENVELOPE_NAME}`, forPeople(from.item));
  await disk.syncDir(temporary);
  await disk.rename(temporary, `${parent}/${id}`);
  await disk.syncDir(parent);
}

/** Reads an item back from its folder; undefined when its log cannot be read. */
export async function readItemFolder(disk: Disk, folder: string, now: number): Promise<FolderItem | undefined> {
  const path = `${folder}/${LOG_NAME}`;
  const replay = new Replay();
  const scanned = (await disk.list(folder)).includes(LOG_NAME) && (await scanFile(disk, path, replay.take));
  if (!scanned) return undefined;
  const { header, report } = scanned;
  const segment: Segment = { number: header.number, path, base: header.base, end: report.end, damaged: false };
  const log = new WriterLog(header.writer.toString('hex'), header.worker);
  log.segments.push(segment);
  const [notice] = replay.notices.values();
  const [draft] = replay.drafts.values();
  const damaged = report.holes.length > 0 || report.unreadable;
  if (notice) return { item: itemOfNotice(notice), log, damaged };
  return draft?.envelope ? { item: itemOfDraft(draft, now), log, damaged } : undefined;
}

/** Removes the folder of an item: gone as a whole or not at all, whatever happens meanwhile. */
export async function removeItemFolder(disk: Disk, parent: string, id: string): Promise<void> {
  const temporary = `${parent}/tmp-${id}`;
  await removeFolder(disk, temporary);
  await unlessGone(disk.rename(`${parent}/${id}`, temporary));
  await disk.syncDir(parent);
  await removeFolder(disk, temporary);
}

/** Removes a folder and the files in it; nothing happens when there is none. */
export async function removeFolder(disk: Disk, folder: string): Promise<void> {
  let names: string[];
  try {
    names = await disk.list(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) await disk.unlink(`${folder}/${name}`);
  await disk.rmdir(folder);
}

async function writeLog(
  disk: Disk,
  path: string,
  from: { item: LoggedItem; log: WriterLog; node: string },
): Promise<void> {
  const { item, log, node } = from;
  const file = await disk.create(path);
  const reader = new RecordReader(disk, log.salt, () => log.segments);
  try {
    const out = new LogFile(file, { node, worker: log.worker, writer: randomBytes(16), number: 1, base: 0 });
    if (item.kind === 'notice')
      await out.add(RecordType.notice, jsonBody(item.id, { envelope: item.envelope, sealedAt: item.sealedAt }));
    else await writeDraft(out, item, reader);
    await out.finish();
  } finally {
    await reader.close();
    await file.close();
  }
}

/** BEGIN to SEAL of a message, as if it had been written so. Its envelope may have grown beyond the budget of one: it is ours. */
async function writeDraft(out: LogFile, item: LoggedItem, reader: RecordReader): Promise<void> {
  const { id, urgent, takes, millis, sealedAt, envelope } = item;
  await out.add(RecordType.begin, jsonBody(id, envelope, 2 * 64 * 1024 - 4096));
  for (const take of takes) {
    let announced = false;
    for (const ref of take.refs) {
      const body = await reader.read(ref);
      if (!body) continue;
      if (!announced) await out.add(RecordType.take, takeBody(id, take.number, readAudioHead(body).role));
      announced = true;
      await out.add(RecordType.audio, body);
    }
    if (take.keepMillis !== undefined) await out.add(RecordType.end, endBody(id, take.number, take.keepMillis));
  }
  await out.add(RecordType.choice, jsonBody(id, { urgent, private: item.private }));
  const seal = { changes: {}, takes: takes.map(take => take.number), millis, sealedAt, interrupted: item.interrupted };
  await out.add(RecordType.seal, jsonBody(id, seal));
  await out.add(RecordType.accept, idBody(id));
}

async function writeText(disk: Disk, path: string, text: string): Promise<void> {
  const file = await disk.create(path);
  try {
    const bytes = Buffer.from(text);
    await file.write(bytes, bytes.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

function forPeople(item: LoggedItem): string {
  const { id, kind, urgent, interrupted, millis, envelope, sealedAt } = item;
  const shown = {
    id,
    kind,
    sealedAt: new Date(sealedAt).toISOString(),
    millis,
    urgent,
    private: item.private,
    interrupted,
    envelope,
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}
