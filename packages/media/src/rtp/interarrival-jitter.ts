/** A change beyond this is no jitter: the timestamp wrapped, or its sender stopped it while there was nothing to say. One second, as far as the jitter buffer believes a timestamp. */
const NEW_TIMELINE = 8000;

/** Interarrival jitter (RFC 3550 section 6.4.1 and appendix A.8) of a stream whose timestamps run at 8 kHz. */
export class InterarrivalJitter {
  /** Smoothed, in timestamp units (1/8 ms). */
  units = 0;
  #transit = Number.NaN;

  /** Notes a packet. `arrival` is in milliseconds on any clock that does not jump. */
  packet(arrival: number, timestamp: number): void {
    const transit = arrival * 8 - timestamp;
    const change = Math.abs(transit - this.#transit);
    if (change < NEW_TIMELINE) this.units += (change - this.units) / 16;
    this.#transit = transit;
  }

  /** Forgets the last packet: what comes next is on another timeline. */
  restart(): void {
    this.#transit = Number.NaN;
  }
}
