import { interrupted, Stopped } from './failure.ts';

export interface Limits {
  /** Steps of evaluation: an expression, an object in a pipeline. */
  readonly steps: number;
  /** Characters that are printed. */
  readonly output: number;
  /** Entries of one list. */
  readonly list: number;
  /** Characters of one text. */
  readonly text: number;
  /** Statements within one another that are running. */
  readonly depth: number;
}

/** Far above what scripts of administrators need, far below what hurts a machine. */
export const LIMITS: Limits = {
  steps: 50_000_000,
  output: 64 * 1024 * 1024,
  list: 1_000_000,
  text: 32 * 1024 * 1024,
  depth: 200,
};

/** Steps after which signals and keys are looked for: some milliseconds. */
const STEPS_AT_A_STRETCH = 4096;

/** What one script may spend. Every method throws `Stopped` when there is nothing left. */
export class Budget {
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  #steps = 0;
  #rested = 0;
  #output = 0;
  #depth = 0;

  constructor(limits: Limits = LIMITS, signal?: AbortSignal) {
    this.#limits = limits;
    this.#signal = signal;
  }

  step(): void {
    this.#steps++;
    if (this.#steps > this.#limits.steps) this.#over('takes more steps', this.#limits.steps);
    if (this.#signal?.aborted) throw interrupted();
  }

  /**
   * A step between two of which others may have their turn: a script that waits for nothing would never hear of Ctrl-C. Rejects with
   * `Stopped` when it has come.
   */
  async stride(): Promise<void> {
    this.step();
    if (this.#steps - this.#rested < STEPS_AT_A_STRETCH) return;
    this.#rested = this.#steps;
    await new Promise(resolve => setImmediate(resolve));
    if (this.#signal?.aborted) throw interrupted();
  }

  output(characters: number): void {
    this.#output += characters;
    if (this.#output > this.#limits.output) this.#over('prints more characters', this.#limits.output);
  }

  list(entries: number): void {
    if (entries > this.#limits.list) this.#over('makes a longer list', this.#limits.list);
  }

  text(characters: number): void {
    if (characters > this.#limits.text) this.#over('makes a longer text', this.#limits.text);
  }

  enter(): void {
    this.#depth++;
    if (this.#depth > this.#limits.depth) this.#over('runs more blocks within one another', this.#limits.depth);
  }

  leave(): void {
    this.#depth--;
  }

  #over(does: string, limit: number): never {
    throw new Stopped(`the script ${does} than ${limit}`, { code: 'BUDGET' });
  }
}
