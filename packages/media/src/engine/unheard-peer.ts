import type { Endpoint } from './packet-socket.ts';
import type { PeerGate } from './peer-gate.ts';

/** So long a call may hear nothing but strangers before that is told: by then every phone has spoken. */
const STRANGERS_MILLIS = 3000;

/** Notices that nothing is heard of the other side, or of strangers only; each is to be told once. */
export class UnheardPeer {
  readonly #silentMillis: number;
  #heardAt = 0;
  #isTold = false;
  #strangersTold = false;

  constructor(silentMillis: number) {
    this.#silentMillis = silentMillis;
  }

  /** Something came, which ends a silence that was told. */
  heard(now: number): void {
    this.#heardAt = now;
    this.#isTold = false;
  }

  /** Silence begins to count now: the call begins, or is held no more. */
  countFrom(now: number): void {
    this.#heardAt = now;
  }

  /** Whether it was silent for so long that it has to be told, and was not yet. */
  isSilent(now: number): boolean {
    return !this.#isTold && now - this.#heardAt >= this.#silentMillis;
  }

  /** The silence of now is told. */
  told(): void {
    this.#isTold = true;
  }

  /**
   * Who speaks instead of the other side, once. A phone whose description names a wrong address is not heard: unless somebody says why, it looks like a caller
   * who is silent. @param millis since the call began.
   */
  stranger(gate: PeerGate, millis: number): Endpoint | undefined {
    if (this.#strangersTold || gate.accepted > 0 || millis < STRANGERS_MILLIS) return undefined;
    this.#strangersTold = gate.stranger !== undefined;
    return gate.stranger;
  }
}
