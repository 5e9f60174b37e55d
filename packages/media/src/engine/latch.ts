import { parseRtp, RtpPacket, uint32 } from '../rtp/packet.ts';
import { Content, type PayloadTypes } from './payload-types.ts';

/** How long after the agreement the other side may show where it really is. */
export const LATCH_MILLIS = 5000;
/** Packets from elsewhere that are kept until the latch decides; ever, for one agreement. */
export const MOST_KEPT = 5;
/** So many packets in sequence from one source, at one place. */
const IN_SEQUENCE = 3;
/** Protected packets from elsewhere whose tags are looked at; a wrong one costs nothing but the time. */
const MOST_TRIED = 50;

/** Decides whether what comes from elsewhere than was negotiated comes from the peer all the same. */
export interface Latch {
  /** A packet from elsewhere. Whether its place is the peer from here on. */
  offer(bytes: Uint8Array, address: string, port: number): boolean;
  /** Once it is: hands on what was kept from there, oldest first, and forgets what came from other places. How many packets that were. */
  handOn(address: string, port: number): number;
}

export interface LatchOptions {
  /** The address that alone is believed, as the system spells it; undefined: any. */
  readonly from: string | undefined;
  /** Opens a packet in place: the length that is left, or negative when its tag is wrong. Without protection its own length. */
  open(bytes: Uint8Array): number;
  /** Gets what the peer said, opened. False when it was nothing of the kind. */
  take(bytes: Uint8Array): boolean;
}

export interface RtpLatchOptions extends LatchOptions {
  /** Whether packets are protected; then one with the right tag is proof enough. */
  isProtected(): boolean;
  /** What was negotiated, as it is at the time. */
  readonly types: PayloadTypes;
  /** Milliseconds on the clock of `now`, when it is too late. */
  readonly until: number;
  now(): number;
}

interface Kept {
  readonly bytes: Uint8Array;
  readonly address: string;
  readonly port: number;
  readonly ssrc: number;
  readonly sequence: number;
}

/**
 * Learns where the media of a peer behind a NAT come from: three RTP packets in sequence, of one source and what was negotiated, from the address of the
 * signalling, in the first seconds. At most five packets are looked at, so whoever guesses has five tries; one protected packet with the right tag is enough.
 */
export class RtpLatch implements Latch {
  readonly #options: RtpLatchOptions;
  readonly #packet = new RtpPacket();
  readonly #kept: Kept[] = [];
  #tried = 0;

  constructor(options: RtpLatchOptions) {
    this.#options = options;
  }

  offer(bytes: Uint8Array, address: string, port: number): boolean {
    if (!this.#isLikely(bytes, address)) return false;
    if (this.#options.isProtected()) return this.#opens(bytes, { address, port });
    if (this.#kept.length >= MOST_KEPT) return false;
    const { ssrc, sequence } = this.#packet;
    const newest = { bytes: bytes.slice(), address, port, ssrc, sequence };
    this.#kept.push(newest);
    return this.#isSequence(newest);
  }

  handOn(address: string, port: number): number {
    const theirs = this.#kept.filter(each => each.address === address && each.port === port);
    this.#kept.length = 0;
    for (const { bytes } of theirs) this.#options.take(bytes);
    return theirs.length;
  }

  #isLikely(bytes: Uint8Array, address: string): boolean {
    const { from, until, now } = this.#options;
    const packet = this.#packet;
    if ((from !== undefined && address !== from) || now() >= until || !parseRtp(bytes, packet)) return false;
    return packet.payloadLength > 0 && this.#options.types.contentOf(packet.payloadType) !== Content.unknown;
  }

  #opens(bytes: Uint8Array, { address, port }: { readonly address: string; readonly port: number }): boolean {
    this.#tried += 1;
    const length = this.#tried > MOST_TRIED ? -1 : this.#options.open(bytes);
    if (length < 0) return false;
    const { ssrc, sequence } = this.#packet;
    this.#kept.push({ bytes: bytes.slice(0, length), address, port, ssrc, sequence });
    return true;
  }

  /** Whether there are packets whose numbers lead up to this one. */
  #isSequence({ address, port, ssrc, sequence }: Kept): boolean {
    const theirs = this.#kept.filter(each => each.address === address && each.port === port && each.ssrc === ssrc);
    for (let back = 1; back < IN_SEQUENCE; back++)
      if (!theirs.some(each => each.sequence === ((sequence - back) & 0xffff))) return false;
    return true;
  }
}

export interface ReportLatchOptions extends LatchOptions {
  /** The source that is heard; negative before there is one. */
  ssrc(): number;
}

/**
 * Learns where RTCP of a latched peer comes from, when it is not the port after that of RTP: a report of the source that is heard, from the same address.
 */
export class ReportLatch implements Latch {
  readonly #options: ReportLatchOptions;
  #tried = 0;

  constructor(options: ReportLatchOptions) {
    this.#options = options;
  }

  offer(bytes: Uint8Array, address: string): boolean {
    const { from, ssrc, open, take } = this.#options;
    if (address !== from || this.#tried >= MOST_KEPT || bytes.length < 8 || uint32(bytes, 4) !== ssrc()) return false;
    this.#tried += 1;
    const length = open(bytes);
    return length >= 0 && take(bytes.subarray(0, length));
  }

  /** The report that decided it was taken at once. */
  handOn(): number {
    return 1;
  }
}
