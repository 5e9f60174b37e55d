import { silenceByte } from '../codec/silence.ts';
import { EVENT_BYTES, scaleDuration } from '../dtmf/event-payload.ts';
import { KeySender } from '../dtmf/key-sender.ts';
import { RTP_HEADER_BYTES, RtpPacket, writeRtpHeader } from '../rtp/packet.ts';
import { OPUS_CLOCK } from '../sdp/opus-format.ts';
import type { SessionSettings } from '../sdp/settings.ts';
import type { SrtpLink } from '../srtp/srtp-link.ts';
import { SRTP_ROOM } from '../srtp/suites.ts';
import type { OpusEdge } from './opus-edge.ts';
import type { Endpoint, PacketSocket } from './packet-socket.ts';

const FRAME_SAMPLES = 160;
/** What an Opus packet may have at most. */
const LARGEST_FRAME = 320;
/** A socket may hold on to a buffer until the system took it; the same one is used again after 80 ms. */
const BUFFERS = 4;

/** Silence after sound is sent without pauses for 200 ms, so that the end of a word is not cut off. */
const HANGOVER_TICKS = 10;

/** Whoever has something to say: fills a frame of 160 octets that is silent so far and returns how many of them are to be heard. */
export interface Voice {
  fill(into: Uint8Array, offset: number): number;
  /** A frame in which nothing was said went out. Not all do. */
  paused(): void;
  /** Whether `fill` need not be asked: it has nothing to say until a command comes, and nothing goes by. Left out: it has to be asked. */
  readonly quiet?: boolean;
}

/** How the sending half of a session is made. */
export interface SpeakingOptions {
  /** 0 to 1; source, timestamp and sequence number begin where nobody can guess (RFC 3550 section 5.1). */
  random(): number;
  /** When there is nothing to say, only every so many ticks a packet of silence is sent; 1: in each. */
  readonly silenceTicks: number;
  readonly srtp: SrtpLink;
}

/**
 * The sending half of a session: one packet a tick, silence when there is nothing to say, so that NATs stay open and phones do not complain.
 * Packets are made in place, in a small ring of buffers.
 */
