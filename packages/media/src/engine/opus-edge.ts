import { G722Decoder, G722Encoder } from '../codec/g722.ts';
import { LARGEST_OPUS_PAYLOAD, type OpusStream } from '../codec/opus.ts';
import { becomePrevious } from '../codec/opus-packet.ts';
import { LONGEST_PAYLOAD } from '../rtp/jitter-buffer.ts';
import { RtpPacket } from '../rtp/packet.ts';

const FRAME_OCTETS = 160;

/**
 * Where a session that speaks Opus on the wire and G.722 on the line changes from one to the other: packets become octets as they arrive, before
 * they are put in order, so that everything behind it is as with any other codec.
 */
export class OpusEdge {
  /** Frames that were lost and came as a copy in the packet behind them. */
  recovered = 0;
  readonly stream: OpusStream;
  readonly #encoder = new G722Encoder();
  readonly #decoder = new G722Decoder();
  readonly #heard = new Int16Array(2 * LONGEST_PAYLOAD);
  readonly #said = new Int16Array(2 * FRAME_OCTETS);
  readonly #octets = new Uint8Array(LONGEST_PAYLOAD);
  readonly #copy = new Uint8Array(LARGEST_OPUS_PAYLOAD);
  readonly #lost = new RtpPacket();
  /** The last packet's place in the sequence, and where its sound ends. */
  #extended = -1;
  #end = 0;

  constructor(stream: OpusStream) {
    this.stream = stream;
  }

  /**
   * The packet before this one, when it was lost and this one holds a copy of it: 20 ms of octets, lent until the next call. To be asked before `decode`;
   * timestamps are on the line's clock.
   */
  previous(packet: Readonly<RtpPacket>): RtpPacket | undefined {
    const missing = this.#extended >= 0 && packet.extended === this.#extended + 2;
    if (!missing || ((packet.timestamp - this.#end) | 0) !== FRAME_OCTETS) return undefined;
    const { payloadLength: length } = packet;
    if (length > LARGEST_OPUS_PAYLOAD) return undefined;
    for (let i = 0; i < length; i++) this.#copy[i] = packet.bytes[packet.payloadStart + i];
    if (!becomePrevious(this.#copy, 0, length)) return undefined;
    const lost = this.#lost;
    lost.extended = packet.extended - 1;
    lost.timestamp = this.#end;
    lost.arrival = packet.arrival;
    if (!this.#turn(this.#copy, 0, length, lost)) return undefined;
    this.recovered += 1;
    return lost;
  }

  /** Turns the payload into octets, lent until the next call; false, with an empty payload, when it cannot be decoded. */
  decode(packet: RtpPacket): boolean {
    const { bytes, payloadStart, payloadLength } = packet;
    if (!this.#turn(bytes, payloadStart, payloadLength, packet)) {
      packet.payloadLength = 0;
      return false;
    }
    if (packet.extended > this.#extended) {
      this.#extended = packet.extended;
      this.#end = (packet.timestamp + packet.payloadLength) >>> 0;
    }
    return true;
  }

  /** Another source, or another timeline. */
  restart(): void {
    this.#extended = -1;
  }

  /** Turns 160 octets at `at` into an Opus packet at the same place, which has room for 320. Returns its length; -1 for one that is not to be sent. */
  encode(buffer: Uint8Array, at: number): number {
    this.#decoder.decode(buffer.subarray(at, at + FRAME_OCTETS), this.#said);
    return this.stream.encode(this.#said, buffer, at);
  }

  close(): void {
    this.stream.close();
  }

  #turn(bytes: Uint8Array, offset: number, length: number, into: RtpPacket): boolean {
    const samples = this.stream.decode(bytes, offset, length, this.#heard);
    if (samples <= 0) return false;
    this.#encoder.encode(this.#heard.subarray(0, samples), this.#octets);
    into.bytes = this.#octets;
    into.payloadStart = 0;
    into.payloadLength = samples >> 1;
    return true;
  }
}
