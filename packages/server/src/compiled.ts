import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { codeOf } from '@parley/base';

/** Where what Node has compiled may be kept, as the XDG Base Directory specification says. Undefined for somebody without a home. */
export function compiledFolder({
  XDG_CACHE_HOME: cache,
  HOME: home,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = cache?.startsWith('/') ? cache : home?.startsWith('/') ? join(home, '.cache') : undefined;
  return folder === undefined ? undefined : join(folder, 'parley', 'compiled');
}

/** Code is loaded from there: it must belong to whoever runs it, and nobody else may write to it (`sudo` may keep another one's HOME). */
export function isOwn(folder: string, user: number): boolean {
  const { uid, mode } = lstatSync(folder);
  return uid === user && (mode & 0o022) === 0;
}

/** Has commands that end at once start faster the next time: a third of the time is spent on compiling. Without such a folder nothing is kept. */
export function keepCompiled(environment: Readonly<Record<string, string | undefined>>): void {
  const folder = compiledFolder(environment);
  const user = process.getuid?.();
  if (
    folder === undefined ||
    user === undefined ||
    environment.NODE_COMPILE_CACHE ||
    environment.NODE_DISABLE_COMPILE_CACHE
  )
    return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwn(folder, user)) enableCompileCache(folder);
  } catch (error) {
    // A folder that cannot be made or looked at (a home that is read-only) only costs time.
    if (codeOf(error) === undefined) throw error;
  }
}
