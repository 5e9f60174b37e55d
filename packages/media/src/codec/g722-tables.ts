/**
 * The tables of ITU-T G.722 (annex to section 3): quantisers of 2, 4 and 6 bits, logarithmic step adaptation, quadrature mirror filter. Amplitudes of
 * quantisers are shares of the step in 1/32768.
 */

/** Decision levels of the 6-bit quantiser of the lower band, in 1/4096 of the step; the last two never decide. */
export const DECISIONS_6 = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650],
  ...[714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
);

/** Output of the 6-bit inverse quantiser. The first four codes are never sent: they would be 0000, which the 48 kbit/s mode cannot have. */
export const LEVELS_6 = Int32Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576],
  ...[-7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040],
  ...[-728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456],
  ...[4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136],
);

/** Output of the 4-bit inverse quantiser, from which both sides adapt the lower band. */
export const LEVELS_4 = Int32Array.of(
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200],
  ...[20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
);

/** Output of the 2-bit inverse quantiser of the higher band. */
export const LEVELS_2 = Int32Array.of(-7408, -1616, 7408, 1616);

/** How a 4-bit code of the lower band changes the logarithm of its step: W_L by way of the table of magnitudes. */
export const STEPS_4 = Int32Array.of(-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60);

/** How a 2-bit code of the higher band changes the logarithm of its step: W_H. */
export const STEPS_2 = Int32Array.of(798, -214, 798, -214);

/** One octave of steps in 32 parts, 2048 to 4096. */
export const OCTAVE = Int32Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)));

/** Every second tap of the 24 of the filter that parts and joins the bands; the others are the same backwards. */
export const MIRROR = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
