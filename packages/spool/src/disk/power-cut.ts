/** A write that no sync has covered yet. */
export interface Write {
  readonly at: number;
  readonly bytes: Buffer;
}

export class FileNode {
  readonly kind = 'file';
  /** What a reader sees: the page cache. */
  data = Buffer.alloc(0);
  /** What survives a power cut for sure. */
  synced = Buffer.alloc(0);
  unsynced: Write[] = [];
}

export class FolderNode {
  readonly kind = 'folder';
  entries = new Map<string, TreeNode>();
  synced = new Map<string, TreeNode>();
  /** Changes of names since the last sync, in order; a rename is one change of two folders. */
  changes: Change[] = [];
}

export type TreeNode = FileNode | FolderNode;

export interface Change {
  readonly edits: readonly {
    readonly folder: FolderNode;
    readonly name: string;
    readonly node: TreeNode | undefined;
  }[];
}

const PAGE = 512;

export function copyOf(bytes: Uint8Array, length: number): Buffer {
  return Buffer.from(bytes.subarray(0, length));
}

export function merged(data: Buffer, write: Write): Buffer<ArrayBuffer> {
  const result = Buffer.alloc(Math.max(data.length, write.bytes.length === 0 ? 0 : write.at + write.bytes.length));
  data.copy(result);
  write.bytes.copy(result, write.at);
  return result;
}

export function apply(node: FileNode, write: Write): void {
  node.data = merged(node.data, write);
  node.unsynced.push(write);
}

/** A file after the cut: what was synced and some of the rest. */
function survivingFile(file: FileNode, random: () => number): FileNode {
  const next = new FileNode();
  let data = file.synced;
  const fate = random();
  if (fate < 0.25) data = file.synced;
  else if (fate < 0.45) data = file.unsynced.reduce(merged, data);
  else if (fate < 0.75) data = torn(data, file.unsynced, random);
  else data = scattered(data, file.unsynced, random);
  next.data = Buffer.from(data);
  next.synced = Buffer.from(data);
  return next;
}

/** The writes in order up to some byte. */
function torn(data: Buffer<ArrayBuffer>, writes: readonly Write[], random: () => number): Buffer<ArrayBuffer> {
  let left = Math.floor(random() * (writes.reduce((sum, write) => sum + write.bytes.length, 0) + 1));
  let result = data;
  for (const write of writes) {
    if (left <= 0) break;
    result = merged(result, { at: write.at, bytes: write.bytes.subarray(0, left) });
    left -= write.bytes.length;
  }
  return result;
}

/** Any pages of the writes, zeros between them. */
function scattered(data: Buffer<ArrayBuffer>, writes: readonly Write[], random: () => number): Buffer<ArrayBuffer> {
  let result = data;
  for (const write of writes)
    for (let from = 0; from < write.bytes.length; ) {
      const to = Math.min(write.bytes.length, from + PAGE - ((write.at + from) % PAGE));
      if (random() < 0.5) result = merged(result, { at: write.at + from, bytes: write.bytes.subarray(from, to) });
      from = to;
    }
  return result;
}

/** A folder after the cut; a change of names is there as a whole or not at all, whatever came before or after it. */
export function survivingFolder(folder: FolderNode, random: () => number, copies: Map<TreeNode, TreeNode>): FolderNode {
  const kept = new Map<Change, boolean>();
  const build = (old: TreeNode): TreeNode => {
    const known = copies.get(old);
    if (known) return known;
    if (old.kind === 'file') {
      const file = survivingFile(old, random);
      copies.set(old, file);
      return file;
    }
    const next = new FolderNode();
    copies.set(old, next);
    const entries = new Map(old.synced);
    for (const change of old.changes) {
      if (!kept.has(change)) kept.set(change, random() < 0.5);
      if (!kept.get(change)) continue;
      for (const edit of change.edits) {
        if (edit.folder !== old) continue;
        if (edit.node) entries.set(edit.name, edit.node);
        else entries.delete(edit.name);
      }
    }
    for (const [name, node] of entries) {
      const copy = build(node);
      next.entries.set(name, copy);
      next.synced.set(name, copy);
    }
    return next;
  };
  return build(folder) as FolderNode;
}
