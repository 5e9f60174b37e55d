import { LossBursts } from './loss-bursts.ts';
import { RtpPacket } from './packet.ts';

/** Why there is no audio for a while: packets were lost, or the sender sent none (discontinuous transmission). */
export type GapReason = 'loss' | 'dtx';

/** Where the buffer puts what it releases, in the sender's order. */
export interface AudioTaker {
  /** At most 20 ms of coded bytes, one byte a sample; valid during the call only. */
  audio(bytes: Uint8Array, offset: number, length: number): void;
  /** Time without audio, in samples (1/8 ms). */
  gap(samples: number, reason: GapReason): void;
}

/** What makes octets of packets that are coded otherwise; it has a memory, so it gets them in their order. What it returns is lent until the next call. */
export interface PacketDecoder {
  /** The packet before this one, when that was lost and this one holds a copy of it. To be asked before this one is decoded. */
  copyBefore(packet: Readonly<RtpPacket>): Readonly<RtpPacket> | undefined;
  /** Undefined when it cannot be decoded. */
  decode(packet: Readonly<RtpPacket>): Readonly<RtpPacket> | undefined;
}

/** How long a missing packet is waited for. A recording can afford it, and completeness is what it is for. */
export const PATIENCE_MILLIS = 200;
/** Longest payload: 60 ms. */
export const LONGEST_PAYLOAD = 480;
/** Longest payload that a decoder may take: what fits into a datagram. */
const LONGEST_CODED = 1500;
/** 200 ms are 20 packets of 10 ms. */
const SLOTS = 32;
const EMPTY = -1;
/** Numbers of which it is known whether they were given up: five seconds of packets of 20 ms. */
const REMEMBERED = 256;
const FRAME_SAMPLES = 160;
/** Timestamps may run this much ahead of the wall clock (a skewed clock) before a gap in them is called a jump; and with what was gained in a stall of the network so much. */
const SLACK_SAMPLES = 8000;
const MOST_SLACK = 80_000;
/** Less than this between two packets on different timelines is their ordinary distance, not a gap. */
const LEAST_JUMP_GAP = 480;

/**
 * Puts the packets of one source in order and on a timeline. A packet that is next in line is released at once; one that
 * came too early waits until those before it came, or for `PATIENCE_MILLIS`. Lengths come from RTP timestamps, not from arrival: the recording
 * runs on the sender's clock, so a skewed clock costs no sample. A fixed ring, nothing is allocated for a packet.
 */
export class JitterBuffer {
  /** Packets that came after their place was given up. */
  late = 0;
  /** Packets that came again. */
  duplicates = 0;
  /** What came in time and what did not, in the sender's order. */
  readonly bursts = new LossBursts();
  /** When packets are no octets of a line yet. */
  decoder: PacketDecoder | undefined;
  readonly #taker: AudioTaker;
  readonly #slots: readonly RtpPacket[] = makeSlots();
  /** Of the newest numbers, by number: 1 when the packet was given up. */
  readonly #givenUp = new Uint8Array(REMEMBERED);
  #held = 0;
  /** Extended number of the packet that is next in line; -1: whatever comes. */
  #next = -1;
  #missing = 0;
  /** Timestamp right after the last audio released; only counts when `#anchored`. */
  #end = 0;
  #anchored = false;
  /** How much the sender's timeline may still gain on the wall clock. */
  #slack = SLACK_SAMPLES;
  #lastArrival: number;
  #lastLength = FRAME_SAMPLES;

  /** @param now milliseconds on the clock of `RtpPacket.arrival`. */
  constructor(taker: AudioTaker, now: number) {
    this.#taker = taker;
    this.#lastArrival = now;
  }

  /** Samples in a packet, as the last one with audio had them. */
  get packetSamples(): number {
    return this.#lastLength;
  }

  /** Whether packets wait for one that is missing. */
  get waiting(): boolean {
    return this.#held > 0;
  }

  /** Whether the packet of that extended number is still of use: neither released nor given up nor held. */
  awaits(extended: number): boolean {
    return this.#next < 0 || (extended >= this.#next && this.#slots[extended % SLOTS].extended !== extended);
  }

  /** How many samples lie between an RTP timestamp and the end of what was released; negative when it is yet to come. */
  samplesSince(timestamp: number): number {
    return this.#anchored ? (this.#end - timestamp) | 0 : 0;
  }

