import { silenceByte } from '../codec/silence.ts';
import type { CodecName } from '../sdp/settings.ts';
import { WideEar } from './wide-ear.ts';

/** Octets of 20 ms, whatever the codec of the line. */
export const FRAME_OCTETS = 160;

/**
 * 20 ms of a line as one of its voices fills them in: octets where it speaks G.711, 16 kHz samples (two for each octet) where it speaks G.722. An octet of G.722 means a change and
 * is worth nothing behind those of another encoder, so only the one encoder of the line makes them.
 */
export class Sheet {
  readonly octets = new Uint8Array(FRAME_OCTETS);
  readonly samples = new Int16Array(2 * FRAME_OCTETS);
  codec: CodecName = 'PCMU';
  #ear: WideEar | undefined;

  /** By which the voice is heard on a wide line. */
  get ear(): WideEar {
    this.#ear ??= new WideEar();
    return this.#ear;
  }

  /** Whether a millisecond of the voice is still to come: its end, or where it was cut off. */
  get rings(): boolean {
    return this.codec === 'G722' && this.#ear?.rings === true;
  }

  /** Nothing is said yet. */
  clear(): void {
    if (this.codec === 'G722') this.samples.fill(0);
    else this.octets.fill(silenceByte(this.codec));
  }

  /** Nothing is said from octet `at` to `end`, which is that of the frame when left out. */
  pause(at: number, end = FRAME_OCTETS): void {
    if (this.codec === 'G722' && end > at) this.ear.pause(this.samples, at, end);
  }
}
