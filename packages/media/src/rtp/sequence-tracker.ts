/** RFC 3550 appendix A.1: a jump forward of more than this is not loss (at 20 ms a packet: a minute). */
const MAX_DROPOUT = 3000;
/** A packet this much older than the newest is still the same run. */
const MAX_MISORDER = 100;
const CYCLE = 65536;

/**
 * Extends the 16-bit sequence numbers of one source beyond their wrap and counts what was lost (RFC 3550 appendix A.1 and A.3).
 * There is no probation: packets come from the negotiated address only, and the first one already belongs to the message.
 */
export class SequenceTracker {
  /** Packets of all runs so far, duplicates included. */
  received = 0;
  /** How many runs have begun. */
  runs = 0;
  #highest = -1;
  #base = 0;
  #inRun = 0;
  #lostBefore = 0;
  #afterBad = -1;

  /** Extended number of the newest packet; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** The number of the newest packet as a report has it (section 6.4.1): above its 16 bits stands how often it wrapped since the run began; 0 before the first. */
  get highestReported(): number {
    return Math.max(0, this.#highest - CYCLE);
  }

  /** Packets that should have come and did not; duplicates can hide some (appendix A.3). */
  get lost(): number {
    return this.#lostBefore + this.lostInRun;
  }

  /** The same of the run under way, which is one of one source. */
  get lostInRun(): number {
    return this.#highest < 0 ? 0 : Math.max(0, this.#highest - this.#base + 1 - this.#inRun);
  }

  /** Packets that should have come, all runs together. */
  get expected(): number {
    return this.received + this.lost;
  }

  /**
   * The extended number of a packet, or -1 when it must be thrown away because it fits no run. A second packet in a row
   * after such a jump begins a new run (`runs` grows): the sender started anew.
   */
  update(sequence: number): number {
    if (this.#highest < 0) return this.#begin(sequence);
    const ahead = (sequence - this.#highest) & (CYCLE - 1);
    if (ahead < MAX_DROPOUT) {
      this.#count();
      this.#highest += ahead;
      return this.#highest;
    }
    if (ahead >= CYCLE - MAX_MISORDER) {
      this.#count();
      return this.#highest + ahead - CYCLE;
    }
    if (sequence === this.#afterBad) return this.#begin(sequence);
    this.#afterBad = (sequence + 1) & (CYCLE - 1);
    return -1;
  }

  /** The source changed (another SSRC): the next packet begins a new run. */
  restart(): void {
    this.#lostBefore += this.lostInRun;
    this.#highest = -1;
    this.#inRun = 0;
  }

  #begin(sequence: number): number {
    if (this.#highest >= 0) this.restart();
    // One cycle up, so that a packet from before the first one has a number too.
    this.#base = this.#highest = CYCLE + sequence;
    this.runs += 1;
    this.#count();
    return this.#highest;
  }

  #count(): void {
    this.#afterBad = -1;
    this.#inRun += 1;
    this.received += 1;
  }
}
