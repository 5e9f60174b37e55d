import { RATIOS } from './gsm-parameters.ts';
import { A, B, LEAST, MOST } from './gsm-short-term.ts';
import { abs, div, mult, multR, norm, word } from './gsm-words.ts';

/** The coded log area ratios of a frame of 160 samples (sections 4.2.4 to 4.2.7). Scales the samples down and up again in place, as the recommendation does. */
export function codeRatios(samples: Int16Array, parameters: Int16Array): void {
  const reflection = reflectionOf(autocorrelation(samples));
  for (let i = 0; i < RATIOS; i++) {
    const value = word(word(mult(A[i], logAreaRatio(reflection[i])) + B[i]) + 256) >> 9;
    parameters[i] = Math.min(MOST[i], Math.max(LEAST[i], value)) - LEAST[i];
  }
}

function autocorrelation(samples: Int16Array): number[] {
  let most = 0;
  for (const sample of samples) most = Math.max(most, abs(sample));
  const scale = most === 0 ? 0 : Math.max(0, 4 - norm(most << 16));
  if (scale > 0) for (let i = 0; i < samples.length; i++) samples[i] = multR(samples[i], 16384 >> (scale - 1));
  const sums = Array.from({ length: RATIOS + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < samples.length; i++) sum += samples[i] * samples[i - lag];
    return sum << 1;
  });
  if (scale > 0) for (let i = 0; i < samples.length; i++) samples[i] <<= scale;
  return sums;
}

/** The Schur recursion (section 4.2.5). */
function reflectionOf(correlation: readonly number[]): Int16Array {
  const reflection = new Int16Array(RATIOS);
  if (correlation[0] === 0) return reflection;
  const shift = norm(correlation[0]);
  const p = correlation.map(sum => (sum << shift) >> 16);
  const k = p.slice();
  for (let n = 0; n < RATIOS; n++) {
    const size = abs(p[1]);
    if (p[0] < size) return reflection;
    const value = div(size, p[0]);
    reflection[n] = p[1] > 0 ? -value : value;
    if (n === RATIOS - 1) return reflection;
    p[0] = word(p[0] + multR(p[1], reflection[n]));
    for (let m = 1; m < RATIOS - n; m++) {
      const next = p[m + 1];
      p[m] = word(next + multR(k[m], reflection[n]));
      k[m] = word(k[m] + multR(next, reflection[n]));
    }
  }
  return reflection;
}

function logAreaRatio(reflection: number): number {
  const size = abs(reflection);
  const value = size < 22118 ? size >> 1 : size < 31130 ? size - 11059 : (size - 26112) << 2;
  return reflection < 0 ? -value : value;
}
