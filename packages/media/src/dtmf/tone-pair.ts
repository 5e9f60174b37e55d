import { HIGH_TONES, LOW_TONES, RATE, STEP, TONES, type ToneFilters, WINDOW } from './tone-filters.ts';

const GROUP = LOW_TONES.length;
/** What a high tone of amplitude 1 leaves in the filter of a low one; the other way round it is the conjugate. By low, then high. */
const LEAK_REAL = new Float64Array(GROUP * GROUP);
const LEAK_IMAGINARY = new Float64Array(GROUP * GROUP);
LOW_TONES.forEach((low, l) => {
  HIGH_TONES.forEach((high, h) => {
    for (let n = 0; n < WINDOW; n++) {
      const angle = (-2 * Math.PI * (high - low) * n) / RATE;
      LEAK_REAL[l * GROUP + h] += Math.cos(angle) / WINDOW;
      LEAK_IMAGINARY[l * GROUP + h] += Math.sin(angle) / WINDOW;
    }
  });
});

/** What a tone of its nominal frequency turns in a step, radians. */
const STEP_TURN = Float64Array.from(TONES, hertz => (2 * Math.PI * hertz * STEP) / RATE);
/** Radians in a step, as Hz. */
const HERTZ = RATE / (2 * Math.PI * STEP);

/** A tone that was found in a window. */
class FoundTone {
  /** Place in its group. */
  index = 0;
  /** Squared amplitude of the sine. */
  power = 0;
  /** Hz above the nominal frequency. */
  offset = 0;
}

/**
 * The strongest low and the strongest high tone of a window. What each leaves in the filter of the other is taken out, so that the weaker one has its own
 * phase; from how that turned since the window before comes how far the tone is from its nominal frequency, and from that what the filter took of its power.
 */
export class TonePair {
  readonly low = new FoundTone();
  readonly high = new FoundTone();

  read(filters: ToneFilters): void {
    const l = strongest(filters, 0);
    const h = strongest(filters, GROUP);
    const { real, imaginary, realBefore, imaginaryBefore } = filters;
    const leak = l * GROUP + h - GROUP;
    const dr = LEAK_REAL[leak];
    const di = LEAK_IMAGINARY[leak];
    measure(this.low, l, {
      real: real[l] - dr * real[h] + di * imaginary[h],
      imaginary: imaginary[l] - dr * imaginary[h] - di * real[h],
      realBefore: realBefore[l] - dr * realBefore[h] + di * imaginaryBefore[h],
      imaginaryBefore: imaginaryBefore[l] - dr * imaginaryBefore[h] - di * realBefore[h],
      rest: 1 - dr * dr - di * di,
    });
    measure(this.high, h, {
      real: real[h] - dr * real[l] - di * imaginary[l],
      imaginary: imaginary[h] - dr * imaginary[l] + di * real[l],
      realBefore: realBefore[h] - dr * realBefore[l] - di * imaginaryBefore[l],
      imaginaryBefore: imaginaryBefore[h] - dr * imaginaryBefore[l] + di * realBefore[l],
      rest: 1 - dr * dr - di * di,
    });
  }
}

interface Purified {
  readonly real: number;
  readonly imaginary: number;
  readonly realBefore: number;
  readonly imaginaryBefore: number;
  /** What is left of the amplitude when the other tone was taken out. */
  readonly rest: number;
}

function measure(into: FoundTone, tone: number, seen: Purified): void {
  const { real, imaginary, realBefore, imaginaryBefore, rest } = seen;
  const turned = Math.atan2(
    imaginary * realBefore - real * imaginaryBefore,
    real * realBefore + imaginary * imaginaryBefore,
  );
  const beyond = turned - STEP_TURN[tone];
  into.index = tone % GROUP;
  into.offset = (beyond - 2 * Math.PI * Math.round(beyond / (2 * Math.PI))) * HERTZ;
  const amplitude = WINDOW * rest * passed(into.offset);
  into.power = (4 * (real * real + imaginary * imaginary)) / (amplitude * amplitude);
}

/** Share of the amplitude that a filter lets through so many Hz beside its middle; at least what a tone that counts can have. */
function passed(offset: number): number {
  const x = (Math.PI * offset * WINDOW) / RATE;
  return Math.abs(x) < 1e-6 ? 1 : Math.max(0.6, Math.sin(x) / x);
}

function strongest({ real, imaginary }: ToneFilters, first: number): number {
  let best = first;
  let most = -1;
  for (let tone = first; tone < first + GROUP; tone++) {
    const power = real[tone] * real[tone] + imaginary[tone] * imaginary[tone];
    if (power > most) {
      most = power;
      best = tone;
    }
  }
  return best;
}
