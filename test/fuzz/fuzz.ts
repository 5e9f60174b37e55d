import { hash } from 'node:crypto';
import { seeded } from '@parley/base';
import type { Coverage } from './coverage.ts';
import { mutated } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

/** Inputs run between two looks at the coverage: asking for it costs as much as hundreds of runs. */
const BATCH = 256;
const LARGEST_CORPUS = 5000;
/** Inputs that take longer are findings, milliseconds; the least of three runs counts, because the machine has other things to do. */
export const SLOWEST_MILLIS = 50;

/** An input that a target did not survive. */
export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface FuzzReport {
  readonly runs: number;
  readonly corpus: number;
  /** Characters of source text reached by anything so far. */
  readonly reached: number;
  readonly slowestMillis: number;
  readonly finding: Finding | undefined;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Whether to go on, asked between batches. */
  readonly goOn: (runs: number) => boolean;
  readonly progress?: (report: FuzzReport) => void;
}

/** Thrown in place of an input's own error when it merely took too long. */
export class TooSlow extends Error {}

/** Searches for inputs that a target does not survive: mutates what it has, keeps what covers something new. Ends with the first finding. */
export function fuzz(target: FuzzTarget, coverage: Coverage, options: FuzzOptions): FuzzReport {
  return new Search(target, coverage, options).run();
}

class Search {
  readonly #target: FuzzTarget;
  readonly #coverage: Coverage;
  readonly #options: FuzzOptions;
  readonly #random: () => number;
  readonly #corpus: Uint8Array[] = [];
  readonly #known = new Set<string>();
  readonly #dictionary: readonly Uint8Array[];
  #runs = 0;
  #slowest = 0;
  #finding: Finding | undefined;

  constructor(target: FuzzTarget, coverage: Coverage, options: FuzzOptions) {
    this.#target = target;
    this.#coverage = coverage;
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#dictionary = (target.dictionary ?? []).map(word => Buffer.from(word, 'latin1'));
  }

  run(): FuzzReport {
    const { goOn, progress } = this.#options;
    this.#coverage.forget();
    for (const seed of this.#target.seeds) this.#keep(seed);
    this.#batch(this.#target.seeds);
    this.#coverage.take();
    while (!this.#finding && goOn(this.#runs)) {
      const inputs = Array.from({ length: BATCH }, () => this.#next());
      this.#batch(inputs);
      if (this.#coverage.take() > 0) this.#attribute(inputs);
      progress?.(this.#report());
    }
    return this.#report();
  }

  #next(): Uint8Array {
    return mutated(this.#pick(), {
      random: this.#random,
      dictionary: this.#dictionary,
      other: () => this.#pick(),
      longest: this.#target.longest ?? 4096,
    });
  }

  /** Half of the time one of the newest: what was found last is where the search goes deeper. */
  #pick(): Uint8Array {
    const { length } = this.#corpus;
    const from = this.#random() < 0.5 ? Math.max(0, length - 32) : 0;
    return this.#corpus[from + Math.floor(this.#random() * (length - from))];
  }

  #batch(inputs: readonly Uint8Array[]): void {
    for (const input of inputs) {
      if (this.#finding) return;
      this.#try(input);
    }
  }

  /**
   * Something in this batch was new. The counters have been read, so which input it was is found by its signature, the way that it
   * takes alone. All inputs of the batch that take a new way are kept.
   */
  #attribute(inputs: readonly Uint8Array[]): void {
    for (const input of inputs) {
      const signature = this.#coverage.signatureOf(() => this.#try(input));
      if (this.#known.has(signature)) continue;
      this.#known.add(signature);
      this.#keep(input);
    }
  }

  #keep(input: Uint8Array): void {
    if (this.#corpus.length < LARGEST_CORPUS) this.#corpus.push(input);
  }

  #try(input: Uint8Array): void {
    this.#runs += 1;
    const millis = this.#timed(input);
    if (millis <= SLOWEST_MILLIS) this.#slowest = Math.max(this.#slowest, millis);
    else this.#slow(input, millis);
  }

  #slow(input: Uint8Array, first: number): void {
    const least = Math.min(first, this.#timed(input), this.#timed(input));
    this.#slowest = Math.max(this.#slowest, least);
    if (least > SLOWEST_MILLIS) this.#found(input, new TooSlow(`took ${Math.round(least)} ms`));
  }

  #timed(input: Uint8Array): number {
    const began = performance.now();
    try {
      this.#target.run(input);
    } catch (error) {
      if (!this.#target.declared(error)) this.#found(input, error);
    }
    return performance.now() - began;
  }

  #found(input: Uint8Array, error: unknown): void {
    this.#finding ??= { target: this.#target.name, input, error };
  }

  #report(): FuzzReport {
    return {
      runs: this.#runs,
      corpus: this.#corpus.length,
      reached: this.#coverage.size,
      slowestMillis: this.#slowest,
      finding: this.#finding,
    };
  }
}

/** Name of a file for an input. */
export function fileNameOf(input: Uint8Array): string {
  return hash('sha1', input).slice(0, 16);
}
