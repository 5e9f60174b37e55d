import { type Clock, codeOf, type Log, messageOf } from '@parley/base';
import type { Disk } from '../disk/disk.ts';
import { SpoolFull } from '../errors.ts';

/** How often the file system is asked, milliseconds. */
const EVERY = 1000;
const MOST_RESERVE = 512 * 2 ** 20;

/** Watches that there is room to finish what has begun. */
export class SpaceWatch {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #reserveBytes: number | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #folders = '';
  #refusal: string | undefined;

  /** @param options.reserveBytes what stays free; the smaller of 5 % and 512 MiB without a value. */
  constructor(disk: Disk, options: { clock: Clock; log: Log; reserveBytes?: number }) {
    this.#disk = disk;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#reserveBytes = options.reserveBytes;
  }

  /**
   * Rejects with `SpoolFull` when the disks of all these folders are below the reserve: what one does not take any more goes to
   * the next. The answer may be a second old.
   */
  async check(folders: readonly string[]): Promise<void> {
    const now = this.#clock.monotonic();
    const asked = folders.join('\n');
    if (now - this.#askedAt >= EVERY || asked !== this.#folders || this.#refusal) {
      this.#askedAt = now;
      this.#folders = asked;
      this.#refusal = await this.#askAll(folders);
    }
    if (this.#refusal) throw new SpoolFull(this.#refusal);
  }

  async #askAll(folders: readonly string[]): Promise<string | undefined> {
    const refusals: string[] = [];
    for (const folder of folders) {
      const refusal = await this.#ask(folder);
      if (refusal === undefined) return undefined;
      refusals.push(refusal);
    }
    return refusals.join('; ');
  }

  async #ask(folder: string): Promise<string | undefined> {
    try {
      const { freeBytes, totalBytes } = await this.#disk.space(folder);
      const reserve = this.#reserveBytes ?? Math.min(totalBytes * 0.05, MOST_RESERVE);
      if (freeBytes >= reserve) return undefined;
      return `only ${freeBytes} bytes are free in ${folder}, spool.reserve keeps ${Math.round(reserve)}`;
    } catch (error) {
      // Whether the disk takes a message is found out by writing to it, not by asking.
      this.#log.warn('free space unknown', { folder, code: codeOf(error), message: messageOf(error) });
      return undefined;
    }
  }
}
