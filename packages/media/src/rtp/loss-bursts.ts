/** RFC 3611 section 4.7.2: so many packets received between two lost ones part a burst from the next; 16 is the recommended value. */
export const GMIN = 16;

/**
 * How losses cluster (RFC 3611 section 4.7.2): a burst begins and ends with a lost packet, and within it fewer than `GMIN` packets in a row were received; a single
 * lost packet with `GMIN` received on both sides is no burst. Everything outside of bursts is gap. To be told of every packet in order.
 */
export class LossBursts {
  /** Packets that were received, and that were not (or too late). */
  received = 0;
  lost = 0;
  /** How many times packets were lost after one that was received. */
  runs = 0;
  #bursts = 0;
  /** Packets in the bursts that are over, and lost ones among them. */
  #burstPackets = 0;
  #burstLost = 0;
  /** Received since the last loss. */
  #run = GMIN;
  /** The losses that may be a burst: from the first to the last of them, and how many. */
  #packets = 0;
  #losses = 0;

  receive(): void {
    this.received += 1;
    this.#run += 1;
  }

  /** So many packets in a row are lost. */
  lose(packets: number): void {
    if (packets <= 0) return;
    this.lost += packets;
    if (this.#run > 0) this.runs += 1;
    if (this.#run >= GMIN) this.#close();
    else this.#packets += this.#run;
    this.#packets += packets;
    this.#losses += packets;
    this.#run = 0;
  }

  /** The figures so far, the burst under way included. */
  get figures(): BurstFigures {
    const open = this.#losses > 1;
    const bursts = this.#bursts + (open ? 1 : 0);
    const packets = this.#burstPackets + (open ? this.#packets : 0);
    const lost = this.#burstLost + (open ? this.#losses : 0);
    const all = this.received + this.lost;
    return {
      bursts,
      density: packets === 0 ? 0 : lost / packets,
      gapDensity: all === packets ? 0 : (this.lost - lost) / (all - packets),
      burstPackets: bursts === 0 ? 0 : packets / bursts,
      // As many gaps as bursts, and one more: each burst lies between two.
      gapPackets: (all - packets) / (bursts + 1),
    };
  }

  #close(): void {
    if (this.#losses > 1) {
      this.#bursts += 1;
      this.#burstPackets += this.#packets;
      this.#burstLost += this.#losses;
    }
    this.#packets = this.#losses = 0;
  }
}

/** The fields of RFC 3611 section 4.7.2; lengths in packets. */
export interface BurstFigures {
  readonly bursts: number;
  /** Share of packets lost within bursts, and outside of them; 0 to 1. */
  readonly density: number;
  readonly gapDensity: number;
  /** Mean length of a burst (0 when there is none), and of a gap. */
  readonly burstPackets: number;
  readonly gapPackets: number;
}
