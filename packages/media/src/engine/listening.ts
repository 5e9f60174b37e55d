import { LARGEST_OPUS_PAYLOAD } from '../codec/opus.ts';
import { opusLength } from '../codec/opus-packet.ts';
import { scaleDuration } from '../dtmf/event-payload.ts';
import { KeyReceiver } from '../dtmf/key-receiver.ts';
import { InterarrivalJitter } from '../rtp/interarrival-jitter.ts';
import { type AudioTaker, JitterBuffer, LONGEST_PAYLOAD } from '../rtp/jitter-buffer.ts';
import { parseRtp, RtpPacket } from '../rtp/packet.ts';
import { SequenceTracker } from '../rtp/sequence-tracker.ts';
import { OPUS_CLOCK } from '../sdp/opus-format.ts';
import type { SessionSettings } from '../sdp/settings.ts';
import { FormerCodec } from './former-codec.ts';
import type { Moment } from './moment.ts';
import type { OpusEdge } from './opus-edge.ts';
import { Content, PayloadTypes } from './payload-types.ts';
import { WireClock } from './wire-clock.ts';

/** Audio may come this much faster than time passes (a skewed clock) ... */
const CREDIT_A_MILLI = 8 * 1.02;
/** ... and up to ten seconds at once, after the network stood still. More is a flood and does not reach the recording. */
const MOST_CREDIT = 80_000;
/**
 * Another source (SSRC) is believed only when the present one was quiet for so long: whoever forges the peer's address has to guess 32 bits as well
 * before a key or a word of his counts. A real change of source (a transfer at the far end) costs at most as much audio.
 */
const SOURCE_QUIET_MILLIS = 100;

/** Who is told what a session hears. */
export interface Listener extends AudioTaker {
  /** Whether somebody hears it as it comes, who cannot wait for what is missing. */
  readonly live: boolean;
  /** Audio came, in whatever order the network brings it (Opus in its own); it comes again as `audio`, in its own order. */
  arrived(packet: Readonly<RtpPacket>): void;
  /** A key was pressed, at this RTP timestamp. */
  pressed(key: string, timestamp: number): void;
}

/** The receiving half of a session: RTP packets of the negotiated peer in, audio in order and keys out. */
export class Listening {
  readonly sequences = new SequenceTracker();
  readonly jitter = new InterarrivalJitter();
  readonly buffer: JitterBuffer;
  /** Packets thrown away: not RTP; a payload type nobody agreed on; more audio than time passed. */
  malformed = 0;
  unnegotiated = 0;
  excess = 0;
  /** Packets of another source while the present one spoke. */
  otherSource = 0;
  /** The source that is heard; -1 before the first packet. */
  ssrc = -1;
  /** When it was heard last. */
  heardAt = 0;
  readonly #packet = new RtpPacket();
  readonly #keys = new KeyReceiver();
  readonly #listener: Listener;
  readonly #types = new PayloadTypes();
  readonly #former = new FormerCodec();
  /** When Opus is spoken on the wire. */
  #edge: OpusEdge | undefined;
  #clock = new WireClock(8000);
  #eventsFast = false;
  #credit = MOST_CREDIT;
  #creditAt: number;
  #runs = 0;

  constructor(listener: Listener, moment: Moment) {
    this.#listener = listener;
    this.#creditAt = moment.now;
    this.buffer = new JitterBuffer(listener, moment.now);
  }

  /** Units of the RTP clock on the wire in one of the line, 1/8 ms. */
  get wireUnits(): number {
    return this.#edge ? OPUS_CLOCK / 8000 : 1;
  }

