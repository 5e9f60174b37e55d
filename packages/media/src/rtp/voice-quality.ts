import type { WireCodec } from '../sdp/settings.ts';

/** ITU-T G.107 with its default values: the rating of a connection of which nothing is known but its codec, delay and losses. */
const DEFAULT_RATING = 93.2;

/**
 * Equipment impairment and robustness against loss (ITU-T G.113 appendix I): G.711 with the concealment of its appendix I, which is what ours is made after. For the wide
 * codecs there are no values on the scale of the narrow band; theirs are taken to be no worse.
 */
const EQUIPMENT = {
  PCMU: { impairment: 0, robustness: 25.1 },
  PCMA: { impairment: 0, robustness: 25.1 },
  G722: { impairment: 0, robustness: 25.1 },
  opus: { impairment: 0, robustness: 25.1 },
} as const satisfies Record<WireCodec, { impairment: number; robustness: number }>;

/** What a stream went through. */
export interface Impairments {
  readonly codec: WireCodec;
  /** From mouth to ear, one way. */
  readonly delayMillis: number;
  /** Percent of the packets, 0 to 100. */
  readonly lossPercent: number;
  /** Mean length of the runs of lost packets over that of random losses; 1: random, more: in bursts. */
  readonly burstRatio: number;
}

/** The rating R of the E-model in its reduced form, at most 93.2; below 0 nothing can be understood. */
export function rating({ codec, delayMillis, lossPercent, burstRatio }: Impairments): number {
  const { impairment, robustness } = EQUIPMENT[codec];
  // G.107 section 7.4.
  const loss = ((95 - impairment) * lossPercent) / (lossPercent / Math.max(1, burstRatio) + robustness);
  // The delay impairment Id of G.107 for its default echo, as two lines (Cole and Rosenbluth, 2001).
  const delay = 0.024 * delayMillis + 0.11 * Math.max(0, delayMillis - 177.3);
  return DEFAULT_RATING - delay - impairment - loss;
}

/** Mean opinion score of a rating (G.107 annex B), 1 to 4.5. */
export function meanOpinionScore(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // The polynomial dips below 1 for ratings under 6.5.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}
