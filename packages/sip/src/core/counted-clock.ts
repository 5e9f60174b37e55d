import { type Clock, type Log, messageOf, type Timer } from '@parley/base';

/** A clock that knows how many of its timers are set, and lets none of them throw into the process: a broken call must not end the others. */
export class CountedClock implements Clock {
  readonly #clock: Clock;
  readonly #log: Log;
  #count = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get count(): number {
    return this.#count;
  }

  wall(): number {
    return this.#clock.wall();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(millis: number, run: () => void): Timer {
    let isSet = true;
    this.#count += 1;
    const timer = this.#clock.after(millis, () => {
      isSet = false;
      this.#count -= 1;
      try {
        run();
      } catch (thrown) {
        this.#log.error('sip timer failed', { reason: messageOf(thrown), stack: stackOf(thrown) });
      }
    });
    const cancel = () => {
      if (!isSet) return;
      isSet = false;
      this.#count -= 1;
      timer.cancel();
    };
    return { cancel };
  }
}

/** Where something was thrown, for the log lines that need a programmer. */
export const stackOf = (thrown: unknown): string | undefined => (thrown instanceof Error ? thrown.stack : undefined);
