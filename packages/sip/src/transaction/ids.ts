import { randomBytes } from 'node:crypto';
import { COOKIE } from './matching.ts';

/** Tags, branches and Call-IDs that nobody can guess; a test may give its own source. */
export class Ids {
  readonly #random: (() => number) | undefined;
  #pool = Buffer.alloc(0);
  #at = 0;

  /** @param random numbers in [0, 1), for repeatable tests; the system's secure source when left out. */
  constructor(random?: () => number) {
    this.#random = random;
  }

  tag(): string {
    return this.#hex(8);
  }

  branch(): string {
    return COOKIE + this.#hex(12);
  }

  callId(): string {
    return this.#hex(16);
  }

  /** A fraction in [0, 1) for waits. */
  fraction(): number {
    return this.#random ? this.#random() : Math.random();
  }

  #hex(bytes: number): string {
    if (this.#random) return Array.from({ length: bytes }, () => byte(this.#random?.() ?? 0)).join('');
    if (this.#at + bytes > this.#pool.length) {
      this.#pool = randomBytes(2048);
      this.#at = 0;
    }
    this.#at += bytes;
    return this.#pool.toString('hex', this.#at - bytes, this.#at);
  }
}

const byte = (fraction: number): string =>
  Math.floor(fraction * 256)
    .toString(16)
    .padStart(2, '0');
