const REMEMBERED = 64;

/** The keys of a session in their order, the newest 64 of them: what `keysSeen` of a command is compared with. */
export class KeyHistory {
  #keys = '';
  #count = 0;

  add(key: string): void {
    this.#keys = (this.#keys + key).slice(-REMEMBERED);
    this.#count += 1;
  }

  /** The first key out of `among` that came after the first `seen` keys; undefined when there is none. */
  since(seen: number, among: string): string | undefined {
    const from = Math.max(0, this.#keys.length - Math.max(0, this.#count - seen));
    for (let i = from; i < this.#keys.length; i++) if (among.includes(this.#keys[i])) return this.#keys[i];
    return undefined;
  }
}
