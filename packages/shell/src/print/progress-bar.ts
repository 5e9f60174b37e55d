import type { Progress } from '@parley/admin/client';

const BAR_WIDTH = 30;

/** One line: "making [########----------------------] 27 % 27,000 of 100,000". */
export function progressLine({ done, of, step }: Progress): string {
  if (!of) return `${step} ${done.toLocaleString('en-US')}`;
  const share = Math.min(1, done / of);
  const full = Math.round(share * BAR_WIDTH);
  const bar = '#'.repeat(full) + '-'.repeat(BAR_WIDTH - full);
  const counts = `${done.toLocaleString('en-US')} of ${of.toLocaleString('en-US')}`;
  return `${step} [${bar}] ${Math.floor(share * 100)} % ${counts}`;
}

/** Draws over its own line on a terminal, and takes it away at the end. */
export class ProgressBar {
  readonly #err: (text: string) => void;
  #last = '';

  constructor(err: (text: string) => void) {
    this.#err = err;
  }

  show(progress: Progress): void {
    const line = progressLine(progress);
    if (line === this.#last) return;
    this.#err(`\r${line.padEnd(this.#last.length)}`);
    this.#last = line;
  }

  /** Gives the line back to what is printed next. */
  end(): void {
    if (this.#last !== '') this.#err(`\r${' '.repeat(this.#last.length)}\r`);
    this.#last = '';
  }
}
