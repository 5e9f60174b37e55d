import { bytesOf, type Clip } from './clip.ts';

/**
 * The clips in memory. Those kept for good (prompts) stay; the others (names, numbers, greetings) share a number of bytes,
 * and the one that was not used for longest goes first.
 */
export class ClipMemory {
  readonly #kept = new Map<string, Clip>();
  readonly #passing = new Map<string, Clip>();
  /** Key of a clip -> under how many names it is held: the same sound may be a digit of a prompt and a number. */
  readonly #holds = new Map<string, number>();
  readonly #limit: number;
  readonly #onDropped: (clip: Clip) => void;
  #bytes = 0;

  constructor(options: { readonly limitBytes: number; readonly onDropped: (clip: Clip) => void }) {
    this.#limit = options.limitBytes;
    this.#onDropped = options.onDropped;
  }

  get(name: string): Clip | undefined {
    const kept = this.#kept.get(name);
    if (kept) return kept;
    const passing = this.#passing.get(name);
    if (!passing) return undefined;
    // A Map keeps the order of insertion: inserting it again makes it the newest.
    this.#passing.delete(name);
    this.#passing.set(name, passing);
    return passing;
  }

  /** Holds it for good. */
  keep(name: string, clip: Clip): void {
    if (this.#kept.get(name) === clip) return;
    this.#hold(clip);
    this.drop(name);
    this.#kept.set(name, clip);
  }

  /** Holds it while there is room. */
  put(name: string, clip: Clip): void {
    if (this.#passing.get(name) === clip) return;
    this.#hold(clip);
    this.drop(name);
    this.#passing.set(name, clip);
    this.#bytes += bytesOf(clip);
    for (const oldest of this.#passing.keys()) {
      if (this.#bytes <= this.#limit || oldest === name) break;
      this.drop(oldest);
    }
  }

  drop(name: string): void {
    const clip = this.#kept.get(name) ?? this.#passing.get(name);
    if (!clip) return;
    if (!this.#kept.delete(name)) this.#bytes -= bytesOf(clip);
    this.#passing.delete(name);
    this.#release(clip);
  }

  #hold(clip: Clip): void {
    this.#holds.set(clip.key, (this.#holds.get(clip.key) ?? 0) + 1);
  }

  #release(clip: Clip): void {
    const left = (this.#holds.get(clip.key) ?? 0) - 1;
    if (left > 0) {
      this.#holds.set(clip.key, left);
      return;
    }
    this.#holds.delete(clip.key);
    this.#onDropped(clip);
  }

  /** Clips that are kept, and clips and bytes that are passing. */
  figures(): { readonly kept: number; readonly passing: number; readonly passingBytes: number } {
    return { kept: this.#kept.size, passing: this.#passing.size, passingBytes: this.#bytes };
  }
}
