import type { Clock } from '@parley/base';
import { Memory } from './memory.ts';
import type { Native } from './native.ts';

export const SOL_SOCKET = 1;
/** socket(7): the system's time of arrival beside each datagram, as a struct timespec. The option and the message have one number. */
export const SO_TIMESTAMPNS = 35;
/** A struct cmsghdr with that: length, level, type; seconds, nanoseconds. */
export const CONTROL_BYTES = 32;
const LEVEL = 2;
const TYPE = 3;
const SECONDS = 4;
const NANOSECONDS = 6;
const CLOCK_REALTIME = 0;
const TIMESPEC_BYTES = 16;
/** Nothing lies in a socket for so long; whose time is that old came before the system's clock was set. */
const MOST_MILLIS = 10_000;

/** Says when datagrams came, on the engine's clock. The system's stamps are on the wall clock, so both clocks are read together, and what counts is how old a stamp is. */
export class ArrivalClock {
  readonly #native: Native;
  readonly #clock: Clock;
  readonly #wall: Memory;
  #now: number;

  constructor(native: Native, clock: Clock) {
    this.#native = native;
    this.#clock = clock;
    this.#wall = new Memory(native, TIMESPEC_BYTES);
    this.#now = clock.monotonic();
  }

  /** To be called after datagrams were read and before they are handed out. */
  read(): void {
    this.#native.calls.clock_gettime(CLOCK_REALTIME, this.#wall.address);
    this.#now = this.#clock.monotonic();
  }

  /** When a datagram came whose control message begins at that word; NaN when it has none, or the system's clock was set since. */
  arrival(words: Uint32Array, at: number): number {
    if (words[at + LEVEL] !== SOL_SOCKET || words[at + TYPE] !== SO_TIMESTAMPNS) return Number.NaN;
    const wall = this.#wall.words;
    // The lower half of the seconds: a difference is right past 2038 and 2106 too.
    const age = ((wall[0] - words[at + SECONDS]) | 0) * 1000 + (wall[2] - words[at + NANOSECONDS]) / 1e6;
    return age < MOST_MILLIS ? this.#now - Math.max(0, age) : Number.NaN;
  }
}
