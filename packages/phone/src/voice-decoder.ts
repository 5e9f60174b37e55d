import { decodeG711, G722Decoder, type OpusLibrary, type OpusStream, type SessionSettings } from '@parley/media';
import { HalfRate } from './half-rate.ts';

/** Longest packet, milliseconds. */
const LONGEST_MILLIS = 120;

/** What a packet says, lent until the next. */
export interface Decoded {
  /** 8 kHz. */
  readonly narrow: Int16Array;
  /** The same at 16 kHz; undefined when the codec is narrow. */
  readonly wide?: Int16Array;
}

/** Units of the RTP clock in 1/8 ms: that of Opus runs at 48 kHz (RFC 7587 section 4.1), all others at 8. */
export function clockUnits({ opus }: SessionSettings): number {
  return opus ? 6 : 1;
}

/** Turns the packets of one agreement into samples, in the order in which they come. */
export class VoiceDecoder {
  /** Units of the RTP clock in 1/8 ms. */
  readonly units: number;
  readonly #settings: SessionSettings;
  readonly #opus: OpusStream | undefined;
  readonly #g722 = new G722Decoder();
  readonly #half = new HalfRate();
  readonly #narrow = new Int16Array(LONGEST_MILLIS * 8);
  readonly #wide = new Int16Array(LONGEST_MILLIS * 16);

  constructor(settings: SessionSettings, library: OpusLibrary) {
    this.#settings = settings;
    this.#opus = settings.opus && library.stream(settings.opus);
    this.units = clockUnits(settings);
  }

  /** Undefined when the payload is not of the codec. */
  decode(payload: Uint8Array): Decoded | undefined {
    const { codec } = this.#settings;
    if (this.#opus) return this.#halved(this.#opus.decode(payload, 0, payload.length, this.#wide));
    if (payload.length > this.#narrow.length) return undefined;
    if (codec === 'G722') {
      this.#g722.decode(payload, this.#wide);
      return this.#halved(2 * payload.length);
    }
    const narrow = this.#narrow.subarray(0, payload.length);
    decodeG711(codec, payload, narrow);
    return { narrow };
  }

  close(): void {
    this.#opus?.close();
  }

  #halved(samples: number): Decoded | undefined {
    if (samples < 0) return undefined;
    const wide = this.#wide.subarray(0, samples);
    const narrow = this.#narrow.subarray(0, samples >> 1);
    this.#half.turn(wide, narrow);
    return { narrow, wide };
  }
}
