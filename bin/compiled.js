// Plain JavaScript: what is kept is also TypeScript without its types, and so nothing in TypeScript may be loaded before.
import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** Where it may be kept, as the XDG Base Directory specification says. Undefined for somebody without a home. */
function compiledFolder({ XDG_CACHE_HOME: cache, HOME: home }) {
  const folder = cache?.startsWith('/') ? cache : home?.startsWith('/') ? join(home, '.cache') : undefined;
  return folder === undefined ? undefined : join(folder, 'parley', 'compiled');
}

/** Code is loaded from there: it must belong to whoever runs it, and nobody else may write to it (`sudo` may keep another one's HOME). */
function isOwn(folder, user) {
  const about = lstatSync(folder);
  return about.isDirectory() && about.uid === user && (about.mode & 0o022) === 0;
}

/**
 * Has commands that end at once start faster the next time: more than half of their time goes into taking the types out of TypeScript and
 * compiling it. Without a folder of one's own nothing is kept. What is kept of a file is for its content and this version of Node.
 */
export function keepCompiled(environment) {
  const folder = compiledFolder(environment);
  const user = process.getuid?.();
  const isDecided = environment.NODE_COMPILE_CACHE || environment.NODE_DISABLE_COMPILE_CACHE;
  if (folder === undefined || user === undefined || isDecided) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwn(folder, user)) enableCompileCache(folder);
  } catch (error) {
    // A folder that cannot be made or looked at (a home that is read-only) only costs time.
    if (error.code === undefined) throw error;
  }
}
