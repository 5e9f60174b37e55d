import { G722Decoder, G722Encoder } from '../codec/g722.ts';
import { LARGEST_OPUS_PAYLOAD, type OpusStream } from '../codec/opus.ts';
import { becomePrevious } from '../codec/opus-packet.ts';
import { LONGEST_PAYLOAD, type PacketDecoder } from '../rtp/jitter-buffer.ts';
import { RtpPacket } from '../rtp/packet.ts';

const FRAME_OCTETS = 160;

/**
 * Where a session that speaks Opus on the wire and G.722 on the line changes from one to the other: packets become octets in their order, as both codecs
 * remember what was before; everything behind it is as with any other codec.
 */
export class OpusEdge implements PacketDecoder {
  /** Frames that were lost and came as a copy in the packet behind them. */
  recovered = 0;
  readonly stream: OpusStream;
  readonly #encoder = new G722Encoder();
  readonly #decoder = new G722Decoder();
  readonly #heard = new Int16Array(2 * LONGEST_PAYLOAD);
  readonly #said = new Int16Array(2 * FRAME_OCTETS);
  readonly #octets = new Uint8Array(LONGEST_PAYLOAD);
  readonly #copy = new Uint8Array(LARGEST_OPUS_PAYLOAD);
  readonly #packet = new RtpPacket();
  /** The last packet's place in the sequence, and where its sound ends. */
  #extended = -1;
  #end = 0;

  constructor(stream: OpusStream) {
    this.stream = stream;
  }

  copyBefore(packet: Readonly<RtpPacket>): RtpPacket | undefined {
    const missing = this.#extended >= 0 && packet.extended === this.#extended + 2;
    if (!missing || ((packet.timestamp - this.#end) | 0) !== FRAME_OCTETS) return undefined;
    const { payloadLength: length } = packet;
    for (let i = 0; i < length; i++) this.#copy[i] = packet.bytes[packet.payloadStart + i];
    if (!becomePrevious(this.#copy, 0, length) || !this.#turn(this.#copy, 0, length)) return undefined;
    this.recovered += 1;
    return this.#place(packet.extended - 1, this.#end, packet.arrival);
  }

  decode({
    bytes,
    payloadStart,
    payloadLength,
    extended,
    timestamp,
    arrival,
  }: Readonly<RtpPacket>): RtpPacket | undefined {
    if (!this.#turn(bytes, payloadStart, payloadLength)) return undefined;
    this.#extended = extended;
    this.#end = (timestamp + this.#packet.payloadLength) >>> 0;
    return this.#place(extended, timestamp, arrival);
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

  #turn(bytes: Uint8Array, offset: number, length: number): boolean {
    const samples = length > LARGEST_OPUS_PAYLOAD ? 0 : this.stream.decode(bytes, offset, length, this.#heard);
    if (samples <= 0) return false;
    this.#encoder.encode(this.#heard.subarray(0, samples), this.#octets);
    this.#packet.payloadLength = samples >> 1;
    return true;
  }

  #place(extended: number, timestamp: number, arrival: number): RtpPacket {
    const packet = this.#packet;
    packet.bytes = this.#octets;
    packet.payloadStart = 0;
    packet.extended = extended;
    packet.timestamp = timestamp;
    packet.arrival = arrival;
    return packet;
  }
}
