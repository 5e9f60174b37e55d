import { type Log, messageOf } from '@parley/base';
import type { Line } from './line.ts';

/** Keys that wait for the answer to an earlier one; who presses more at once is no person. */
const MOST_WAITING = 32;

/**
 * While two lines are joined: where a far end takes no keys as events (RFC 4733), the media hand them back, and they go to it by INFO (RFC 6086).
 * Returns what ends that.
 */
export function exchangeKeys(one: Line, other: Line, log: Log): () => void {
  one.sendKeys(keysTo(other, log));
  other.sendKeys(keysTo(one, log));
  return () => {
    one.sendKeys(undefined);
    other.sendKeys(undefined);
  };
}

/** Sends keys one after the other: an INFO that overtakes another one makes that one be refused (RFC 3261 section 12.2.2). */
function keysTo({ dialog }: Line, log: Log): (key: string) => void {
  let waiting = 0;
  let before = Promise.resolve();
  const inform = async (key: string) => {
    try {
      if (dialog.signal.aborted) return;
      const body = { type: 'application/dtmf-relay', content: Buffer.from(`Signal=${key}\r\nDuration=160\r\n`) };
      const status = await dialog.info(body);
      if (status >= 300) log.info('a key could not be sent on', { status });
    } catch (error) {
      log.warn('a key could not be sent on', { error: messageOf(error) });
    } finally {
      waiting -= 1;
    }
  };
  return key => {
    if (waiting >= MOST_WAITING) {
      log.info('a key could not be sent on', { waiting });
      return;
    }
    waiting += 1;
    before = before.then(() => inform(key));
  };
}
