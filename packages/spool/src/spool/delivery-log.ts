import { randomBytes } from 'node:crypto';
import { type Clock, codeOf, type Log } from '@parley/base';
import type { Disk } from '../disk/disk.ts';
import type { SpoolFailed } from '../errors.ts';
import { COMMIT_LIMITS, CommitLog } from '../log/commit-log.ts';
import { LogFile, recordSize } from '../log/log-file.ts';
import type { Part, Parts } from '../log/part.ts';
import { type DeliveryData, jsonBody, readDelivery, readId, readIds } from '../record/bodies.ts';
import { RecordType, saltOf } from '../record/record.ts';
import { SEGMENT_HEADER } from '../record/segment-header.ts';
import { unlessGone } from './folders.ts';
import { scanFile } from './scan-file.ts';

/** What the delivery log knows of an item. */
export interface Delivery {
  attempts: number;
  refusals: number;
  why: string | undefined;
  /** Delivered, or finished in another way: it must not come back. */
  over: boolean;
}

/** A record for a delivery log that begins anew. */
export interface Snapshot {
  readonly type: number;
  readonly body: Buffer;
}

/** Where the places of a delivery log begin, so that a snapshot of the book always fits before what comes next. */
const START = 2 ** 40;
/** Ids in one ENDED record. */
const IDS = 1000;
const NO_ID = '0'.repeat(26);

/** What the file says; damaged records are left out. `damaged` is undefined when all could be read. */
export async function readDeliveryLog(
  disk: Disk,
  path: string,
): Promise<{ known: Map<string, Delivery>; damaged?: string }> {
  const known = new Map<string, Delivery>();
  const of = (id: string) => {
    const delivery = known.get(id) ?? { attempts: 0, refusals: 0, why: undefined, over: false };
    known.set(id, delivery);
    return delivery;
  };
  try {
    const scanned = await scanFile(disk, path, ({ type, body }) => {
      if (type === RecordType.ended) for (const id of readIds(body)) of(id).over = true;
      else applyTo(of(readId(body)), type, body);
    });
    if (!scanned) return { known, damaged: 'its header is unreadable' };
    const { holes, unreadable } = scanned.report;
    return holes.length > 0 || unreadable ? { known, damaged: `${holes.length} places are unreadable` } : { known };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { known };
    throw error;
  }
}

function applyTo(delivery: Delivery, type: number, body: Buffer): void {
  if (type === RecordType.delivered) {
    delivery.over = true;
    return;
  }
  const data: DeliveryData = readDelivery(body);
  delivery.attempts = data.attempts ?? 0;
  delivery.refusals = data.refusals ?? 0;
  delivery.why = data.why;
}

/**
 * `delivery.log`: how far the delivery of each item is. One file; it begins anew with the book as it stands when it has grown,
 * when it is old, and when the disk failed under it.
 */
export class DeliveryLog implements Parts {
  readonly places = 1;
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #node: string;
  readonly #snapshot: () => readonly Snapshot[];
  readonly #writer = randomBytes(16);
  readonly #log: CommitLog;

  constructor(
    disk: Disk,
    options: { folder: string; node: string; clock: Clock; log: Log; snapshot: () => readonly Snapshot[] },
  ) {
    this.#disk = disk;
    this.#folder = options.folder;
    this.#node = options.node;
    this.#snapshot = options.snapshot;
    const { clock, log } = options;
    this.#log = new CommitLog({
      parts: this,
      salt: saltOf(this.#writer),
      clock,
      log,
      limits: { ...COMMIT_LIMITS, segmentBytes: 4 * 2 ** 20, chunkBytes: 256 * 1024 },
      start: START,
      onLost: (_from: number, error: SpoolFailed) => log.error('delivery log not written', { message: error.message }),
    });
  }

  /** Notes something about an item. Not synced yet. */
  note(type: number, id: string, data: DeliveryData = {}): void {
    this.#log.append(type, jsonBody(id, data));
  }

  /** Notes that drafts are over. */
  ended(ids: readonly string[]): void {
    for (const { type, body } of endedRecords(ids)) this.#log.append(type, body);
  }

  /** Begins the file anew. */
  async renew(): Promise<void> {
    this.#log.append(RecordType.ended, jsonBody(NO_ID, []));
    await this.#log.synced();
  }

  synced(): Promise<void> {
    return this.#log.synced();
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  /** Makes the next file: what the book says now, then what follows. It takes the old one's place at once or not at all. */
  async open(base: number): Promise<Part> {
    const temporary = `${this.#folder}/delivery.tmp`;
    const path = `${this.#folder}/delivery.log`;
    await unlessGone(this.#disk.unlink(temporary));
    const records = this.#snapshot();
    const start = base - records.reduce((sum, { body }) => sum + recordSize(body), 0);
    const file = await this.#disk.create(temporary);
    try {
      const out = new LogFile(file, {
        node: this.#node,
        worker: 'delivery',
        writer: this.#writer,
        number: 1,
        base: start,
      });
      for (const { type, body } of records) await out.add(type, body);
      await out.finish();
      await this.#disk.rename(temporary, path);
      await this.#disk.syncDir(this.#folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    const position = SEGMENT_HEADER + base - start;
    return { file, where: 0, position, base, start: position };
  }

  closed(): void {
    // The next file takes this one's name.
  }
}

/** ENDED records for any number of ids. */
export function endedRecords(ids: readonly string[]): Snapshot[] {
  const records: Snapshot[] = [];
  for (let i = 0; i < ids.length; i += IDS)
    records.push({ type: RecordType.ended, body: jsonBody(NO_ID, ids.slice(i, i + IDS)) });
  return records;
}

/** The record that says how far an item is. */
export function stateRecord(id: string, delivery: Delivery): Snapshot {
  const { attempts, refusals, why, over } = delivery;
  if (over) return { type: RecordType.delivered, body: jsonBody(id, {}) };
  return { type: RecordType.refused, body: jsonBody(id, { attempts, refusals, ...(why !== undefined && { why }) }) };
}
