/** ITU-T Q.23: a key is one frequency of each group, Hz. */
export const LOW_TONES = [697, 770, 852, 941] as const;
export const HIGH_TONES = [1209, 1336, 1477, 1633] as const;
export const TONES: readonly number[] = [...LOW_TONES, ...HIGH_TONES];

export const RATE = 8000;
/** A step of 5 ms, and a window of three of them: its filters are 67 Hz wide, nearly as far as the low tones are apart. */
export const STEP = 40;
const STEPS = 3;
export const WINDOW = STEP * STEPS;

const turnOf = (hertz: number) => (2 * Math.PI * hertz) / RATE;
const COSINE = Float64Array.from(TONES, hertz => Math.cos(turnOf(hertz)));
const SINE = Float64Array.from(TONES, hertz => Math.sin(turnOf(hertz)));
const STEP_COSINE = Float64Array.from(TONES, hertz => Math.cos(turnOf(hertz) * STEP));
const STEP_SINE = Float64Array.from(TONES, hertz => Math.sin(turnOf(hertz) * STEP));

/**
 * The eight tones of telephone keys in a sliding window of 15 ms, as complex amplitudes: Goertzel's filters run over steps of 5 ms, and a window is put
 * together from its steps, each turned on to the end of the window. Nothing is allocated for a step.
 */
export class ToneFilters {
  /** By tone, the low ones first, for the window that ends with the newest step: half the amplitude of a sine, times the samples in a window. */
  real = new Float64Array(TONES.length);
  imaginary = new Float64Array(TONES.length);
  /** Those of the window one step earlier. */
  realBefore = new Float64Array(TONES.length);
  imaginaryBefore = new Float64Array(TONES.length);
  /** Steps by place in the ring, then tone. */
  readonly #stepReal = new Float64Array(STEPS * TONES.length);
  readonly #stepImaginary = new Float64Array(STEPS * TONES.length);
  #place = 0;

  /** A step of 40 samples. */
  step(samples: Float64Array): void {
    this.#place = (this.#place + 1) % STEPS;
    this.#filter(samples, 0);
    this.#filter(samples, LOW_TONES.length);
    this.#slide();
  }

  /** A step in which there is nothing. */
  skip(): void {
    this.#place = (this.#place + 1) % STEPS;
    const at = this.#place * TONES.length;
    this.#stepReal.fill(0, at, at + TONES.length);
    this.#stepImaginary.fill(0, at, at + TONES.length);
    this.#slide();
  }

  /** Four filters at once: as many as a processor has registers for. */
  #filter(samples: Float64Array, first: number): void {
    const turnA = 2 * COSINE[first];
    const turnB = 2 * COSINE[first + 1];
    const turnC = 2 * COSINE[first + 2];
    const turnD = 2 * COSINE[first + 3];
    let a1 = 0;
    let a2 = 0;
    let b1 = 0;
    let b2 = 0;
    let c1 = 0;
    let c2 = 0;
    let d1 = 0;
    let d2 = 0;
    // Two samples a round, so that no state is moved about.
    for (let i = 0; i < STEP; i += 2) {
      const even = samples[i];
      a2 = even + turnA * a1 - a2;
      b2 = even + turnB * b1 - b2;
      c2 = even + turnC * c1 - c2;
      d2 = even + turnD * d1 - d2;
      const odd = samples[i + 1];
      a1 = odd + turnA * a2 - a1;
      b1 = odd + turnB * b2 - b1;
      c1 = odd + turnC * c2 - c1;
      d1 = odd + turnD * d2 - d1;
    }
    this.#keep(first, a1, a2);
    this.#keep(first + 1, b1, b2);
    this.#keep(first + 2, c1, c2);
    this.#keep(first + 3, d1, d2);
  }

  #keep(tone: number, last: number, before: number): void {
    const at = this.#place * TONES.length + tone;
    this.#stepReal[at] = last - COSINE[tone] * before;
    this.#stepImaginary[at] = SINE[tone] * before;
  }

  #slide(): void {
    const { real, imaginary } = this;
    this.real = this.realBefore;
    this.imaginary = this.imaginaryBefore;
    this.realBefore = real;
    this.imaginaryBefore = imaginary;
    const newest = this.#place * TONES.length;
    const middle = ((this.#place + 2) % STEPS) * TONES.length;
    const oldest = ((this.#place + 1) % STEPS) * TONES.length;
    for (let tone = 0; tone < TONES.length; tone++) {
      const cosine = STEP_COSINE[tone];
      const sine = STEP_SINE[tone];
      const r = this.#stepReal[oldest + tone];
      const i = this.#stepImaginary[oldest + tone];
      const both = r * cosine - i * sine + this.#stepReal[middle + tone];
      const bothImaginary = r * sine + i * cosine + this.#stepImaginary[middle + tone];
      this.real[tone] = both * cosine - bothImaginary * sine + this.#stepReal[newest + tone];
      this.imaginary[tone] = both * sine + bothImaginary * cosine + this.#stepImaginary[newest + tone];
    }
  }
}
