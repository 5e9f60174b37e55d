import type { Log } from '@parley/base';
import { exchangeKeys } from './keys-by-info.ts';
import { aborted, type Line } from './line.ts';

export interface JoinOptions {
  /** Waits for a goodbye no longer than a call can afford. */
  readonly inTime: <T>(work: Promise<T>) => Promise<T | undefined>;
  readonly log: Log;
}

/** Lets two lines talk until either is over; then the other one ends too, with the Reason that the first one gave. */
export async function joinUntilOver(one: Line, other: Line, { inTime, log }: JoinOptions): Promise<void> {
  const stopKeys = exchangeKeys(one, other, log);
  try {
    const parted = one.media.bridge(other.media);
    await Promise.race([aborted(one.signal), aborted(other.signal), parted]);
  } finally {
    stopKeys();
  }
  if (one.signal.aborted) await inTime(other.end('transferred', one.farewell));
  else if (other.signal.aborted) await one.end('transferred', other.farewell);
  // Their media are gone, and with them what they had of one another.
  else await inTime(Promise.all([one.end('media failed'), other.end('media failed')]));
}
