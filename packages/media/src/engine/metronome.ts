import type { Clock, Timer } from '@parley/base';

/** Length of a frame. */
export const FRAME_MILLIS = 20;
/** A frame is cut into this many slots; each session has one, so that packets do not leave in one burst. */
export const SLOTS = 5;
const SLOT_MILLIS = FRAME_MILLIS / SLOTS;
/** Beats made up for before the loop gets its turn again: packets must be read, even when there is too much to do. */
const MOST_AT_ONCE = SLOTS;
/** After a stall up to 200 ms are made up for; beyond that the clock starts anew. */
const MOST_BEHIND = (200 / FRAME_MILLIS) * SLOTS;
/** Between two beats of a clock that nobody needs: a machine without calls is left alone. */
const REST_MILLIS = 100;

/** Hears how late each beat came. */
interface LatenessSink {
  add(millis: number): void;
}

/**
 * The 20 ms clock of a worker. Each beat is due at a multiple of 4 ms from the start, whatever the earlier ones cost, so it does not drift;
 * beats that were missed are made up for at once.
 */
export class Metronome {
  /** Time that no beats were made up for, because a stall was too long. */
  skippedMillis = 0;
  readonly #clock: Clock;
  readonly #lateness: LatenessSink;
  readonly #beat: (slot: number) => boolean;
  #timer: Timer | undefined;
  #origin = 0;
  #beats = 0;
  /** Beats in a row in which nobody needed the clock. */
  #idleBeats = 0;

  /**
   * @param beat called with the slot, 0 to `SLOTS` - 1, in turns; says whether somebody needs the clock. After a frame in which nobody does it beats ten
   *   times a second until `wake`.
   */
  constructor(clock: Clock, lateness: LatenessSink, beat: (slot: number) => boolean) {
    this.#clock = clock;
    this.#lateness = lateness;
    this.#beat = beat;
  }

  start(): void {
    this.#begin();
    this.#wind();
  }

  /** Somebody may need the clock from now on. Beats at once when it rested, so that what came meanwhile is dealt with first. */
  wake(): void {
    const rested = this.#timer !== undefined && this.#idleBeats >= SLOTS;
    this.#idleBeats = 0;
    if (!rested) return;
    this.#timer?.cancel();
    this.#runRested();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #begin(): void {
    this.#origin = this.#clock.monotonic();
    this.#beats = 0;
  }

  /** One beat. */
  #once(): void {
    const slot = this.#beats % SLOTS;
    this.#beats += 1;
    this.#idleBeats = this.#beat(slot) ? 0 : this.#idleBeats + 1;
  }

  readonly #run = () => {
    let late = this.#clock.monotonic() - this.#due();
    if (late > MOST_BEHIND * SLOT_MILLIS) {
      this.#lateness.add(late);
      this.#origin += late;
      this.skippedMillis += late;
      late = 0;
    }
    for (let beats = 0; late >= 0 && beats < MOST_AT_ONCE; beats++, late = this.#clock.monotonic() - this.#due()) {
      this.#lateness.add(late);
      this.#once();
      if (!this.#timer) return;
    }
    this.#wind();
  };

  #due(): number {
    return this.#origin + this.#beats * SLOT_MILLIS;
  }

  readonly #runRested = () => {
    this.#begin();
    this.#once();
    if (this.#timer) this.#wind();
  };

  #wind(): void {
    if (this.#idleBeats >= SLOTS) this.#timer = this.#clock.after(REST_MILLIS, this.#runRested);
    else this.#timer = this.#clock.after(Math.max(0, this.#due() - this.#clock.monotonic()), this.#run);
  }
}
