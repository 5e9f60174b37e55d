import type { FileHandle } from 'node:fs/promises';
import { constants, mkdir, open, readdir, rename, rmdir, statfs, unlink } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { codeOf } from '@parley/base';
import type { Disk, DiskFile, DiskLock } from './disk.ts';

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, length: number, position: number): Promise<void> {
    for (let done = 0; done < length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, length - done, position + done);
      done += bytesWritten;
    }
  }

  async read(into: Uint8Array, length: number, position: number): Promise<number> {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(into, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function syncDir(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Node has no flock; SQLite, which comes with it, takes a real lock of the operating system (fcntl) that dies with its holder,
 * so there are no stale locks to guess about. The database itself stays empty.
 */
async function lock(path: string): Promise<DiskLock | undefined> {
  await (await open(path, 'a', 0o600)).close();
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: async () => database.close() };
}

const SQLITE_BUSY = 5;

/** The machine's own file system. */
export const nodeDisk: Disk = {
  create: async path => new NodeFile(await open(path, 'wx+', 0o600)),
  open: async path => new NodeFile(await open(path, 'r')),
  async mkdir(path) {
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  },
  list: async path => (await readdir(path)).sort(),
  rename,
  unlink,
  rmdir,
  syncDir,
  async space(path) {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
  lock,
};
