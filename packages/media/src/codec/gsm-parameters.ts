/**
 * The 76 parameters of a GSM 06.10 frame of 20 ms, in the order of table 1.1 of the recommendation: eight log area ratios, then for each of four
 * subframes lag and gain of the long-term predictor, grid position, block amplitude and thirteen pulses.
 */
export const PARAMETERS = 76;
export const RATIOS = 8;
/** Parameters of a subframe, and where they are in it. */
export const SUBFRAME = 17;
export const LAG = 0;
export const GAIN = 1;
export const GRID = 2;
export const BLOCK_MAXIMUM = 3;
export const PULSES = 4;
export const PULSE_COUNT = 13;

const SUBFRAME_BITS = [7, 2, 2, 6, ...Array.from({ length: PULSE_COUNT }, () => 3)];
const BITS = [6, 6, 5, 5, 4, 4, 3, 3, ...SUBFRAME_BITS, ...SUBFRAME_BITS, ...SUBFRAME_BITS, ...SUBFRAME_BITS];

/** The WAV form (format 0x31): two frames of 260 bits in 65 octets, each parameter from its lowest bit on, octets filled from their lowest bit on. */
export const GSM_BLOCK_OCTETS = 65;
export const GSM_BLOCK_SAMPLES = 320;

/** Packs two frames' parameters into 65 octets at `at`. */
export function packBlock(frames: readonly [Int16Array, Int16Array], into: Uint8Array, at: number): void {
  let bits = 0;
  let count = 0;
  let place = at;
  for (const frame of frames)
    for (let i = 0; i < PARAMETERS; i++) {
      bits |= frame[i] << count;
      count += BITS[i];
      for (; count >= 8; count -= 8) {
        into[place++] = bits & 0xff;
        bits >>= 8;
      }
    }
}

/** The reverse of `packBlock`. */
export function unpackBlock(from: Uint8Array, at: number, frames: readonly [Int16Array, Int16Array]): void {
  let bits = 0;
  let count = 0;
  let place = at;
  for (const frame of frames)
    for (let i = 0; i < PARAMETERS; i++) {
      for (; count < BITS[i]; count += 8) bits |= from[place++] << count;
      frame[i] = bits & ((1 << BITS[i]) - 1);
      bits >>= BITS[i];
      count -= BITS[i];
    }
}
