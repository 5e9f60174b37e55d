import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { CALLER_CORE, pinned } from '../machine.ts';
import type { LoadResult, Order, Report, Target } from './plan.ts';

const ENTRY = join(import.meta.dirname, 'generator.ts');

/** The load generator as the harness holds it: a process of its own on a core of its own. */
export class LoadGenerator {
  readonly #child: ChildProcess;
  readonly #onProgress: (line: string) => void;
  #settle: { resolve(result: LoadResult): void; reject(error: Error): void } | undefined;
  readonly #failures = new Map<string, number>();

  private constructor(child: ChildProcess, onProgress: (line: string) => void) {
    this.#child = child;
    this.#onProgress = onProgress;
    child.on('message', (report: Report) => this.#hear(report));
    child.on('exit', code => this.#settle?.reject(new Error(`the load generator ended with ${code}`)));
  }

  /** @param onProgress gets a line a second while calls are placed. */
  static async start({ tls }: Target, onProgress: (line: string) => void): Promise<LoadGenerator> {
    const [command, ...args] = [
      ...pinned(CALLER_CORE),
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      ENTRY,
      ...(tls ? [tls.authority, tls.certificate, tls.key] : []),
    ];
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', code => reject(new Error(`the load generator did not start: ${code}`)));
      child.once('error', reject);
    });
    return new LoadGenerator(child, onProgress);
  }

  /** Carries out an order; one at a time. */
  async run(order: Exclude<Order, { do: 'end' }>): Promise<LoadResult> {
    this.#failures.clear();
    const done = new Promise<LoadResult>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#child.send(order);
    const result = await done;
    for (const [why, count] of this.#failures) this.#onProgress(`${count} calls failed: ${why}`);
    return result;
  }

  async stop(): Promise<void> {
    this.#settle = undefined;
    const gone = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.send({ do: 'end' } satisfies Order);
    await gone;
  }

  #hear(report: Report): void {
    if (report.on === 'progress')
      this.#onProgress(
        `${report.placed} placed, ${report.up} up, ${report.over} over, packets late p99 ${report.lateP99} ms`,
      );
    else if (report.on === 'done') this.#settle?.resolve(report.result);
    else if (report.on === 'failed') this.#failures.set(report.why, (this.#failures.get(report.why) ?? 0) + 1);
  }
}
