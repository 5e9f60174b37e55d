import { TelephoneEvent, writeEvent } from './event-payload.ts';
import { eventOfKey } from './keys.ts';

const TICK_SAMPLES = 160;
/** A press lasts 100 ms: packets at 20, 40, 60, 80 ms, the end at 100 ms. */
const PRESS_TICKS = 5;
/** RFC 4733 section 2.5.1.4: the last packet is sent three times. */
const END_PACKETS = 3;
/** The pause before the next key (60 ms) begins with the end, so it overlaps with two repeated ends. */
const CYCLE_TICKS = PRESS_TICKS + 3;
/** Keys that wait to be sent; more are dropped. */
export const MOST_KEYS = 64;

/** Sends keys as RFC 4733 events, one packet a tick; audio is suspended while a packet of an event goes out. */
export class KeySender {
  readonly #event = new TelephoneEvent();
  #keys = '';
  #tick = 0;
  #start = 0;

  /** Queues keys; characters that are none are left out. Returns how many were taken. */
  add(keys: string): number {
    let taken = '';
    for (const key of keys) if (eventOfKey(key) >= 0 && this.#keys.length + taken.length < MOST_KEYS) taken += key;
    this.#keys += taken;
    return taken.length;
  }

  /** Whether there is something to send. */
  get waiting(): boolean {
    return this.#keys !== '';
  }

  /** Forgets what is not yet sent. */
  clear(): void {
    this.#keys = '';
    this.#tick = 0;
  }

  /**
   * One tick of 20 ms: writes the payload for it at `at` and returns true, or returns false when this tick is for audio.
   * `now` is the timestamp that audio would have.
   */
  tick(bytes: Uint8Array, at: number, now: number): boolean {
    if (this.#keys === '') return false;
    if (this.#tick === CYCLE_TICKS) {
      this.#tick = 0;
      this.#keys = this.#keys.slice(1);
      if (this.#keys === '') return false;
    }
    if (this.#tick === 0) this.#start = now;
    this.#tick += 1;
    if (this.#tick >= PRESS_TICKS + END_PACKETS) return false;
    this.#event.code = eventOfKey(this.#keys[0]);
    this.#event.end = this.#tick >= PRESS_TICKS;
    this.#event.duration = Math.min(this.#tick, PRESS_TICKS) * TICK_SAMPLES;
    writeEvent(this.#event, bytes, at);
    return true;
  }

  /** Timestamp of the press under way: that of its beginning, in all of its packets (section 2.5.1.2). */
  get timestamp(): number {
    return this.#start;
  }

  /** Whether the last tick was the first of its press: it carries the marker. */
  get first(): boolean {
    return this.#tick === 1;
  }
}
