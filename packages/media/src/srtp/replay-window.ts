const WORDS = 8;
const BITS = 32 * WORDS;

/** So many packets behind the newest are told apart; what is older is refused (RFC 3711 section 3.3.2 asks for 64 at least). */
export const REPLAY_WINDOW = BITS - 32;

/** Which packets of a source came already: a ring of bits, of which one word is always being emptied, so that nothing is shifted. */
export class ReplayWindow {
  /** The highest index that was authenticated; -1 before the first. */
  highest = -1;
  readonly #seen = new Int32Array(WORDS);

  /** Whether a packet with this index may still be one that did not come yet. Changes nothing: it is not known who sent it. */
  isNew(index: number): boolean {
    if (index > this.highest) return true;
    if (index <= this.highest - REPLAY_WINDOW) return false;
    return (this.#seen[Math.floor(index / 32) % WORDS] & (1 << (index % 32))) === 0;
  }

  /** A packet with this index was authenticated. */
  accept(index: number): void {
    const word = Math.floor(index / 32);
    if (index > this.highest) {
      const before = Math.floor(this.highest / 32);
      for (let passed = Math.max(before + 1, word - WORDS + 1); passed <= word; passed++)
        this.#seen[passed % WORDS] = 0;
      this.highest = index;
    }
    this.#seen[word % WORDS] |= 1 << (index % 32);
  }
}
