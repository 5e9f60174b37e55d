import { hash } from 'node:crypto';
import { type Profiler, Session } from 'node:inspector';

interface Run {
  /** Script, beginning and end of the function. */
  readonly key: string;
  readonly ranges: readonly Profiler.CoverageRange[];
}

/**
 * What a run of code covered, by V8's own block coverage (the profiler of the inspector protocol). It must be started before the
 * modules it watches are loaded.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #watched: RegExp;
  /** For each function that ever ran: which characters of its text were reached. */
  readonly #reached = new Map<string, Uint8Array>();
  #size = 0;

  /** @param watched scripts that count, by URL. */
  constructor(watched: RegExp) {
    this.#watched = watched;
    this.#session.connect();
    this.#session.post('Profiler.enable', throwIt);
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true }, throwIt);
  }

  /** Characters of source text reached by anything so far. */
  get size(): number {
    return this.#size;
  }

  /** How many characters of source text were reached since the last call that never were before. */
  take(): number {
    const before = this.#size;
    for (const run of this.#runs()) this.#remember(run);
    return this.#size - before;
  }

  /** The way that `work` alone takes through the code, as a short text: the same for inputs that take the same branches. */
  signatureOf(work: () => void): string {
    this.take();
    work();
    const runs = this.#runs();
    for (const run of runs) this.#remember(run);
    const ways = runs.map(
      ({ key, ranges }) => key + ranges.map(({ startOffset, count }) => `${startOffset}${count > 0 ? '+' : '-'}`),
    );
    return hash('sha1', ways.sort().join('\n'));
  }

  /** Begins anew, for another target: what one of them reaches is news to the next. */
  forget(): void {
    this.take();
    this.#reached.clear();
    this.#size = 0;
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage', throwIt);
    this.#session.disconnect();
  }

  /** Ranges are nested, the outer ones first; a range without count of its own has that of the one around it. */
  #remember({ key, ranges }: Run): void {
    const [{ startOffset: start, endOffset: end }] = ranges;
    const now = new Uint8Array(end - start);
    for (const { startOffset, endOffset, count } of ranges)
      now.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
    const reached = this.#reached.get(key) ?? new Uint8Array(end - start);
    this.#reached.set(key, reached);
    for (let i = 0; i < now.length; i++)
      if (now[i] > reached[i]) {
        reached[i] = 1;
        this.#size += 1;
      }
  }

  /** Functions that ran since they were last asked for. */
  #runs(): Run[] {
    return this.#collect()
      .filter(({ url }) => this.#watched.test(url))
      .flatMap(({ url, functions }) =>
        functions
          .filter(({ ranges }) => ranges[0].count > 0)
          .map(({ ranges }) => ({ key: `${url}:${ranges[0].startOffset}-${ranges[0].endOffset}`, ranges })),
      );
  }

  #collect(): readonly Profiler.ScriptCoverage[] {
    // With the inspector in the same thread the answer is here before `post` returns.
    let result: readonly Profiler.ScriptCoverage[] | undefined;
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      result = answer.result;
    });
    if (!result) throw new Error('the profiler did not answer at once');
    return result;
  }
}

function throwIt(error: Error | null): void {
  if (error) throw error;
}
