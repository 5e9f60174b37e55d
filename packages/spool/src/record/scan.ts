import type { DiskFile } from '../disk/disk.ts';
import { readPlace } from './bodies.ts';
import { LONGEST_BODY, MARKER, RECORD_HEAD, RecordType, readBody, readHead, type Salt } from './record.ts';
import { SEGMENT_HEADER } from './segment-header.ts';

/** Takes one intact record. `body` is only valid during the call; `end` is the place behind it. */
export type TakeRecord = (record: { type: number; place: number; end: number; body: Buffer }) => void;

/** What a scan found beside records. */
export interface ScanReport {
  /** Place behind the last intact record. */
  readonly end: number;
  /** Stretches that could not be read although intact records follow. */
  readonly holes: readonly { readonly from: number; readonly to: number }[];
  /** Bytes behind the last intact record. */
  readonly tornBytes: number;
  /** Everything before this place was synced once, as far as the log says. */
  readonly syncedTo: number;
  /** The disk refused to give some of the bytes. */
  readonly unreadable: boolean;
}

const WINDOW = 1024 * 1024;
const BLOCK = 4096;

/** A piece of a file in memory, moved along. Blocks that the disk does not give are zeros. */
class Window {
  readonly #file: DiskFile;
  readonly #bytes: Buffer;
  #from = 0;
  #length = 0;
  unreadable = false;

  constructor(file: DiskFile, size: number) {
    this.#file = file;
    this.#bytes = Buffer.allocUnsafe(Math.min(WINDOW, size));
  }

  /** The bytes at `position`: at least `length` of them, fewer only at the end of the file. */
  async view(position: number, length: number): Promise<Buffer> {
    if (position < this.#from || position + length > this.#from + this.#length) await this.#load(position);
    return this.#bytes.subarray(position - this.#from, this.#length);
  }

  async #load(position: number): Promise<void> {
    this.#from = position;
    try {
      this.#length = await this.#file.read(this.#bytes, this.#bytes.length, position);
    } catch {
      // One bad block must not cost the others: read what can be read, the checks of the records find the rest.
      this.unreadable = true;
      await this.#loadBlocks(position);
    }
  }

  async #loadBlocks(position: number): Promise<void> {
    const size = await this.#file.size();
    this.#length = Math.min(this.#bytes.length, size - position);
    this.#bytes.fill(0, 0, this.#length);
    const block = Buffer.allocUnsafe(BLOCK);
    for (let at = 0; at < this.#length; at += BLOCK) {
      const length = Math.min(BLOCK, this.#length - at);
      const read = await this.#file.read(block, length, position + at).catch(() => 0);
      block.copy(this.#bytes, at, 0, read);
    }
  }
}

/**
 * Reads a segment from its first record to its end and goes on behind damage: nothing that can be read is left out, nothing
 * whose checks fail is believed. The work is linear in the size of the file.
 */
export async function scanSegment(
  file: DiskFile,
  log: { readonly salt: Salt; readonly base: number },
  take: TakeRecord,
): Promise<ScanReport> {
  const size = await file.size();
  const window = new Window(file, size);
  const placeOf = (position: number) => log.base + position - SEGMENT_HEADER;
  const holes: { from: number; to: number }[] = [];
  let good = Math.min(SEGMENT_HEADER, size);
  let syncedTo = log.base;
  for (let at = good; at + RECORD_HEAD <= size; ) {
    const where = { salt: log.salt, place: placeOf(at) };
    const head = readHead(await window.view(at, RECORD_HEAD), 0, where);
    if (!head) {
      at = await nextMarker(window, at + 1, size);
      continue;
    }
    const end = at + RECORD_HEAD + head.length;
    const body = readBody(await window.view(at, RECORD_HEAD + head.length), 0, { ...where, length: head.length });
    if (body) {
      if (at > good) holes.push({ from: placeOf(good), to: placeOf(at) });
      if (head.type === RecordType.synced) syncedTo = Math.max(syncedTo, readPlace(body));
      else take({ type: head.type, place: where.place, end: placeOf(end), body });
      good = end;
    }
    at = end;
  }
  return { end: placeOf(good), holes, tornBytes: size - good, syncedTo, unreadable: window.unreadable };
}

/** Position of the next marker from `at` on, or the size of the file. */
async function nextMarker(window: Window, at: number, size: number): Promise<number> {
  for (let from = at; from < size; ) {
    const view = await window.view(from, Math.min(LONGEST_BODY, size - from));
    const found = view.indexOf(MARKER);
    if (found >= 0) return from + found;
    if (view.length <= MARKER.length) return size;
    from += view.length - MARKER.length + 1;
  }
  return size;
}
