/** What was seen of one nonce: the highest count, and which of the 31 below it. */
interface Window {
  readonly at: number;
  highest: number;
  /** Bit n: the count `highest - n` was used. */
  seen: number;
}

/** Counts below the highest that may still come, because requests overtake each other over UDP. */
const WIDTH = 32;

/**
 * Which counts of which nonces were used (RFC 7616 section 3.4, "nc"): each is good once. Only requests with the right secret are
 * entered, so that nobody else can fill it. When it is full the oldest nonce goes, and with it every nonce that is as old or older
 * and unknown: they may have been used, so they count as used.
 */
export class NonceCounts {
  readonly #most: number;
  readonly #windows = new Map<string, Window>();
  #forgottenUpTo = Number.NEGATIVE_INFINITY;

  /** @param most nonces that are remembered. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#windows.size;
  }

  /**
   * Uses up one count of a nonce; false when that was done before, or may have been.
   * @param at when the nonce was made, milliseconds.
   */
  use(nonce: string, at: number, count: number): boolean {
    const window = this.#windows.get(nonce);
    if (window) return used(window, count);
    if (count < 1 || at <= this.#forgottenUpTo) return false;
    this.#windows.set(nonce, { at, highest: count, seen: 1 });
    if (this.#windows.size > this.#most) this.#forgetOldest();
    return true;
  }

  /** Forgets nonces made before `time`, which are too old to be used. */
  forgetBefore(time: number): void {
    for (const [nonce, window] of this.#windows) {
      if (window.at >= time) return;
      this.#windows.delete(nonce);
    }
  }

  /** They stand in the order of their first use, which is nearly that of their making. */
  #forgetOldest(): void {
    for (const [nonce, window] of this.#windows) {
      this.#windows.delete(nonce);
      this.#forgottenUpTo = Math.max(this.#forgottenUpTo, window.at);
      return;
    }
  }
}

function used(window: Window, count: number): boolean {
  if (count > window.highest) {
    const step = count - window.highest;
    window.seen = step < WIDTH ? (window.seen << step) | 1 : 1;
    window.highest = count;
    return true;
  }
  const bit = window.highest - count;
  if (bit >= WIDTH || count < 1 || (window.seen & (1 << bit)) !== 0) return false;
  window.seen |= 1 << bit;
  return true;
}
