/**
 * The arithmetic of GSM 06.10 (section 5.1): words of 16 bits, long words of 32, both saturated. Products of words and sums of few of them fit a number
 * exactly, so that only results are brought back.
 */

/** To 16 bits. */
export function word(value: number): number {
  if (value > 32767) return 32767;
  if (value < -32768) return -32768;
  return value;
}

/** Product of two fractions, cut off. */
export function mult(a: number, b: number): number {
  return a === -32768 && b === -32768 ? 32767 : (a * b) >> 15;
}

/** Product of two fractions, rounded. */
export function multR(a: number, b: number): number {
  return a === -32768 && b === -32768 ? 32767 : (a * b + 16384) >> 15;
}

export function abs(a: number): number {
  return a === -32768 ? 32767 : Math.abs(a);
}

/** To 32 bits. */
export function longWord(value: number): number {
  if (value > 2147483647) return 2147483647;
  if (value < -2147483648) return -2147483648;
  return value;
}

/** How many places a long word, not 0, can be shifted left without a change of sign. */
export function norm(a: number): number {
  return Math.clz32(a < 0 ? ~a : a) - 1;
}

/** `numerator / denominator` as a fraction of 15 bits; 0 <= numerator <= denominator. */
export function div(numerator: number, denominator: number): number {
  if (numerator === denominator) return 32767;
  let rest = numerator;
  let quotient = 0;
  for (let bit = 0; bit < 15; bit++) {
    quotient <<= 1;
    rest <<= 1;
    if (rest >= denominator) {
      rest -= denominator;
      quotient += 1;
    }
  }
  return quotient;
}
