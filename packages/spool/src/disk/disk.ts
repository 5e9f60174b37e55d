/** An open file. One `write` and one `sync` at a time; both are final when they fail: never retried on the same file. */
export interface DiskFile {
  /** Writes the first `length` bytes of `bytes` at `position`, all of them or it rejects (some may be on the disk then). */
  write(bytes: Uint8Array, length: number, position: number): Promise<void>;
  /** Reads up to `length` bytes; fewer only at the end of the file. Resolves with their number. */
  read(into: Uint8Array, length: number, position: number): Promise<number>;
  /** fdatasync: resolves when everything written so far survives a power cut. */
  sync(): Promise<void>;
  /** Length in bytes. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** A disk for those who only read. */
export interface ReadOnlyDisk {
  open(path: string): Promise<Pick<DiskFile, 'read' | 'close'>>;
}

/** A lock that the operating system takes back when its holder dies. */
export interface DiskLock {
  release(): Promise<void>;
}

/**
 * What the log needs of a file system, small enough for a second implementation that can lose power (`CrashDisk`).
 * Rejections carry the system's code (`ENOENT`, `ENOSPC`, ...), as Node's do.
 */
export interface Disk {
  /** Makes a file (mode 0600) for writing and reading; rejects with EEXIST when there is one. Lasting after `syncDir` only. */
  create(path: string): Promise<DiskFile>;
  /** Opens a file for reading and syncing. */
  open(path: string): Promise<DiskFile>;
  /** Makes one folder (mode 0700) when it is not there. */
  mkdir(path: string): Promise<void>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** fsync of a folder: names made, renamed and removed in it survive a power cut from here on. */
  syncDir(path: string): Promise<void>;
  space(path: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
  /** Takes the lock named by a path, or resolves with undefined when a living process has it. */
  lock(path: string): Promise<DiskLock | undefined>;
}
