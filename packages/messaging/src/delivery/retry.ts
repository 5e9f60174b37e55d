const MINUTE = 60_000;

/** Undelivered for longer than this: dead letter. */
export const GIVE_UP_MILLIS = 5 * 24 * 60 * MINUTE;

/**
 * When to try again: exponential from 1 minute to 1 hour with full jitter, so that a thousand messages that failed together
 * do not come back together.
 * @param attempts tries so far, at least 1.
 * @param random from 0 to below 1.
 */
export function retryDelay(attempts: number, random: number): number {
  const ceiling = Math.min(60 * MINUTE, MINUTE * 2 ** Math.min(attempts - 1, 10));
  return Math.max(1000, Math.round(ceiling * random));
}

/**
 * A circuit breaker for one destination: after `failures` in a row it lets one delivery through per `pauseMillis` until one
 * succeeds, so that a mail server that is down costs one attempt, not one for every message.
 */
export class Breaker {
  #inARow = 0;
  #openUntil = 0;
  readonly #failures: number;
  readonly #pauseMillis: number;

  constructor(
    options: { readonly failures: number; readonly pauseMillis: number } = { failures: 5, pauseMillis: MINUTE },
  ) {
    this.#failures = options.failures;
    this.#pauseMillis = options.pauseMillis;
  }

  /** Milliseconds until the next delivery may be tried; 0: now. `now` is monotonic. Passing a 0 takes the one trial there is. */
  wait(now: number): number {
    if (this.#inARow < this.#failures) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    this.#openUntil = now + this.#pauseMillis;
    return 0;
  }

  /** Milliseconds for which it lets nothing through. `now` is monotonic. */
  openMillis(now: number): number {
    return this.#inARow < this.#failures ? 0 : Math.max(0, this.#openUntil - now);
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  failed(now: number): void {
    this.#inARow++;
    if (this.#inARow >= this.#failures) this.#openUntil = now + this.#pauseMillis;
  }
}
