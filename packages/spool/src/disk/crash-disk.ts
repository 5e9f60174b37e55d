import { ParleyError } from '@parley/base';
import type { Disk, DiskFile, DiskLock } from './disk.ts';
import {
  apply,
  type Change,
  copyOf,
  FileNode,
  FolderNode,
  merged,
  survivingFolder,
  type TreeNode,
  type Write,
} from './power-cut.ts';

/** The operations that can be counted, failed or stopped at. */
export type DiskOperation =
  | 'create'
  | 'open'
  | 'write'
  | 'read'
  | 'sync'
  | 'mkdir'
  | 'list'
  | 'rename'
  | 'unlink'
  | 'rmdir'
  | 'syncDir'
  | 'space';

/**
 * A disk in memory that can lose power. `crash` keeps what was synced (contents and names apart) and an arbitrary part of the
 * rest: whole writes, single pages of them in any order, a torn last page, names without contents and contents without names.
 */
export class CrashDisk implements Disk {
  readonly #root: FolderNode;
  readonly #locks = new Set<string>();
  readonly #faults: { operation: DiskOperation; left: number; times: number; code: string; path: string }[] = [];
  readonly #counts = new Map<DiskOperation, number>();
  #operations = 0;
  #stopAt = Number.POSITIVE_INFINITY;
  #stopped = Promise.withResolvers<void>();
  #dead = false;
  #slow: Promise<void> | undefined;
  /** Bytes that fit; writes beyond fail with ENOSPC after a part of them was written. */
  capacity = Number.POSITIVE_INFINITY;
  /** What `space` reports as the size of the disk when the capacity is endless. */
  totalBytes = 100 * 2 ** 30;

  constructor(root = new FolderNode()) {
    this.#root = root;
  }

  /** Operations so far: the sites at which a campaign stops, one after the other. */
  get operations(): number {
    return this.#operations;
  }

  /** How often one operation was called. */
  count(operation: DiskOperation): number {
    return this.#counts.get(operation) ?? 0;
  }

  /** Stops the world at the `n`-th operation from the start (1 is the first): it and all later ones never settle. */
  stopAt(n: number): void {
    this.#stopAt = n;
  }

  /** Resolves when the world was stopped. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** Makes the `nth` call (from now, 1 is the next) of an operation fail, and those after it, `times` in all. */
  fail(operation: DiskOperation, options: { nth?: number; times?: number; code?: string; path?: string } = {}): void {
    const { nth = 1, times = 1, code = 'EIO', path = '' } = options;
    this.#faults.push({ operation, left: nth, times, code, path });
  }

  /** Failures that were ordered and have not happened. */
  get faultsLeft(): number {
    return this.#faults.reduce((sum, fault) => sum + fault.times, 0);
  }

  /** Takes all faults back. */
  mend(): void {
    this.#faults.length = 0;
  }

  /** Writes and syncs wait until the returned function is called: a disk that hangs. */
  stall(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#slow = promise;
    return () => {
      this.#slow = undefined;
      resolve();
    };
  }

  /** The disk as the next start finds it after a power cut. This one is dead from here on. */
  crash(random: () => number): CrashDisk {
    this.#die();
    const copies = new Map<TreeNode, TreeNode>();
    const root = survivingFolder(this.#root, random, copies);
    return this.#successor(root);
  }

  /** The disk as the next start finds it after `kill -9`: the page cache survives, so nothing written is lost yet. */
  kill(): CrashDisk {
    this.#die();
    return this.#successor(this.#root);
  }

  /** Everything on it now, path -> contents, as a reader would see it. */
  contents(): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    const walk = (folder: FolderNode, path: string) => {
      for (const [name, node] of folder.entries) {
        if (node.kind === 'file') found.set(`${path}/${name}`, node.data);
        else walk(node, `${path}/${name}`);
      }
    };
    walk(this.#root, '');
    return found;
  }

  /** Puts a synced file there from outside, making its folders: how tests damage what lies on a disk. */
  put(path: string, contents: Buffer): void {
    const names = path.split('/').filter(Boolean);
    const last = names.pop()!;
    let folder = this.#root;
    for (const name of names) {
      const node = folder.entries.get(name) ?? new FolderNode();
      folder.entries.set(name, node);
      folder.synced.set(name, node);
      folder = node as FolderNode;
    }
    const file = new FileNode();
    file.data = Buffer.from(contents);
    file.synced = Buffer.from(contents);
    folder.entries.set(last, file);
    folder.synced.set(last, file);
  }

  async create(path: string): Promise<DiskFile> {
    await this.#step('create', path);
    const { folder, name } = this.#parent(path);
    if (folder.entries.has(name)) throw failure('EEXIST', 'create', path);
    const node = new FileNode();
    this.#change([{ folder, name, node }]);
    return this.#handle(node, path);
  }

  async open(path: string): Promise<DiskFile> {
    await this.#step('open', path);
    const node = this.#find(path);
    if (node?.kind !== 'file') throw failure('ENOENT', 'open', path);
    return this.#handle(node, path);
  }

  async mkdir(path: string): Promise<void> {
    await this.#step('mkdir', path);
    const { folder, name } = this.#parent(path);
    if (!folder.entries.has(name)) this.#change([{ folder, name, node: new FolderNode() }]);
  }

  async list(path: string): Promise<string[]> {
    await this.#step('list', path);
    return [...this.#folder(path).entries.keys()].sort();
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step('rename', from);
    const source = this.#parent(from);
    const target = this.#parent(to);
    const node = source.folder.entries.get(source.name);
    if (!node) throw failure('ENOENT', 'rename', from);
    const old = target.folder.entries.get(target.name);
    if (old?.kind === 'folder' && old.entries.size > 0) throw failure('ENOTEMPTY', 'rename', to);
    this.#change([
      { ...source, node: undefined },
      { ...target, node },
    ]);
  }

