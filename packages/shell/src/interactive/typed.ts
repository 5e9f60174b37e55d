import type { Interface } from 'node:readline';
import { type Deferred, defer } from '@parley/base';

/** Lines as they are typed, also those that come while nobody waits for one: what is pasted stays in its order. */
export class Typed implements AsyncIterable<string> {
  readonly #waiting: string[] = [];
  #hasEnded = false;
  #more: Deferred<void> = defer();

  /** Listens at once. */
  constructor(lines: Interface) {
    lines.on('line', line => {
      this.#waiting.push(line);
      this.#more.resolve();
    });
    lines.on('close', () => {
      this.#hasEnded = true;
      this.#more.resolve();
    });
  }

  /** Nothing more will be typed: Ctrl-D, or the terminal is gone. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const line = this.#waiting.shift();
      if (line !== undefined) yield line;
      else if (this.#hasEnded) return;
      else {
        await this.#more.promise;
        this.#more = defer();
      }
    }
  }
}
