import type { Clock, Timer } from '@parley/base';
import type { Lateness } from './lateness.ts';

/** Length of a frame. */
export const FRAME_MILLIS = 20;
/** A frame is cut into this many slots; each session has one, so that packets do not leave in one burst. */
export const SLOTS = 5;
const SLOT_MILLIS = FRAME_MILLIS / SLOTS;
/** Beats made up for before the loop gets its turn again: packets must be read, even when there is too much to do. */
const MOST_AT_ONCE = SLOTS;
/** After a stall up to 200 ms are made up for; beyond that the clock starts anew. */
const MOST_BEHIND = (200 / FRAME_MILLIS) * SLOTS;

/**
 * The 20 ms clock of a worker. Each beat is due at a multiple of 4 ms from the start, whatever the earlier ones cost, so it does not drift;
 * beats that were missed are made up for at once.
 */
export class Metronome {
  readonly #clock: Clock;
  readonly #lateness: Lateness;
  readonly #beat: (slot: number) => void;
  #timer: Timer | undefined;
  #origin = 0;
  #beats = 0;

  /** @param beat called with the slot, 0 to `SLOTS` - 1, in turns. */
  constructor(clock: Clock, lateness: Lateness, beat: (slot: number) => void) {
    this.#clock = clock;
    this.#lateness = lateness;
    this.#beat = beat;
  }

  start(): void {
    this.#origin = this.#clock.monotonic();
    this.#beats = 0;
    this.#wind();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #run = () => {
    let late = this.#clock.monotonic() - this.#due();
    if (late > MOST_BEHIND * SLOT_MILLIS) {
      this.#lateness.add(late);
      this.#origin += late;
      late = 0;
    }
    for (let beats = 0; late >= 0 && beats < MOST_AT_ONCE; beats++, late = this.#clock.monotonic() - this.#due()) {
      this.#lateness.add(late);
      const slot = this.#beats % SLOTS;
      this.#beats += 1;
      this.#beat(slot);
      if (!this.#timer) return;
    }
    this.#wind();
  };

  #due(): number {
    return this.#origin + this.#beats * SLOT_MILLIS;
  }

  #wind(): void {
    this.#timer = this.#clock.after(Math.max(0, this.#due() - this.#clock.monotonic()), this.#run);
  }
}