  async unlink(path: string): Promise<void> {
    await this.#step('unlink', path);
    const { folder, name } = this.#parent(path);
    if (folder.entries.get(name)?.kind !== 'file') throw failure('ENOENT', 'unlink', path);
    this.#change([{ folder, name, node: undefined }]);
  }

  async rmdir(path: string): Promise<void> {
    await this.#step('rmdir', path);
    if (this.#folder(path).entries.size > 0) throw failure('ENOTEMPTY', 'rmdir', path);
    const { folder, name } = this.#parent(path);
    this.#change([{ folder, name, node: undefined }]);
  }

  async syncDir(path: string): Promise<void> {
    await this.#step('syncDir', path);
    for (const change of [...this.#folder(path).changes])
      for (const { folder, name, node } of change.edits) {
        if (node) folder.synced.set(name, node);
        else folder.synced.delete(name);
        folder.changes = folder.changes.filter(other => other !== change);
      }
  }

  async space(path: string): Promise<{ freeBytes: number; totalBytes: number }> {
    await this.#step('space', path);
    const totalBytes = Math.min(this.capacity, this.totalBytes);
    return { freeBytes: Math.max(0, totalBytes - this.#used()), totalBytes };
  }

  async lock(path: string): Promise<DiskLock | undefined> {
    if (this.#locks.has(path)) return undefined;
    this.#locks.add(path);
    return { release: async () => void this.#locks.delete(path) };
  }

  #handle(node: FileNode, path: string): DiskFile {
    return {
      write: (bytes, length, position) => this.#write(node, path, { at: position, bytes: copyOf(bytes, length) }),
      read: async (into, length, position) => {
        await this.#step('read', path);
        return position < node.data.length ? node.data.copy(into, 0, position, position + length) : 0;
      },
      sync: () => this.#sync(node, path),
      size: async () => node.data.length,
      close: async () => {},
    };
  }

  async #write(node: FileNode, path: string, write: Write): Promise<void> {
    const failing = this.#faulty('write', path);
    const room = this.capacity - this.#used();
    const grows = Math.max(0, write.at + write.bytes.length - node.data.length);
    const fits = failing
      ? Math.floor(write.bytes.length / 2)
      : Math.max(0, write.bytes.length - Math.max(0, grows - room));
    const part = { at: write.at, bytes: write.bytes.subarray(0, fits) };
    // A process that dies in a write may have handed over a part of it: the power cut decides what of that lasts.
    if (this.#operations + 1 === this.#stopAt)
      apply(node, { at: part.at, bytes: part.bytes.subarray(0, part.bytes.length >> 1) });
    await this.#step('write', path, false);
    await this.#slow;
    apply(node, part);
    if (failing) throw failure(failing, 'write', path);
    if (fits < write.bytes.length) throw failure('ENOSPC', 'write', path);
  }

  async #sync(node: FileNode, path: string): Promise<void> {
    const failing = this.#faulty('sync', path);
    const covered = node.unsynced;
    await this.#step('sync', path, false);
    await this.#slow;
    if (failing) {
      // Linux marks the pages clean when it could not write them: a later sync succeeds and the data is gone all the same.
      node.unsynced = node.unsynced.filter(write => !covered.includes(write));
      throw failure(failing, 'sync', path);
    }
    for (const write of covered) node.synced = merged(node.synced, write);
    node.unsynced = node.unsynced.filter(write => !covered.includes(write));
  }

  /** Counts an operation; never settles from the stopping one on; rejects when it shall fail. */
  async #step(operation: DiskOperation, path: string, mayFail = true): Promise<void> {
    this.#operations++;
    this.#counts.set(operation, this.count(operation) + 1);
    if (this.#operations >= this.#stopAt) this.#die();
    if (this.#dead) {
      this.#stopped.resolve();
      return new Promise(() => {});
    }
    const failing = mayFail ? this.#faulty(operation, path) : undefined;
    if (failing) throw failure(failing, operation, path);
  }

  #faulty(operation: DiskOperation, path: string): string | undefined {
    for (const fault of this.#faults) {
      if (fault.operation !== operation || !path.includes(fault.path) || fault.times <= 0) continue;
      if (--fault.left > 0) continue;
      fault.times--;
      return fault.code;
    }
    return undefined;
  }

  #die(): void {
    this.#dead = true;
  }

  #successor(root: FolderNode): CrashDisk {
    const next = new CrashDisk(root);
    next.capacity = this.capacity;
    next.totalBytes = this.totalBytes;
    return next;
  }

  #change(edits: Change['edits']): void {
    const change = { edits };
    for (const { folder, name, node } of edits) {
      if (node) folder.entries.set(name, node);
      else folder.entries.delete(name);
      if (!folder.changes.includes(change)) folder.changes.push(change);
    }
  }

  #find(path: string): TreeNode | undefined {
    let node: TreeNode | undefined = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      if (node?.kind !== 'folder') return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path);
    if (node?.kind !== 'folder') throw failure('ENOENT', 'open', path);
    return node;
  }

  #parent(path: string): { folder: FolderNode; name: string } {
    const cut = path.lastIndexOf('/');
    return { folder: this.#folder(path.slice(0, Math.max(0, cut))), name: path.slice(cut + 1) };
  }

  #used(): number {
    let used = 0;
    if (this.capacity === Number.POSITIVE_INFINITY) return 0;
    for (const data of this.contents().values()) used += data.length;
    return used;
  }
}

function failure(code: string, operation: string, path: string): ParleyError {
  return new ParleyError(code, `${code}: ${operation} '${path}'`);
}
