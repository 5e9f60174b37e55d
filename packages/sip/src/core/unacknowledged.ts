import { defer, type Timer } from '@parley/base';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { Core } from './core.ts';

export interface UnacknowledgedOptions {
  readonly transaction: ServerTransaction;
  /** The printed 2xx and its To tag. */
  readonly bytes: Uint8Array;
  readonly toTag: string;
  /** CSeq number of the INVITE, which the ACK repeats. */
  readonly sequence: number;
  /** No ACK within 64*T1. */
  readonly gaveUp: () => void;
}

/** A 2xx to an INVITE that waits for its ACK: sent again after T1, doubling up to T2, over TCP too, because only the ACK ends it (RFC 3261 13.3.1.4). */
export class Unacknowledged {
  readonly sequence: number;
  readonly #settled = defer<void>();
  readonly #core: Core;
  readonly #options: UnacknowledgedOptions;
  readonly #end: Timer;
  #interval: number;
  #next: Timer;

  constructor(core: Core, options: UnacknowledgedOptions) {
    this.#core = core;
    this.#options = options;
    this.sequence = options.sequence;
    this.#interval = core.timers.T1;
    this.#next = core.clock.after(this.#interval, () => this.#again());
    this.#end = core.clock.after(patience(core.timers), () => {
      this.stop();
      options.gaveUp();
    });
  }

  /** Resolves when the ACK has come, or nobody waits for it any more. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** The ACK has come, or nobody waits for it any more. */
  stop(): void {
    this.#next.cancel();
    this.#end.cancel();
    this.#settled.resolve();
  }

  #again(): void {
    const { transaction, bytes, toTag } = this.#options;
    transaction.respond(200, bytes, toTag);
    this.#interval = Math.min(this.#interval * 2, this.#core.timers.T2);
    this.#next = this.#core.clock.after(this.#interval, () => this.#again());
  }
}
