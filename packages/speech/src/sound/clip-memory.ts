import { bytesOf, type Clip } from './clip.ts';

/**
 * The clips in memory. Those kept for good (prompts) stay; the others (names, numbers, greetings) share a number of bytes,
 * and the one that was not used for longest goes first.
 */
export class ClipMemory {
  readonly #kept = new Map<string, Clip>();
  readonly #passing = new Map<string, Clip>();
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

  keep(name: string, clip: Clip): void {
    this.drop(name);
    this.#kept.set(name, clip);
  }

  put(name: string, clip: Clip): void {
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
    this.#onDropped(clip);
  }

  /** Clips that are kept, and clips and bytes that are passing. */
  figures(): { readonly kept: number; readonly passing: number; readonly passingBytes: number } {
    return { kept: this.#kept.size, passing: this.#passing.size, passingBytes: this.#bytes };
  }
}
