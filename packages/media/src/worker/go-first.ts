import { getPriority, setPriority } from 'node:os';
import { type Log, messageOf } from '@parley/base';

/** Three times the weight of a thread beside it that wants the same core. */
const STEPS = 5;
const FIRST = -20;

/**
 * Puts this thread before the other threads of the process, where the system allows that (root, CAP_SYS_NICE, LimitNICE of systemd): a packet must
 * not wait while the main thread reads SIP. On Linux a priority belongs to a thread; elsewhere it is the process's and none of our business.
 */
export function goFirst(log: Log): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.max(FIRST, getPriority(0) - STEPS));
  } catch (error) {
    log.debug('media thread has no priority over others', { error: messageOf(error) });
  }
}
