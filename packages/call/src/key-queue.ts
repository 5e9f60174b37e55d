import type { Clock } from '@parley/base';

/** More keys than anybody types ahead; a flood beyond it is forgotten. */
const MOST_KEYS = 64;

/** Every key of a telephone, including the four of RFC 4733 that phones have no button for. */
export const ALL_KEYS = '0123456789*#ABCD';

/** The keys of one call that nobody has asked for yet: barge-in and type-ahead live here. */
export class KeyQueue {
  readonly #clock: Clock;
  readonly #keys: string[] = [];
  #waiting: ((key: string) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A key came from the caller. */
  press(key: string): void {
    if (this.#waiting) this.#waiting(key);
    else if (this.#keys.length < MOST_KEYS) this.#keys.push(key);
  }

  /** Whether a key of `allowed` is queued, so that a prompt it may stop should not even start. */
  holds(allowed: string): boolean {
    return this.#keys.some(key => allowed.includes(key));
  }

  clear(): void {
    this.#keys.length = 0;
  }

  /** Forgets `key` when it is the next one: the end key after the last digit that fits. */
  swallow(key: string): void {
    if (this.#keys[0] === key) this.#keys.shift();
  }

  /** The next key, queued or pressed within `millis`; undefined when none came. Rejects with the signal's reason. */
  next(millis: number, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#keys.length > 0) return Promise.resolve(this.#keys.shift());
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.#waiting = undefined;
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = () => finish(() => reject(signal.reason));
      const timer = this.#clock.after(millis, () => finish(() => resolve(undefined)));
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting = key => finish(() => resolve(key));
    });
  }
}

/** The keys that stop a prompt, as the media worker wants them. */
export function bargeInKeys(bargeIn: boolean | string = true): string {
  if (bargeIn === true) return ALL_KEYS;
  return bargeIn === false ? '' : bargeIn;
}
