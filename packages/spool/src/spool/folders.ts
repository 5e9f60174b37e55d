import { codeOf, type Log, messageOf, ParleyError } from '@parley/base';
import type { Disk, DiskLock } from '../disk/disk.ts';
import { FORMAT_VERSION } from '../record/segment-header.ts';

/** The folders of a node's spool. */
export class SpoolFolders {
  readonly #disk: Disk;
  readonly root: string;
  /** Undefined when there is none that can be used. */
  fallback: string | undefined;
  readonly pending: string;
  readonly dead: string;
  readonly corrupt: string;

  constructor(disk: Disk, root: string, fallback?: string) {
    this.#disk = disk;
    this.root = root;
    this.fallback = fallback;
    this.pending = `${root}/pending`;
    this.dead = `${root}/dead`;
    this.corrupt = `${root}/corrupt`;
  }

  /** Makes what is missing, lastingly. The folder that holds `root`'s parent must exist. A fallback that fails is done without. */
  async make(log: Log): Promise<void> {
    for (const folder of [parentOf(this.root), this.root, this.pending, this.dead, this.corrupt])
      await this.#make(folder);
    if (this.fallback === undefined) return;
    try {
      await this.#make(this.fallback);
      await this.#make(`${this.fallback}/corrupt`);
    } catch (error) {
      log.error('no spool folder to fall back to', { folder: this.fallback, message: messageOf(error) });
      this.fallback = undefined;
    }
  }

  /** Takes the lock of this spool. Rejects with `SPOOL_LOCKED`. */
  async lock(): Promise<DiskLock> {
    const lock = await this.#disk.lock(`${this.root}/lock`);
    if (!lock) throw new ParleyError('SPOOL_LOCKED', `${this.root} is held by another process; stop it first`);
    return lock;
  }

  /** Refuses a spool of a newer program with `SPOOL_NEWER`; leaves our own mark where there is none. */
  async checkFormat(): Promise<void> {
    const path = `${this.root}/format`;
    const version = await this.#readFormat(path);
    if (version > FORMAT_VERSION)
      throw new ParleyError(
        'SPOOL_NEWER',
        `${this.root} was written by a newer version (format ${version}, this program reads up to ${FORMAT_VERSION})`,
      );
    if (version > 0) return;
    if ((await this.#disk.list(this.root)).includes('format')) await this.#disk.unlink(path);
    const file = await this.#disk.create(path);
    try {
      const text = Buffer.from(`${FORMAT_VERSION}\n`);
      await file.write(text, text.length, 0);
      await file.sync();
      await this.#disk.syncDir(this.root);
    } finally {
      await file.close();
    }
  }

  /** Paths of all segments. */
  async segments(): Promise<string[]> {
    const paths: string[] = [];
    for (const folder of [this.root, this.fallback]) {
      if (folder === undefined) continue;
      for (const name of await this.#disk.list(folder))
        if (name.endsWith('.log') && name !== 'delivery.log') paths.push(`${folder}/${name}`);
    }
    return paths;
  }

  /** Puts a file or folder that cannot be used aside for a person to look at. */
  async putAside(path: string, now: number): Promise<string> {
    // On the disk that it is on: a rename cannot leave it.
    const corrupt = parentOf(path) === this.fallback ? `${this.fallback}/corrupt` : this.corrupt;
    const target = `${corrupt}/${now}-${path.slice(path.lastIndexOf('/') + 1)}`;
    await unlessGone(this.#disk.rename(path, target));
    await this.#disk.syncDir(corrupt);
    await this.#disk.syncDir(parentOf(path));
    return target;
  }

  async #make(folder: string): Promise<void> {
    await this.#disk.mkdir(folder);
    await this.#disk.syncDir(parentOf(folder));
  }

  /** The number in the file; 0 when there is none or it says nothing. */
  async #readFormat(path: string): Promise<number> {
    try {
      const file = await this.#disk.open(path);
      try {
        const bytes = Buffer.alloc(16);
        const length = await file.read(bytes, bytes.length, 0);
        return Number.parseInt(bytes.toString('latin1', 0, length), 10) || 0;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 0;
      throw error;
    }
  }
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Waits for a change that an earlier try may have made already, before something behind it failed. */
export async function unlessGone(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
