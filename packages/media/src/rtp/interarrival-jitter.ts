/** Interarrival jitter (RFC 3550 section 6.4.1 and appendix A.8) of a stream whose timestamps run at 8 kHz. */
export class InterarrivalJitter {
  /** Smoothed, in timestamp units (1/8 ms). */
  units = 0;
  #transit = Number.NaN;

  /** Notes a packet. `arrival` is in milliseconds on any clock that does not jump. */
  packet(arrival: number, timestamp: number): void {
    const transit = arrival * 8 - timestamp;
    // The timestamp wraps at 32 bits; a difference beyond that is a wrap or a new timeline, not jitter.
    const change = Math.abs(transit - this.#transit);
    if (change < 2 ** 31) this.units += (change - this.units) / 16;
    this.#transit = transit;
  }

  /** Forgets the last packet: what comes next is on another timeline. */
  restart(): void {
    this.#transit = Number.NaN;
  }
}
