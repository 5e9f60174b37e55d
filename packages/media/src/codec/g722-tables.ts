/**
 * The tables of ITU-T G.722: quantisers of 2, 4 and 6 bits, logarithmic step adaptation, quadrature mirror filter. Outputs of quantisers are shares of
 * the step in 1/32768, decisions in 1/4096.
 */

/** What makes the two bands different. The tables of 256 are by octet, which holds both: six bits for the lower band, the two above for the higher. */
export interface BandTables {
  /** Step at the start. */
  readonly step: number;
  /** Largest logarithm of the step, 1/2048 octaves, and what the power of two is shifted right by. */
  readonly ceiling: number;
  readonly shift: number;
  /** Magnitudes where a quantiser goes on to the next code; then those codes, in their place in the octet. */
  readonly decisions: Int32Array;
  readonly positive: Uint8Array;
  readonly negative: Uint8Array;
  /** What a code stands for, and the coarser form of it that both sides adapt to. */
  readonly fine: Int32Array;
  readonly coarse: Int32Array;
  /** How a code changes the logarithm of the step. */
  readonly change: Int32Array;
}

const DECISIONS_6 = [
  ...[35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714],
  ...[786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
];

/** The first four codes are never sent (they would be 0000 at 48 kbit/s), but they can be received. */
const LEVELS_6 = [
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576],
  ...[-7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040],
  ...[-728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456],
  ...[4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136],
];

const LEVELS_4 = [
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200],
  ...[20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
];
const STEPS_4 = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

const LEVELS_2 = [-7408, -1616, 7408, 1616];
const STEPS_2 = [798, -214, 798, -214];

export const LOWER: BandTables = {
  step: 32,
  ceiling: 18432,
  shift: 8,
  decisions: Int32Array.from(DECISIONS_6),
  positive: Uint8Array.from({ length: 30 }, (_, level) => 61 - level),
  // 63 and 62, then 31 down to 4.
  negative: Uint8Array.from({ length: 30 }, (_, level) => (level < 2 ? 63 - level : 33 - level)),
  fine: byOctet(octet => LEVELS_6[octet & 63]),
  coarse: byOctet(octet => LEVELS_4[(octet & 63) >> 2]),
  change: byOctet(octet => STEPS_4[(octet & 63) >> 2]),
};

export const HIGHER: BandTables = {
  step: 8,
  ceiling: 22528,
  shift: 10,
  decisions: Int32Array.of(564),
  positive: Uint8Array.of(3 << 6, 2 << 6),
  negative: Uint8Array.of(1 << 6, 0),
  fine: byOctet(octet => LEVELS_2[octet >> 6]),
  coarse: byOctet(octet => LEVELS_2[octet >> 6]),
  change: byOctet(octet => STEPS_2[octet >> 6]),
};

/** One octave of steps in 32 parts, 2048 to 4096. */
export const OCTAVE = Int32Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)));

/** Every second tap of the 24 of the filter that parts and joins the bands; the others are the same backwards. */
export const MIRROR = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);

function byOctet(value: (octet: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, octet) => value(octet));
}
