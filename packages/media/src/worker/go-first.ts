import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { type Log, messageOf } from '@parley/base';

/** Nearly ten times the weight of a thread beside it that wants the same core; with the four that V8 collects garbage with, less is too little. */
const STEPS = 10;
const FIRST = -20;
const LAST = 19;
const THREADS = '/proc/self/task';
/** What media threads are called; nobody else in the process may be. */
export const MEDIA_THREAD = 'media-';

/**
 * Puts this thread before all other threads of the process but its like: a packet must not wait while the main thread reads SIP or V8's threads collect
 * its garbage. Where this one may not go forward (that takes root, CAP_SYS_NICE or LimitNICE of systemd), the others go back, which anybody may ask
 * for. On Linux a priority belongs to a thread, and a new one begins with that of the thread that starts it; elsewhere it is the process's and none of our business.
 */
export function goFirst(log: Log): void {
  if (process.platform !== 'linux') return;
  const own = getPriority(0);
  try {
    setPriority(0, Math.max(FIRST, own - STEPS));
  } catch (refused) {
    try {
      for (const id of others()) putBehind(id, Math.min(LAST, own + STEPS));
    } catch (error) {
      log.warn('media thread has no priority over others', { forward: messageOf(refused), back: messageOf(error) });
    }
  }
}

function others(): readonly number[] {
  const threads = readdirSync(THREADS).map(Number);
  return threads.filter(id => !nameOf(id).startsWith(MEDIA_THREAD));
}

function nameOf(id: number): string {
  try {
    return readFileSync(`${THREADS}/${id}/comm`, 'utf8');
  } catch {
    // It ended meanwhile; to put it anywhere fails in the same way.
    return '';
  }
}

function putBehind(id: number, priority: number): void {
  try {
    if (getPriority(id) < priority) setPriority(id, priority);
  } catch (error) {
    if (!hasEnded(error)) throw error;
  }
}

function hasEnded(error: unknown): boolean {
  const info = error instanceof Error && 'info' in error ? error.info : undefined;
  return typeof info === 'object' && info !== null && 'code' in info && info.code === 'ESRCH';
}
