/** A change beyond this is no jitter: the timestamp wrapped, or its sender stopped it while there was nothing to say. One second, as far as the jitter buffer believes a timestamp. */
const NEW_TIMELINE = 8000;

/** Interarrival jitter (RFC 3550 section 6.4.1 and appendix A.8) of a stream whose timestamps run at 8 kHz. */
export class InterarrivalJitter {
  /** Of the last packets, as a report has it, in timestamp units (1/8 ms). */
  smoothed = 0;
  #transit = Number.NaN;
  #total = 0;
  #count = 0;

  /** Of the whole call: what it was at the moment of the hang-up says nothing about the minutes before. Mean deviation in timestamp units; 0 before the second packet. */
  get units(): number {
    return this.#count === 0 ? 0 : this.#total / this.#count;
  }

  /** Notes a packet. `arrival` is in milliseconds on any clock that does not jump. */
  packet(arrival: number, timestamp: number): void {
    const transit = arrival * 8 - timestamp;
    const change = Math.abs(transit - this.#transit);
    if (change < NEW_TIMELINE) {
      this.smoothed += (change - this.smoothed) / 16;
      this.#total += change;
      this.#count += 1;
    }
    this.#transit = transit;
  }

  /** Forgets the last packet: what comes next is on another timeline. */
  restart(): void {
    this.#transit = Number.NaN;
  }
}
