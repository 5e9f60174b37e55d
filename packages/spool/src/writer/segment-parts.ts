import { codeOf, type Log, messageOf } from '@parley/base';
import type { Disk, DiskFile } from '../disk/disk.ts';
import type { Part, Parts } from '../log/part.ts';
import { encodeSegmentHeader, SEGMENT_HEADER } from '../record/segment-header.ts';

/** A segment of this writer, as long as something may be read from it. */
export interface OwnSegment {
  readonly number: number;
  readonly path: string;
  readonly base: number;
  end: number | undefined;
}

export interface SegmentPartsOptions {
  readonly disk: Disk;
  /** Where segments go: the spool folder, then those to fall back to. */
  readonly folders: readonly string[];
  readonly node: string;
  readonly worker: string;
  /** 16 random bytes. */
  readonly writer: Buffer;
  readonly log: Log;
  readonly onOpened: (segment: OwnSegment) => void;
  readonly onClosed: (segment: OwnSegment) => void;
}

/** The name of a segment's file. */
export function segmentName(worker: string, number: number): string {
  return `${worker}-${String(number).padStart(6, '0')}.log`;
}

/** The number in a segment's name, undefined when it is not a segment of this worker. */
export function segmentNumber(name: string, worker: string): number | undefined {
  if (!name.startsWith(`${worker}-`) || !name.endsWith('.log')) return undefined;
  const number = Number(name.slice(worker.length + 1, -4));
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Makes the segments of one writer: `<worker>-<number>.log`, the name synced before anything in it counts. */
export class SegmentParts implements Parts {
  readonly #options: SegmentPartsOptions;
  readonly #open = new Map<Part, OwnSegment>();
  /** Segments from the oldest that is still of interest. */
  segments: OwnSegment[] = [];
  #next: number | undefined;

  constructor(options: SegmentPartsOptions) {
    this.#options = options;
  }

  get places(): number {
    return this.#options.folders.length;
  }

  async open(base: number, where: number): Promise<Part> {
    const { disk, folders, worker, node, writer } = this.#options;
    const { number, path, file } = await this.#create(folders[where]);
    try {
      await file.write(encodeSegmentHeader({ node, worker, writer, number, base }), SEGMENT_HEADER, 0);
      await disk.syncDir(folders[where]);
    } catch (error) {
      await this.#giveUp(file, path);
      throw error;
    }
    const segment = { number, path, base, end: undefined };
    const part = { file, where, position: SEGMENT_HEADER, base, start: SEGMENT_HEADER };
    this.segments.push(segment);
    this.#open.set(part, segment);
    this.#options.onOpened(segment);
    return part;
  }

  closed(part: Part, end: number): void {
    const segment = this.#open.get(part);
    if (!segment) return;
    this.#open.delete(part);
    segment.end = end;
    this.#options.onClosed(segment);
  }

  /** Forgets segments that end before a place: nobody will play from them any more. */
  forget(place: number): void {
    if (this.segments.some(segment => (segment.end ?? place + 1) <= place))
      this.segments = this.segments.filter(segment => (segment.end ?? place + 1) > place);
  }

  /** Makes a file with a number that no other in its folder has. */
  async #create(folder: string): Promise<{ number: number; path: string; file: DiskFile }> {
    const { disk, worker } = this.#options;
    this.#next ??= await this.#firstFree();
    for (;;) {
      const number = this.#next++;
      const path = `${folder}/${segmentName(worker, number)}`;
      try {
        return { number, path, file: await disk.create(path) };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
    }
  }

  /** The number behind those of earlier starts. A folder that cannot be listed does not keep the others from being used. */
  async #firstFree(): Promise<number> {
    const { disk, folders, worker, log } = this.#options;
    let last = 0;
    for (const folder of folders)
      try {
        for (const name of await disk.list(folder)) last = Math.max(last, segmentNumber(name, worker) ?? 0);
      } catch (error) {
        log.error('spool folder cannot be listed', { folder, code: codeOf(error), message: messageOf(error) });
      }
    return last + 1;
  }

  /** An empty segment on a full disk is litter: nothing of it was announced. */
  async #giveUp(file: DiskFile, path: string): Promise<void> {
    try {
      await file.close();
      await this.#options.disk.unlink(path);
    } catch (error) {
      this.#options.log.warn('spool segment not removed', { path, code: codeOf(error), message: messageOf(error) });
    }
  }
}
