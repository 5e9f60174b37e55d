import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, type Log, messageOf } from '@parley/base';

/** What a file begins with; the number changes with the format. */
const MAGIC = Buffer.from('PARLEYCLIP1\n');
const HEADER = MAGIC.length + 32;
const NAME = /^[0-9a-f]{64}\.clip$/;

/** How far a full cache is emptied, so that it is not emptied again at the next clip. */
const AFTER_EMPTYING = 0.9;

/**
 * Rendered samples on disk, so that a restart renders nothing again. A file is magic, SHA-256 of what follows, 16-bit samples;
 * it appears whole under its name or not at all, and one that does not match its sum is removed and rendered again.
 * A cache that cannot be written costs time, never a prompt.
 */
export class DiskCache {
  readonly #folder: string;
  readonly #limit: number;
  readonly #log: Log;
  readonly #files = new Map<string, { readonly bytes: number; readonly used: number }>();
  #bytes = 0;
  #temporary = 0;
  #broken = false;

  private constructor(folder: string, options: DiskCacheOptions) {
    this.#folder = folder;
    this.#limit = options.limitBytes;
    this.#log = options.log;
  }

  static async open(folder: string, options: DiskCacheOptions): Promise<DiskCache> {
    const cache = new DiskCache(folder, options);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await cache.#scan();
    } catch (error) {
      cache.#complain(error);
    }
    return cache;
  }

  /** The samples of this key (a SHA-256 in hexadecimal); undefined when they are not there or not whole. */
  async get(key: string): Promise<Int16Array | undefined> {
    if (!this.#files.has(key)) return undefined;
    try {
      const file = await readFile(this.#path(key));
      const samples = samplesOf(file);
      if (!samples) {
        this.#log.warn('rendered clip is damaged and is made again', { file: this.#path(key) });
        await this.remove(key);
        return undefined;
      }
      const now = new Date();
      await utimes(this.#path(key), now, now);
      this.#files.set(key, { bytes: file.length, used: now.getTime() });
      return samples;
    } catch (error) {
      this.#forget(key);
      this.#complain(error);
      return undefined;
    }
  }

  async put(key: string, samples: Int16Array): Promise<void> {
    const bytes = HEADER + samples.byteLength;
    if (bytes > this.#limit) return;
    const temporary = join(this.#folder, `${key}.${process.pid}-${this.#temporary++}.tmp`);
    try {
      await this.#makeRoom(bytes);
      await writeWhole(temporary, samples);
      await rename(temporary, this.#path(key));
      this.#forget(key);
      this.#remember(key, { bytes, used: Date.now() });
    } catch (error) {
      await rm(temporary, { force: true }).catch((cause: unknown) => this.#complain(cause));
      this.#complain(error);
    }
  }

  async remove(key: string): Promise<void> {
    this.#forget(key);
    try {
      await rm(this.#path(key), { force: true });
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Files and bytes in the folder. */
  figures(): { readonly files: number; readonly bytes: number } {
    return { files: this.#files.size, bytes: this.#bytes };
  }

  async #scan(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      // What an earlier process was writing when it ended.
      if (name.endsWith('.tmp')) await rm(path, { force: true });
      if (!NAME.test(name)) continue;
      const { size, mtimeMs } = await stat(path);
      this.#remember(name.slice(0, 64), { bytes: size, used: mtimeMs });
    }
    await this.#makeRoom(0);
  }

  /** Removes what was not used for longest until `bytes` more fit. */
  async #makeRoom(bytes: number): Promise<void> {
    if (this.#bytes + bytes <= this.#limit) return;
    const oldestFirst = [...this.#files].sort(([, a], [, b]) => a.used - b.used);
    for (const [key] of oldestFirst) {
      if (this.#bytes + bytes <= this.#limit * AFTER_EMPTYING) return;
      await this.remove(key);
    }
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.clip`);
  }

  #remember(key: string, file: { readonly bytes: number; readonly used: number }): void {
    this.#files.set(key, file);
    this.#bytes += file.bytes;
  }

  #forget(key: string): void {
    this.#bytes -= this.#files.get(key)?.bytes ?? 0;
    this.#files.delete(key);
  }

  /** Once: a full or read-only disk would otherwise fill the log too. */
  #complain(error: unknown): void {
    if (codeOf(error) === 'ENOENT') return;
    if (!this.#broken)
      this.#log.warn('cache of rendered clips cannot be used', { folder: this.#folder, reason: messageOf(error) });
    this.#broken = true;
  }
}

export interface DiskCacheOptions {
  /** Bytes that the files may take together. */
  readonly limitBytes: number;
  readonly log: Log;
}

async function writeWhole(path: string, samples: Int16Array): Promise<void> {
  const body = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writev([MAGIC, sumOf(body), body]);
  } finally {
    await file.close();
  }
}

function samplesOf(file: Buffer): Int16Array | undefined {
  const body = file.subarray(HEADER);
  const isWhole =
    file.length >= HEADER &&
    body.length % 2 === 0 &&
    file.subarray(0, MAGIC.length).equals(MAGIC) &&
    file.subarray(MAGIC.length, HEADER).equals(sumOf(body));
  // Copied: a view of 16 bits has to begin at an even address.
  return isWhole ? new Int16Array(Uint8Array.from(body).buffer) : undefined;
}

function sumOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}
