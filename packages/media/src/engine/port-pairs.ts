/** A port that was closed is not bound again for this long: late packets of the old call must not reach a new one. */
export const REST_MILLIS = 5000;

/** Inclusive range of UDP ports. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The pairs of a range: RTP on an even port, RTCP on the odd one above (RFC 3550 section 11). Each is handed out once, in turns, so that a port rests as long as it can. */
export class PortPairs {
  readonly #free: number[] = [];
  readonly #resting: { readonly port: number; readonly until: number }[] = [];

  /** @param start where in the range to begin (0 to 1): neighbouring calls and restarts are less easily guessed. */
  constructor(range: PortRange, start: number) {
    const first = range.from + (range.from % 2);
    for (let port = first; port + 1 <= range.to; port += 2) this.#free.push(port);
    this.#free.push(...this.#free.splice(0, Math.floor(start * this.#free.length)));
  }

  /** The even port of a pair nobody has, or undefined when there is none at `now` (milliseconds that do not jump). */
  take(now: number): number | undefined {
    while (this.#resting.length > 0 && this.#resting[0].until <= now) this.#free.push(this.#resting.shift()!.port);
    return this.#free.shift();
  }

  /** Gives a pair back; it rests first. */
  release(port: number, now: number): void {
    this.#resting.push({ port, until: now + REST_MILLIS });
  }
}
