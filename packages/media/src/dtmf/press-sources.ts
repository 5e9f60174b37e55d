/** Where a press was heard: RFC 4733 events, SIP INFO, or tones in the audio. */
export type PressSource = 'event' | 'info' | 'tone';

/**
 * Events and tones are told when a key goes down, an INFO by most telephones when it is let go: the longest press that an INFO tells of, five seconds, and its way through
 * the proxies. That is longer than people wait between two presses, and need not be shorter: of a press that only one source told, the next report of the other is late, not lost.
 */
export const SAME_PRESS_MILLIS = 6000;
const REMEMBERED = 8;
const BITS = { event: 1, info: 2, tone: 4 } as const satisfies Record<PressSource, number>;

/**
 * Some senders, or the gateways behind them, report each press in two or three ways. A press counts once: the report of a source belongs to the oldest
 * press of that key within `SAME_PRESS_MILLIS` that this source did not report yet. A key pressed twice in a row is reported twice by each, and counts twice.
 */
export class PressSources {
  readonly #key: string[] = new Array(REMEMBERED).fill('');
  /** The sources that reported the press, as bits. */
  readonly #told = new Uint8Array(REMEMBERED);
  readonly #at = new Float64Array(REMEMBERED);
  #newest = 0;

  /** Whether this report is a press of its own. `now` in milliseconds on a clock that does not jump. */
  isNew(key: string, source: PressSource, now: number): boolean {
    // Oldest first, so that two presses match in their order.
    for (let i = 1; i <= REMEMBERED; i++) {
      const slot = (this.#newest + i) % REMEMBERED;
      const known = this.#key[slot] === key && now - this.#at[slot] <= SAME_PRESS_MILLIS;
      if (!known || (this.#told[slot] & BITS[source]) !== 0) continue;
      this.#told[slot] |= BITS[source];
      return false;
    }
    this.#newest = (this.#newest + 1) % REMEMBERED;
    this.#key[this.#newest] = key;
    this.#told[this.#newest] = BITS[source];
    this.#at[this.#newest] = now;
    return true;
  }
}
