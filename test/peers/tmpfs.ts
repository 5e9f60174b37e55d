import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { codeOf, messageOf } from '@parley/base';

/** A small disk that a test fills and empties. */
export interface SmallDisk {
  readonly path: string;
  /** Takes every byte that is free. */
  fill(): void;
  /** Gives them back. */
  free(): void;
}

/** Mounts a small file system until the test is over. Undefined when this user may not: the test has been left out, loudly. */
export function smallDisk(t: TestContext, mebibytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'parley-disk-'));
  let isMounted = false;
  t.after(() => {
    // Lazily: whoever still has files open there keeps them until it ends.
    if (isMounted) execFileSync('umount', ['-l', path]);
    rmdirSync(path);
  });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'tmpfs', path], { stdio: 'pipe' });
    isMounted = true;
  } catch (error) {
    const line = `LEFT OUT: needs to mount a tmpfs (as root, with the right to mount): ${messageOf(error).split('\n')[0]}`;
    process.stderr.write(`${line}\n`);
    t.skip(line);
    return undefined;
  }
  const filler = join(path, 'filler');
  return { path, fill: () => fill(filler), free: () => unlinkSync(filler) };
}

function fill(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (let size = 65_536; size >= 1; ) size = writes(descriptor, size) ? size : Math.floor(size / 4);
  } finally {
    closeSync(descriptor);
  }
}

function writes(descriptor: number, size: number): boolean {
  try {
    return writeSync(descriptor, Buffer.alloc(size)) === size;
  } catch (error) {
    if (codeOf(error) === 'ENOSPC') return false;
    throw error;
  }
}
