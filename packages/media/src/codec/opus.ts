/// <reference path="./opusscript.d.ts" />
import { Bug, ParleyError } from '@parley/base';
import open, { type OpusHandler, type OpusModule } from 'opusscript/build/opusscript_native_wasm.js';

/** Samples a second on our side of Opus, whatever the other side's are: wideband, as G.722 has it. */
export const OPUS_RATE = 16_000;
const FRAME_SAMPLES = 320;
/** The library may write 120 ms of 48 kHz, each sample as two words of 16 bits. */
const MOST_DECODED = 5760;
const LARGEST_PACKET = 3828;
/** Longest payload that is decoded: more than any 60 ms of speech; what is longer is refused before. */
export const LARGEST_OPUS_PAYLOAD = 1500;

/** opus_defines.h */
const APPLICATION_VOIP = 2048;
const SET_BITRATE = 4002;
const SET_BANDWIDTH = 4008;
const SET_COMPLEXITY = 4010;
const SET_INBAND_FEC = 4012;
const SET_PACKET_LOSS = 4014;
const SET_VBR = 4006;
const WIDEBAND = 1103;

/** Encoding at complexity 1 costs 80 us a frame, at the usual 9 530 us; for speech at these rates nobody hears it. */
const COMPLEXITY = 1;
const BITRATE = 24_000;
/** With copies of frames in it: below this libopus gives up the wide band for them. */
const FEC_BITRATE = 32_000;
const LEAST_BITRATE = 6000;
/** How much loss the encoder is to expect, percent: a copy of each frame with speech, at half its rate. */
const EXPECTED_LOSS = 10;

/** What the other side wants to hear (RFC 7587 section 6.1). */
export interface OpusWishes {
  /** Copies of frames for when one is lost. */
  readonly fec: boolean;
  /** Bits a second at most. */
  readonly maxBitrate: number;
  readonly constantBitrate: boolean;
}

/**
 * libopus of one thread, loaded with the first stream that needs it: a stream then costs some 70 kB, which are used again by the next when it closes. The
 * wrapper of the package is left alone, since it mixes up addresses of octets and words: what it gives to one stream lies in the memory of others.
 */
export class OpusLibrary {
  #shared: Shared | undefined;
  #open = 0;

  /** Streams under way. */
  get streams(): number {
    return this.#open;
  }

  /** Memory of the library, octets; 0 before it is loaded. It grows with the most streams there ever were at once. */
  get memory(): number {
    return this.#shared?.module.HEAPU8.length ?? 0;
  }

  /** An encoder and a decoder for one call. @throws ParleyError `OPUS_UNUSABLE` when there is no memory for them. */
  stream(wishes: OpusWishes): OpusStream {
    this.#shared ??= new Shared(open());
    const stream = new OpusStream(this.#shared, wishes, () => {
      this.#open -= 1;
    });
    this.#open += 1;
    return stream;
  }
}

/** Memory of the module that all streams of a thread use in turn. */
class Shared {
  readonly module: OpusModule;
  readonly samples: number;
  readonly packet: number;
  readonly decoded: number;

  constructor(module: OpusModule) {
    this.module = module;
    this.samples = module._malloc(2 * FRAME_SAMPLES);
    this.packet = module._malloc(LARGEST_PACKET);
    this.decoded = module._malloc(4 * MOST_DECODED);
    if (this.samples === 0 || this.packet === 0 || this.decoded === 0)
      throw new ParleyError('OPUS_UNUSABLE', 'there is no memory for Opus');
  }
}

/** Opus of one call, both ways: 16 kHz, mono. */
export class OpusStream {
  readonly #shared: Shared;
  readonly #handler: OpusHandler;
  readonly #onClosed: () => void;
  #closed = false;

  constructor(shared: Shared, wishes: OpusWishes, onClosed: () => void) {
    this.#shared = shared;
    this.#onClosed = onClosed;
    try {
      this.#handler = new shared.module.OpusScriptHandler(OPUS_RATE, 1, APPLICATION_VOIP);
    } catch (cause) {
      throw new ParleyError('OPUS_UNUSABLE', 'no Opus encoder and decoder could be made', { cause });
    }
    this.#set(SET_COMPLEXITY, COMPLEXITY);
    this.#set(SET_BANDWIDTH, WIDEBAND);
    this.wishes = wishes;
  }

  /** What the other side wants from here on. */
  set wishes({ fec, maxBitrate, constantBitrate }: OpusWishes) {
    const bitrate = Math.min(fec ? FEC_BITRATE : BITRATE, maxBitrate);
    this.#set(SET_BITRATE, Math.max(LEAST_BITRATE, bitrate));
    this.#set(SET_INBAND_FEC, fec ? 1 : 0);
    this.#set(SET_PACKET_LOSS, fec ? EXPECTED_LOSS : 0);
    this.#set(SET_VBR, constantBitrate ? 0 : 1);
  }

  /** Encodes 320 samples to `into` from `at` on, which has room for 320 octets. Returns how many it takes; -1 when they are more (never at our rates). */
  encode(samples: Int16Array, into: Uint8Array, at: number): number {
    this.#check();
    const { module, samples: from, packet } = this.#shared;
    module.HEAP16.set(samples, from >> 1);
    const length = this.#handler._encode(from, 0, packet, FRAME_SAMPLES);
    if (length < 0) throw new ParleyError('OPUS_UNUSABLE', `libopus cannot encode: error ${length}`);
    if (length > FRAME_SAMPLES) return -1;
    const memory = module.HEAPU8;
    for (let i = 0; i < length; i++) into[at + i] = memory[packet + i];
    return length;
  }

  /** Decodes a packet into `samples`. Returns how many there are; -1 when it cannot be decoded or there are more than fit. */
  decode(bytes: Uint8Array, offset: number, length: number, samples: Int16Array): number {
    this.#check();
    if (length < 1 || length > LARGEST_OPUS_PAYLOAD) return -1;
    const { module, packet, decoded } = this.#shared;
    const memory = module.HEAPU8;
    for (let i = 0; i < length; i++) memory[packet + i] = bytes[offset + i];
    const count = this.#handler._decode(packet, length, decoded);
    if (count < 0 || count > samples.length) return -1;
    // Words of one octet each, the low one first.
    const words = module.HEAP16;
    for (let i = 0, word = decoded >> 1; i < count; i++, word += 2) samples[i] = words[word] | (words[word + 1] << 8);
    return count;
  }

  /** Gives the memory back. Nothing may be asked of it afterwards; doing it again is nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shared.module.OpusScriptHandler.destroy_handler(this.#handler);
    this.#onClosed();
  }

  #set(request: number, value: number): void {
    const result = this.#handler._encoder_ctl(request, value);
    if (result !== 0) throw new Bug(`libopus does not take ${value} for ${request}: error ${result}`);
  }

  #check(): void {
    if (this.#closed) throw new Bug('an Opus stream was used after its end');
  }
}
