import type { CodecName } from '../sdp/settings.ts';
import { decodeG711, encodeG711, transcodingTable } from './g711.ts';
import { NarrowG722Decoder, NarrowG722Encoder } from './g722-narrow.ts';

/** Octets that are turned in one go. */
const BLOCK = 160;

/** Turns octets of one codec into octets of another, in the order of a stream; there are as many as before. */
export interface Transcoder {
  /** Turns `length` octets at `offset` of `from` into octets at `at` of `to`, which may be the same array at the same place. */
  run(from: Uint8Array, offset: number, length: number, to: Uint8Array, at: number): void;
}

/** A transcoder; undefined when there is nothing to do. Between the laws by a table; G.722 has a state and is narrow on one side. */
export function transcoderOf(from: CodecName, to: CodecName): Transcoder | undefined {
  if (from === to) return undefined;
  if (from === 'G722') return new FromG722(to === 'PCMA' ? 'PCMA' : 'PCMU');
  return to === 'G722' ? new ToG722(from) : new BetweenLaws(from);
}

/** The transcoder of a stream whose codecs may change: it goes on while they stay. */
export class Adapter {
  #from: CodecName | undefined;
  #to: CodecName | undefined;
  #transcoder: Transcoder | undefined;

  /** The transcoder for what comes next; undefined when the codecs are the same. */
  between(from: CodecName, to: CodecName): Transcoder | undefined {
    if (from !== this.#from || to !== this.#to) {
      this.#from = from;
      this.#to = to;
      this.#transcoder = transcoderOf(from, to);
    }
    return this.#transcoder;
  }
}

class BetweenLaws implements Transcoder {
  readonly #table: Uint8Array;

  constructor(from: 'PCMU' | 'PCMA') {
    this.#table = transcodingTable(from);
  }

  run(from: Uint8Array, offset: number, length: number, to: Uint8Array, at: number): void {
    const table = this.#table;
    for (let i = 0; i < length; i++) to[at + i] = table[from[offset + i]];
  }
}

/** Where G.722 meets G.711: through samples of 8 kHz, a block at a time. */
abstract class ThroughSamples implements Transcoder {
  readonly #samples = new Int16Array(BLOCK);

  run(from: Uint8Array, offset: number, length: number, to: Uint8Array, at: number): void {
    for (let done = 0; done < length; done += BLOCK) {
      const count = Math.min(BLOCK, length - done);
      const samples = count === BLOCK ? this.#samples : this.#samples.subarray(0, count);
      this.decode(from.subarray(offset + done, offset + done + count), samples);
      this.encode(samples, to.subarray(at + done, at + done + count));
    }
  }

  protected abstract decode(from: Uint8Array, to: Int16Array): void;
  protected abstract encode(from: Int16Array, to: Uint8Array): void;
}

class FromG722 extends ThroughSamples {
  readonly #decoder = new NarrowG722Decoder();
  readonly #law: 'PCMU' | 'PCMA';

  constructor(law: 'PCMU' | 'PCMA') {
    super();
    this.#law = law;
  }

  protected decode(from: Uint8Array, to: Int16Array): void {
    this.#decoder.decode(from, to);
  }

  protected encode(from: Int16Array, to: Uint8Array): void {
    encodeG711(this.#law, from, to);
  }
}

class ToG722 extends ThroughSamples {
  readonly #encoder = new NarrowG722Encoder();
  readonly #law: 'PCMU' | 'PCMA';

  constructor(law: 'PCMU' | 'PCMA') {
    super();
    this.#law = law;
  }

  protected decode(from: Uint8Array, to: Int16Array): void {
    decodeG711(this.#law, from, to);
  }

  protected encode(from: Int16Array, to: Uint8Array): void {
    this.#encoder.encode(from, to);
  }
}
