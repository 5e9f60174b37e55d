import { systemClock } from '@parley/base';
import { Metronome } from '@parley/media/engine';
import { Lateness } from '@parley/phone';

const SLOTS = 5;
const FRAME_MILLIS = 20;
const FRAME_BYTES = 160;
const RTP_HEADER_BYTES = 12;
const RTP_VERSION = 0x80;
const PCMU = 0;
const PCMU_SILENCE = 0xff;

/** What one call says. */
export interface Speech {
  /** Resolves when the last packet went, or it was stopped. */
  readonly over: Promise<void>;
  /** Time of the recording in which our own clock stood still, milliseconds: the caller was not heard then, and that is not the server's doing. */
  readonly skippedMillis: number;
  stop(): void;
}

/** What is said: whole frames of PCMU after so much silence, of which the last bit is recorded. */
interface Words {
  readonly clip: Uint8Array;
  readonly silentMillis: number;
  readonly breathMillis: number;
}

class Speaking implements Speech {
  readonly over: Promise<void>;
  skippedMillis = 0;
  readonly #send: (bytes: Uint8Array, length: number) => void;
  readonly #clip: Uint8Array;
  readonly #source = Math.floor(Math.random() * 2 ** 32);
  #end!: () => void;
  #sequence = Math.floor(Math.random() * 2 ** 15);
  #timestamp = Math.floor(Math.random() * 2 ** 32);
  readonly #breath: number;
  #silent: number;
  #at = 0;
  ended = false;

  constructor(send: (bytes: Uint8Array, length: number) => void, { clip, silentMillis, breathMillis }: Words) {
    this.#send = send;
    this.#clip = clip;
    this.#silent = Math.round(silentMillis / FRAME_MILLIS);
    this.#breath = Math.round(breathMillis / FRAME_MILLIS);
    this.over = new Promise(resolve => {
      this.#end = resolve;
    });
  }

  get isHeard(): boolean {
    return this.#silent <= this.#breath;
  }

  stop(): void {
    this.ended = true;
    this.#end();
  }

  /** The packet of 20 ms that is due. */
  say(packet: Uint8Array, view: DataView): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + FRAME_BYTES) >>> 0;
    view.setUint16(2, this.#sequence);
    view.setUint32(4, this.#timestamp);
    view.setUint32(8, this.#source);
    if (this.#silent > 0) {
      this.#silent -= 1;
      packet.fill(PCMU_SILENCE, RTP_HEADER_BYTES);
    } else {
      const clip = this.#clip;
      for (let i = 0; i < FRAME_BYTES; i++) packet[RTP_HEADER_BYTES + i] = clip[this.#at + i];
      this.#at += FRAME_BYTES;
    }
    this.#send(packet, packet.length);
    if (this.#at >= this.#clip.length) this.stop();
  }
}

/**
 * Says clips in thousands of calls at once, a packet of PCMU every 20 ms in each: a tenth of what the engine of a phone costs, which can do much more. With it
 * one core loads another to its limit.
 */
export class Speeches {
  /** How late our own clock ran. */
  readonly lateness = new Lateness();
  readonly #slots: Speaking[][] = Array.from({ length: SLOTS }, () => []);
  readonly #packet = new Uint8Array(RTP_HEADER_BYTES + FRAME_BYTES);
  readonly #view = new DataView(this.#packet.buffer);
  readonly #metronome = new Metronome(systemClock, this.lateness, slot => this.#beat(slot));
  #skipped = 0;

  constructor() {
    this.#packet[0] = RTP_VERSION;
    this.#packet[1] = PCMU;
    this.#metronome.start();
  }

  say(send: (bytes: Uint8Array, length: number) => void, words: Words): Speech {
    const speaking = new Speaking(send, words);
    const slot = this.#slots.reduce((best, each) => (each.length < best.length ? each : best));
    slot.push(speaking);
    this.#metronome.wake();
    return speaking;
  }

  #beat(slot: number): boolean {
    this.#heedSkips();
    const speeches = this.#slots[slot];
    for (let i = speeches.length - 1; i >= 0; i--) {
      const speaking = speeches[i];
      if (!speaking.ended) speaking.say(this.#packet, this.#view);
      if (!speaking.ended) continue;
      speeches[i] = speeches[speeches.length - 1];
      speeches.pop();
    }
    return this.#slots.some(each => each.length > 0);
  }

  #heedSkips(): void {
    const skipped = this.#metronome.skippedMillis - this.#skipped;
    if (skipped === 0) return;
    this.#skipped = this.#metronome.skippedMillis;
    for (const speeches of this.#slots)
      for (const speaking of speeches) if (speaking.isHeard) speaking.skippedMillis += skipped;
  }
}