  /**
   * Takes a packet by its extended sequence number. Payload length 0 stands for one without audio (a key, comfort noise), which only holds its
   * place in the sequence. The payload is copied or handed on before this returns.
   */
  push(packet: Readonly<RtpPacket>): void {
    if (this.#next < 0) this.#next = packet.extended;
    if (packet.extended < this.#next) {
      this.#countOld(packet.extended);
      return;
    }
    if (packet.extended === this.#next && this.#held === 0) {
      this.#next += 1;
      this.#release(packet);
      return;
    }
    if (packet.extended >= this.#next + SLOTS) this.#makeRoomFor(packet.extended);
    if (this.#hold(packet)) this.#releaseInOrder();
  }

  /** Stops waiting for packets that are missing too long. Call once per tick. */
  elapse(now: number): void {
    while (this.#held > 0 && now - this.#oldestArrival() >= PATIENCE_MILLIS) this.#skipMissing();
  }

  /** Releases everything that is held, without waiting any longer. */
  flush(): void {
    while (this.#held > 0) this.#skipMissing();
  }

  /** What comes next is on another timeline (another source). Releases what is held. */
  restart(): void {
    this.flush();
    this.#next = -1;
    this.#missing = 0;
    this.#anchored = false;
  }

  /** As `restart`, and the time up to now is no gap: it was counted elsewhere (hold). */
  resume(now: number): void {
    this.restart();
    this.#lastArrival = now;
  }

  /** Too late, or once more. Of what was given up long ago nobody knows any more: then it is once more. */
  #countOld(extended: number): void {
    const place = extended % REMEMBERED;
    if (this.#next - extended <= REMEMBERED && this.#givenUp[place] === 1) {
      this.#givenUp[place] = 0;
      this.late += 1;
    } else this.duplicates += 1;
  }

  #hold(packet: Readonly<RtpPacket>): boolean {
    const slot = this.#slots[packet.extended % SLOTS];
    if (slot.extended === packet.extended) {
      this.duplicates += 1;
      return false;
    }
    slot.extended = packet.extended;
    slot.timestamp = packet.timestamp;
    slot.payloadLength = packet.payloadLength;
    slot.arrival = packet.arrival;
    // Coded otherwise, a packet may be longer than its sound is on a line.
    if (packet.payloadLength > LONGEST_PAYLOAD && slot.payloadStart + packet.payloadLength > slot.bytes.length)
      widen(slot);
    for (let i = 0; i < packet.payloadLength; i++)
      slot.bytes[slot.payloadStart + i] = packet.bytes[packet.payloadStart + i];
    this.#held += 1;
    return true;
  }

  /** A jump that the ring cannot span: what lies too far back is given up. */
  #makeRoomFor(extended: number): void {
    while (this.#held > 0 && extended >= this.#next + SLOTS) this.#skipMissing();
    const beyond = extended - SLOTS + 1 - this.#next;
    if (beyond <= 0) return;
    this.#miss(beyond);
  }

  /** Steps over the packets that are missing at the head of the line, then releases as far as the line goes. Only with packets held. */
  #skipMissing(): void {
    let missing = 0;
    while (this.#slots[(this.#next + missing) % SLOTS].extended !== this.#next + missing) missing += 1;
    const copy = this.decoder?.copyBefore(this.#slots[(this.#next + missing) % SLOTS]);
    this.#miss(copy ? missing - 1 : missing);
    if (copy) {
      this.#next += 1;
      this.#arrive(copy);
    }
    this.#releaseInOrder();
  }

  #miss(packets: number): void {
    if (packets === 0) return;
    for (let back = Math.min(packets, REMEMBERED); back > 0; back--)
      this.#givenUp[(this.#next + packets - back) % REMEMBERED] = 1;
    this.#next += packets;
    this.#missing += packets;
    this.bursts.lose(packets);
  }

  #releaseInOrder(): void {
    for (
      let slot = this.#slots[this.#next % SLOTS];
      slot.extended === this.#next;
      slot = this.#slots[this.#next % SLOTS]
    ) {
      this.#held -= 1;
      this.#next += 1;
      this.#release(slot);
      slot.extended = EMPTY;
    }
  }

  #oldestArrival(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots) if (slot.extended !== EMPTY && slot.arrival < oldest) oldest = slot.arrival;
    return oldest;
  }

  #release(packet: Readonly<RtpPacket>): void {
    const sounds = packet.payloadLength > 0;
    const heard = sounds && this.decoder ? this.decoder.decode(packet) : packet;
    this.#arrive(heard ?? packet, heard !== undefined && sounds);
  }

  #arrive(packet: Readonly<RtpPacket>, sounds = true): void {
    this.bursts.receive();
    this.#givenUp[packet.extended % REMEMBERED] = 0;
    if (!sounds) return;
    const length = packet.payloadLength;
    this.#fillGapBefore(packet);
    this.#missing = 0;
    this.#anchored = true;
    this.#end = (packet.timestamp + length) >>> 0;
    this.#lastLength = length;
    this.#lastArrival = packet.arrival;
    for (let done = 0; done < length; done += FRAME_SAMPLES)
      this.#taker.audio(packet.bytes, packet.payloadStart + done, Math.min(FRAME_SAMPLES, length - done));
  }

  #fillGapBefore(packet: Readonly<RtpPacket>): void {
    const elapsed = Math.max(0, (packet.arrival - this.#lastArrival) * 8);
    const gap = this.#gapBefore(packet, elapsed);
    this.#slack = Math.min(MOST_SLACK, this.#slack + elapsed - gap - packet.payloadLength);
    if (gap === 0) return;
    const lost = Math.min(gap, this.#missing * this.#lastLength);
    if (lost > 0) this.#taker.gap(lost, 'loss');
    if (gap > lost) this.#taker.gap(gap - lost, 'dtx');
  }

  #gapBefore({ timestamp, payloadLength }: Readonly<RtpPacket>, elapsed: number): number {
    const gap = this.#anchored ? (timestamp - this.#end) | 0 : -1;
    // What is missing is missed, however fast it came.
    const slack = this.#missing > 0 ? Math.max(SLACK_SAMPLES, this.#slack) : this.#slack;
    if (gap >= 0 && gap <= Math.max(0, elapsed + slack)) return gap;
    // Another timeline (new source, a sender that sets its timestamps anew or whose clock is none of 8 kHz): only the wall clock knows how much time passed.
    const passed = Math.floor(elapsed) - payloadLength;
    return passed < LEAST_JUMP_GAP ? 0 : passed;
  }
}

function widen(slot: RtpPacket): void {
  slot.bytes = new Uint8Array(LONGEST_CODED);
  slot.payloadStart = 0;
}

function makeSlots(): RtpPacket[] {
  const bytes = new Uint8Array(SLOTS * LONGEST_PAYLOAD);
  return Array.from({ length: SLOTS }, (_, i) => {
    const slot = new RtpPacket();
    slot.bytes = bytes;
    slot.payloadStart = i * LONGEST_PAYLOAD;
    slot.extended = EMPTY;
    return slot;
  });
}
