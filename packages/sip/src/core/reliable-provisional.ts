import type { Timer } from '@parley/base';
import type { RAck } from '../message/index.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { Core, Exchange } from './core.ts';

/** RFC 3262 section 3: the first RSeq is between 1 and 2**31 - 1. */
const FIRST_BELOW = 0x7fff_ffff;

/** A provisional response to be sent reliably. */
export interface Provisional<T> {
  readonly status: number;
  /** What its sender wants back at the PRACK. */
  readonly matter: T;
}

export interface ReliableProvisionalsOptions<T> {
  readonly exchange: Exchange;
  /** Prints one with that RSeq, just before it is sent; undefined when there is no place for it any more. */
  readonly print: (provisional: Provisional<T>, rseq: number) => Uint8Array | undefined;
  readonly toTag: string;
  /** No PRACK for 64*T1. */
  readonly gaveUp: () => void;
}

interface Outstanding<T> {
  readonly provisional: Provisional<T>;
  readonly rseq: number;
  readonly bytes: Uint8Array;
}

/**
 * The reliable provisional responses to one INVITE (RFC 3262 section 3): one at a time, each sent again after T1 and then twice the
 * time of before, over TCP too, until its PRACK has come.
 */
export class ReliableProvisionals<T> {
  readonly #core: Core;
  readonly #options: ReliableProvisionalsOptions<T>;
  readonly #waiting: Provisional<T>[] = [];
  #rseq: number;
  #outstanding: Outstanding<T> | undefined;
  #interval = 0;
  #again: Timer | undefined;
  #end: Timer | undefined;
  #final = false;

  constructor(core: Core, options: ReliableProvisionalsOptions<T>) {
    this.#core = core;
    this.#options = options;
    this.#rseq = Math.floor(core.ids.fraction() * (FIRST_BELOW - 1));
  }

  /** What is sent and not acknowledged. */
  get outstanding(): Provisional<T> | undefined {
    return this.#outstanding?.provisional;
  }

  /** Sends it, at once or after those before it. */
  send(provisional: Provisional<T>): void {
    if (this.#final) return;
    this.#waiting.push(provisional);
    this.#next();
  }

  /** The one that a PRACK acknowledges, which is done with then; undefined when there is none (481). Call `proceed` when the PRACK is answered. */
  acknowledge({ response, sequence, method }: RAck): Provisional<T> | undefined {
    const { request } = this.#options.exchange;
    const found = this.#outstanding;
    const matches = found?.rseq === response && request.cseq.number === sequence && request.method === method;
    if (!found || !matches) return undefined;
    this.#stopTimers();
    this.#outstanding = undefined;
    return found.provisional;
  }

  /** Sends the next one that waits. */
  proceed(): void {
    this.#next();
  }

  /** The final response goes out: nothing is sent any more, but the PRACK of what was sent still counts. */
  finish(): void {
    this.#final = true;
    this.#waiting.length = 0;
    this.#stopTimers();
  }

  #next(): void {
    if (this.#outstanding || this.#final) return;
    const provisional = this.#waiting.shift();
    if (!provisional) return;
    const bytes = this.#options.print(provisional, this.#rseq + 1);
    if (!bytes) {
      this.#next();
      return;
    }
    this.#rseq += 1;
    this.#outstanding = { provisional, rseq: this.#rseq, bytes };
    this.#respond();
    this.#interval = this.#core.timers.T1;
    this.#repeat();
    this.#end = this.#core.clock.after(patience(this.#core.timers), () => {
      this.finish();
      this.#options.gaveUp();
    });
  }

  #repeat(): void {
    this.#again = this.#core.clock.after(this.#interval, () => {
      this.#respond();
      this.#interval *= 2;
      this.#repeat();
    });
  }

  #respond(): void {
    const { exchange, toTag } = this.#options;
    const sent = this.#outstanding;
    if (sent) exchange.transaction.respond(sent.provisional.status, sent.bytes, toTag);
  }

  #stopTimers(): void {
    this.#again?.cancel();
    this.#end?.cancel();
  }
}