  /** @param edge what turns the wire's packets into the line's codec. */
  agree(settings: SessionSettings, edge?: OpusEdge): void {
    this.#types.agree(settings);
    this.#former.agree(settings);
    this.#eventsFast = settings.eventRate === OPUS_CLOCK;
    if ((edge === undefined) !== (this.#edge === undefined)) {
      // Another clock, another timeline.
      this.#clock = new WireClock(edge ? OPUS_CLOCK : 8000);
      this.buffer.restart();
      this.jitter.restart();
    }
    this.#edge = edge;
    this.buffer.decoder = edge && {
      copyBefore: packet => this.#hear(edge.copyBefore(packet)),
      decode: packet => this.#hear(edge.decode(packet)) ?? this.#refuse(),
    };
  }

  /** One datagram from the peer, of which the first `length` bytes count, and when it came. False when it was no RTP. */
  datagram(bytes: Uint8Array, length: number, at: number): boolean {
    const packet = this.#packet;
    if (!parseRtp(bytes, packet, length)) {
      this.malformed += 1;
      return false;
    }
    packet.arrival = at;
    if (packet.ssrc !== this.ssrc && !this.#changeSource(packet)) return true;
    this.heardAt = packet.arrival;
    packet.extended = this.sequences.update(packet.sequence);
    if (packet.extended < 0) return true;
    if (this.sequences.runs !== this.#runs) this.#changeRun();
    const content = this.#types.contentOf(packet.payloadType);
    if (content === Content.audio || (content === Content.unknown && this.#former.turn(packet))) this.#audio(packet);
    else this.#other(packet, content);
    return true;
  }

  #audio(packet: RtpPacket): void {
    const edge = this.#edge;
    if (!this.buffer.awaits(packet.extended)) {
      // Once more, or too late: it costs no credit.
      this.buffer.push(packet);
      return;
    }
    packet.timestamp = this.#clock.toLine(packet.timestamp);
    this.jitter.packet(packet.arrival, packet.timestamp);
    const length = edge ? opusLength(packet.bytes, packet.payloadStart, packet.payloadLength) : packet.payloadLength;
    if (length > LONGEST_PAYLOAD || (edge && (length === 0 || packet.payloadLength > LARGEST_OPUS_PAYLOAD))) {
      this.#refuse();
      packet.payloadLength = 0;
    } else if (!this.#afford(packet.arrival, length)) return;
    if (packet.payloadLength > 0 && !edge) this.#listener.arrived(packet);
    this.buffer.push(packet);
    // A conversation goes on without a packet that was overtaken; a recording waits for it.
    if (edge && this.#listener.live) this.buffer.flush();
  }

  /** Octets that Opus became. */
  #hear(packet: RtpPacket | undefined): RtpPacket | undefined {
    if (packet) this.#listener.arrived(packet);
    return packet;
  }

  #refuse(): undefined {
    this.malformed += 1;
  }

  /** Whether that much audio may have been said by now. */
  #afford(now: number, length: number): boolean {
    this.#credit = Math.min(MOST_CREDIT, this.#credit + (now - this.#creditAt) * CREDIT_A_MILLI);
    this.#creditAt = now;
    if (length > this.#credit) {
      this.excess += 1;
      return false;
    }
    this.#credit -= length;
    return true;
  }

  /** Keys, comfort noise and what was never negotiated: no audio, but it has its place in the sequence. */
  #other(packet: RtpPacket, content: number): void {
    const isEvent = content === Content.event;
    if (isEvent && this.#eventsFast) this.#slow(packet);
    const key = isEvent ? this.#keys.packet(packet) : undefined;
    if (content === Content.unknown) this.unnegotiated += 1;
    if (key !== undefined) this.#listener.pressed(key, packet.timestamp);
    packet.payloadLength = 0;
    this.buffer.push(packet);
  }

  /** An event of 48 kHz as one of 8 kHz, so that everything behind knows one clock. */
  #slow(packet: RtpPacket): void {
    packet.timestamp = this.#clock.toLine(packet.timestamp);
    scaleDuration(packet.bytes, packet.payloadStart, packet.payloadLength, 8000 / OPUS_CLOCK);
  }

  /** Whether the packet's source is the one to hear from here on. */
  #changeSource(packet: RtpPacket): boolean {
    if (this.ssrc >= 0 && packet.arrival - this.heardAt < SOURCE_QUIET_MILLIS) {
      this.otherSource += 1;
      return false;
    }
    if (this.ssrc >= 0) this.sequences.restart();
    this.ssrc = packet.ssrc;
    this.#keys.restart();
    return true;
  }

  /** Another source, or the same one that started anew: its timestamps are on another timeline. */
  #changeRun(): void {
    this.#runs = this.sequences.runs;
    this.buffer.restart();
    this.jitter.restart();
    this.#edge?.restart();
  }
}
