/** Where a press was heard: RFC 4733 events or SIP INFO. */
export type PressSource = 'event' | 'info';

/** An INFO follows the events of the same press by its way through the proxies, or overtakes them by little. */
export const SAME_PRESS_MILLIS = 1000;
const REMEMBERED = 8;

/**
 * Some senders report each press twice, by RFC 4733 and by SIP INFO. A press counts once: one that the other source reported within
 * `SAME_PRESS_MILLIS`, and that no earlier report was matched with, is the same. A key pressed twice in a row has two of each, and counts twice.
 */
export class PressSources {
  readonly #key: string[] = new Array(REMEMBERED).fill('');
  readonly #source: PressSource[] = new Array(REMEMBERED).fill('event');
  readonly #at = new Float64Array(REMEMBERED);
  #newest = 0;

  /** Whether this report is a press of its own. `now` in milliseconds on a clock that does not jump. */
  isNew(key: string, source: PressSource, now: number): boolean {
    // Oldest first, so that two presses match in their order.
    for (let i = 1; i <= REMEMBERED; i++) {
      const slot = (this.#newest + i) % REMEMBERED;
      if (this.#key[slot] !== key || this.#source[slot] === source || now - this.#at[slot] > SAME_PRESS_MILLIS)
        continue;
      this.#key[slot] = '';
      return false;
    }
    this.#newest = (this.#newest + 1) % REMEMBERED;
    this.#key[this.#newest] = key;
    this.#source[this.#newest] = source;
    this.#at[this.#newest] = now;
    return true;
  }
}
