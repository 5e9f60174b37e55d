import { type Clock, type Log, messageOf } from '@parley/base';

/** Whether the database answers, said in the log once when it stops and once when it answers again. */
export class Reachable {
  readonly #clock: Clock;
  readonly #log: Log;
  #awaySince: number | undefined;
  #stale = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get away(): boolean {
    return this.#awaySince !== undefined;
  }

  /** 0 while it answers. */
  get awayMillis(): number {
    return this.#awaySince === undefined ? 0 : this.#clock.monotonic() - this.#awaySince;
  }

  failed(error: unknown): void {
    if (this.#awaySince !== undefined) return;
    this.#awaySince = this.#clock.monotonic();
    this.#log.warn('directory cannot ask the database: calls are answered from memory', { why: messageOf(error) });
  }

  succeeded(): void {
    if (this.#awaySince === undefined) return;
    this.#log.info('directory asks the database again', { millis: Math.round(this.awayMillis), stale: this.#stale });
    this.#awaySince = undefined;
    this.#stale = 0;
  }

  /** An answer was given that may be old. */
  stale(): void {
    this.#stale++;
  }
}