export class Speaking {
  packetsSent = 0;
  bytesSent = 0;
  readonly keys = new KeySender();
  readonly #packet = new RtpPacket();
  readonly #buffers = Array.from(
    { length: BUFFERS },
    () => new Uint8Array(RTP_HEADER_BYTES + LARGEST_FRAME + SRTP_ROOM),
  );
  readonly #voice: Voice;
  readonly #silenceTicks: number;
  readonly #srtp: SrtpLink;
  #turn = 0;
  #sounding = false;
  #silence = 0;
  #silentFor = 0;
  #audioType = 0;
  #eventType = -1;
  #eventScale = 1;
  #edge: OpusEdge | undefined;
  /** Units of the RTP clock in a frame. */
  #step = FRAME_SAMPLES;

  constructor(voice: Voice, { random, silenceTicks, srtp }: SpeakingOptions) {
    this.#voice = voice;
    this.#silenceTicks = silenceTicks;
    this.#srtp = srtp;
    this.#packet.ssrc = Math.floor(random() * 2 ** 32);
    this.#packet.timestamp = Math.floor(random() * 2 ** 32);
    // The lower half: whoever misses the first packets must not miss a wrap of the number with them (RFC 3711 section 3.3.1).
    this.#packet.sequence = Math.floor(random() * 2 ** 15);
  }

  get ssrc(): number {
    return this.#packet.ssrc;
  }

  /** Timestamp of the frame that was sent last. */
  get timestamp(): number {
    return this.#packet.timestamp;
  }

  /** Whether the other side takes keys as RFC 4733 events. */
  get takesKeys(): boolean {
    return this.#eventType >= 0;
  }

  /** @param edge what turns the line's codec into the wire's. */
  agree(settings: SessionSettings, edge?: OpusEdge): void {
    this.#edge = edge;
    this.#step = edge ? (FRAME_SAMPLES * OPUS_CLOCK) / 8000 : FRAME_SAMPLES;
    this.#eventScale = (settings.eventRate ?? 8000) / 8000;
    this.#silence = silenceByte(settings.codec);
    this.#audioType = settings.payloadType;
    this.#eventType = settings.telephoneEvent ?? -1;
    if (this.#eventType < 0) this.keys.clear();
  }

  /** Ticks from now on in which there is nothing to say and no packet of silence due, so that `rest` may stand for `send`. */
  get idleTicks(): number {
    if (!this.#voice.quiet || this.keys.waiting || this.#silentFor < HANGOVER_TICKS) return 0;
    return this.#silenceTicks - 1 - (this.#silentFor % this.#silenceTicks);
  }

  /** So many ticks at once in which nothing is sent, at most `idleTicks`. */
  rest(ticks: number): void {
    this.#packet.timestamp = (this.#packet.timestamp + ticks * this.#step) >>> 0;
    this.#silentFor += ticks;
  }

  /** One tick in which nothing may be sent. With `unheard` what is said goes by all the same, otherwise it waits. */
  mute(unheard: boolean): void {
    this.#packet.timestamp = (this.#packet.timestamp + this.#step) >>> 0;
    this.#sounding = false;
    if (unheard) this.#voice.fill(this.#buffers[this.#turn], RTP_HEADER_BYTES);
  }

  /** One tick: sends the packet of 20 ms that is due. */
  send(socket: PacketSocket, to: Endpoint): void {
    const packet = this.#packet;
    const buffer = this.#buffers[this.#turn];
    packet.timestamp = (packet.timestamp + this.#step) >>> 0;
    const isKey = this.keys.tick(buffer, RTP_HEADER_BYTES, packet.timestamp);
    if (!isKey && !this.#speak(buffer)) return;
    const length = isKey ? EVENT_BYTES : this.#coded(buffer);
    if (length < 0) return;
    this.#turn = (this.#turn + 1) % BUFFERS;
    packet.sequence = (packet.sequence + 1) & 0xffff;
    if (isKey) this.#stampKey(buffer);
    else writeRtpHeader(packet, buffer);
    const size = this.#srtp.sealRtp(buffer, RTP_HEADER_BYTES + length);
    if (size < 0) return;
    this.packetsSent += 1;
    this.bytesSent += length;
    socket.send(buffer, size, to);
  }

  /** Fills in a frame of audio; false when it is silence that need not be sent. */
  #speak(buffer: Uint8Array): boolean {
    buffer.fill(this.#silence, RTP_HEADER_BYTES);
    const sounding = this.#voice.fill(buffer, RTP_HEADER_BYTES) > 0;
    // RFC 3551 section 4.1: the marker says where a talkspurt begins.
    this.#packet.marker = sounding && !this.#sounding;
    this.#sounding = sounding;
    this.#packet.payloadType = this.#audioType;
    this.#silentFor = sounding ? 0 : this.#silentFor + 1;
    const isDue = this.#silentFor <= HANGOVER_TICKS || this.#silentFor % this.#silenceTicks === 0;
    if (isDue && !sounding) this.#voice.paused();
    return isDue;
  }

  /** Makes of the line's frame what the wire speaks; its length, or -1 when it is not to be sent. */
  #coded(buffer: Uint8Array): number {
    return this.#edge ? this.#edge.encode(buffer, RTP_HEADER_BYTES) : FRAME_SAMPLES;
  }

  #stampKey(buffer: Uint8Array): void {
    if (this.#eventScale !== 1) scaleDuration(buffer, RTP_HEADER_BYTES, EVENT_BYTES, this.#eventScale);
    const now = this.#packet.timestamp;
    this.#packet.payloadType = this.#eventType;
    this.#packet.marker = this.keys.first;
    this.#packet.timestamp = this.keys.timestamp;
    writeRtpHeader(this.#packet, buffer);
    this.#packet.timestamp = now;
    this.#sounding = false;
  }
}
