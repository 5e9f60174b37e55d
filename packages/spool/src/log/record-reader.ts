import { Bug } from '@parley/base';
import type { DiskFile, ReadOnlyDisk } from '../disk/disk.ts';
import { LONGEST_BODY, RECORD_HEAD, readBody, readHead, type Salt } from '../record/record.ts';
import { SEGMENT_HEADER } from '../record/segment-header.ts';

/** A file that holds a stretch of a log. */
export interface SegmentSpan {
  readonly path: string;
  readonly base: number;
  /** Place behind its last record; unknown while it is being written. */
  readonly end: number | undefined;
}

const FIRST_READ = 4096;

/** Reads single records of a log by their places. Close it after use. */
export class RecordReader {
  readonly #disk: ReadOnlyDisk;
  readonly #salt: Salt;
  readonly #segments: () => readonly SegmentSpan[];
  readonly #files = new Map<string, Promise<Pick<DiskFile, 'read' | 'close'>>>();
  #buffer = Buffer.allocUnsafe(FIRST_READ);

  constructor(disk: ReadOnlyDisk, salt: Salt, segments: () => readonly SegmentSpan[]) {
    this.#disk = disk;
    this.#salt = salt;
    this.#segments = segments;
  }

  /** The body of the record at a place (valid until the next read), or undefined when no segment holds it intact. */
  async read(place: number): Promise<Buffer | undefined> {
    for (const segment of this.#segments()) {
      if (place < segment.base || (segment.end !== undefined && place >= segment.end)) continue;
      const body = await this.#readIn(segment, place);
      if (body) return body;
    }
    return undefined;
  }

  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) await (await file).close();
  }

  async #readIn(segment: SegmentSpan, place: number): Promise<Buffer | undefined> {
    const file = await this.#open(segment.path);
    const at = place - segment.base + SEGMENT_HEADER;
    const where = { salt: this.#salt, place };
    const read = await file.read(this.#buffer, FIRST_READ, at);
    if (read < RECORD_HEAD) return undefined;
    const head = readHead(this.#buffer, 0, where);
    if (!head) return undefined;
    const size = RECORD_HEAD + head.length;
    if (size > RECORD_HEAD + LONGEST_BODY) throw new Bug('a record longer than any');
    if (size > read) {
      const whole = Buffer.allocUnsafe(size);
      const length = await file.read(whole, size, at);
      return readBody(whole.subarray(0, length), 0, { ...where, length: head.length });
    }
    return readBody(this.#buffer.subarray(0, read), 0, { ...where, length: head.length });
  }

  async #open(path: string): Promise<Pick<DiskFile, 'read' | 'close'>> {
    let file = this.#files.get(path);
    if (!file) {
      file = this.#disk.open(path);
      this.#files.set(path, file);
      file.catch(() => this.#files.delete(path));
    }
    return file;
  }
}
