import type { DiskFile } from '../disk/disk.ts';
import { RECORD_HEAD, type Salt, saltOf, sealRecord } from '../record/record.ts';
import { encodeSegmentHeader, SEGMENT_HEADER, type SegmentHeader } from '../record/segment-header.ts';

const BUFFER = 256 * 1024;

/** Writes a whole log file at one go: a message that is moved out of its segment, or a delivery log that begins anew. */
export class LogFile {
  readonly #file: DiskFile;
  readonly #salt: Salt;
  readonly #base: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER);
  #used = SEGMENT_HEADER;
  #written = 0;

  constructor(file: DiskFile, header: SegmentHeader) {
    this.#file = file;
    this.#salt = saltOf(header.writer);
    this.#base = header.base;
    encodeSegmentHeader(header).copy(this.#buffer);
  }

  /** Position in the file behind the last record. */
  get position(): number {
    return this.#written + this.#used;
  }

  /** Appends a record. */
  async add(type: number, body: Buffer): Promise<void> {
    if (this.#used + RECORD_HEAD + body.length > BUFFER) await this.#flush();
    const place = this.#base + this.position - SEGMENT_HEADER;
    body.copy(this.#buffer, this.#used + RECORD_HEAD);
    sealRecord(this.#buffer, this.#used, { salt: this.#salt, place, type, length: body.length });
    this.#used += RECORD_HEAD + body.length;
  }

  /** Writes the rest and syncs the file. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#file.sync();
  }

  async #flush(): Promise<void> {
    if (this.#used === 0) return;
    await this.#file.write(this.#buffer, this.#used, this.#written);
    this.#written += this.#used;
    this.#used = 0;
  }
}

/** Bytes that a record takes. */
export const recordSize = (body: Buffer): number => RECORD_HEAD + body.length;
