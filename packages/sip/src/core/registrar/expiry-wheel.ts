import type { Clock, Timer } from '@parley/base';

/** Something that is over some day. */
export interface Expiring {
  /** The bucket that it lies in; the wheel's own note, 0 outside of any. */
  bucket: number;
}

export interface ExpiryWheelOptions<T extends Expiring> {
  readonly clock: Clock;
  /** Its time may have come. Returns when it has to be looked at again (wall time, milliseconds), or undefined when it is gone. */
  readonly due: (item: T) => number | undefined;
}

/** Width of a bucket, milliseconds. */
const BUCKET = 1000;
/** Items looked at in one go: many phones that registered in one second do not stop everything else when that second comes. */
const WORK = 10_000;

/**
 * Millions of things that expire, one timer. They lie in buckets of one second. What is put off stays where it lies and is moved
 * when its bucket is looked at, so that a refresh costs nothing.
 */
export class ExpiryWheel<T extends Expiring> {
  readonly #options: ExpiryWheelOptions<T>;
  readonly #buckets = new Map<number, Set<T>>();
  /** The first bucket that has not been looked at. */
  #next = 0;
  #timer: Timer | undefined;
  #isTurning = false;

  constructor(options: ExpiryWheelOptions<T>) {
    this.#options = options;
  }

  /** Sees to it that `due` is asked at `at` (wall time, milliseconds), or before. */
  put(item: T, at: number): void {
    if (!this.#isRunning) this.#next = this.#now + 1;
    const bucket = Math.max(Math.ceil(at / BUCKET), this.#next);
    if (item.bucket !== 0 && item.bucket <= bucket) return;
    this.#take(item);
    item.bucket = bucket;
    const present = this.#buckets.get(bucket);
    if (present) present.add(item);
    else this.#buckets.set(bucket, new Set([item]));
    if (!this.#isRunning) this.#wait(BUCKET);
  }

  remove(item: T): void {
    this.#take(item);
    if (this.#buckets.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  get #now(): number {
    return Math.floor(this.#options.clock.wall() / BUCKET);
  }

  get #isRunning(): boolean {
    return this.#isTurning || this.#timer !== undefined;
  }

  #take(item: T): void {
    const bucket = this.#buckets.get(item.bucket);
    bucket?.delete(item);
    if (bucket?.size === 0) this.#buckets.delete(item.bucket);
    item.bucket = 0;
  }

  #wait(millis: number): void {
    this.#timer = this.#options.clock.after(millis, () => this.#turn());
  }

  #turn(): void {
    this.#timer = undefined;
    this.#isTurning = true;
    const now = this.#now;
    let left = WORK;
    while (this.#next <= now && left > 0) left = this.#look(left);
    this.#isTurning = false;
    if (this.#buckets.size > 0) this.#wait(left > 0 ? BUCKET : 1);
  }

  /** Looks at what is in the next bucket, at most so many; returns how many more may be looked at. */
  #look(most: number): number {
    let left = most;
    for (const item of this.#buckets.get(this.#next) ?? []) {
      if (left-- <= 0) return 0;
      this.#take(item);
      const again = this.#options.due(item);
      if (again !== undefined) this.put(item, Math.max(again, (this.#next + 1) * BUCKET));
    }
    this.#next += 1;
    return left;
  }
}
