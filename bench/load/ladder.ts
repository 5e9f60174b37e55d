import { chord, tonePower } from '@parley/media';

const RATE = 8000;
const RUNG_MILLIS = 1000;
/** The tone tells which second it is, eight in turns: one that is lost, doubled or out of its place is seen. */
const RUNGS = [500, 650, 800, 950, 1100, 1250, 1400, 1550] as const;
const FRAME = 160;
/** The edges of a rung are looked over: the clock of a recording begins somewhere in a frame. */
const EDGE_MILLIS = 60;
/** A frame holds its tone when at least this share of the loudest frame's energy is in it (6 dB less is a frame half lost). */
const PRESENT = 0.25;
/** Below this (60 dB under full scale) there is no ladder at all. */
const SILENCE = (32768 / 1000) ** 2;

function rung(second: number): number {
  return RUNGS[second % RUNGS.length];
}

/** What a caller says: one tone a second, without a pause. */
export function ladder(millis: number): Int16Array {
  const samples = new Int16Array(millis * 8);
  for (let second = 0; second * RUNG_MILLIS < millis; second++) {
    const length = Math.min(RUNG_MILLIS, millis - second * RUNG_MILLIS);
    samples.set(chord([rung(second)], length), second * RUNG_MILLIS * 8);
  }
  return samples;
}

/** What is left of a ladder in a recording. */
export interface LadderCheck {
  /** Where it begins, milliseconds; NaN when it is not there. */
  readonly onsetMillis: number;
  readonly frames: number;
  readonly missing: number;
  /** The worst of its seconds: share of frames that hold their tone, and which one that is. */
  readonly worstRung: number;
  readonly worstSecond: number;
}

/** Looks for a ladder of `millis` in the samples of a recording. */
export function checkLadder(samples: Int16Array, millis: number): LadderCheck {
  const loudest = loudestFrame(samples);
  const holds = (offset: number, hertz: number) =>
    offset + FRAME <= samples.length &&
    tonePower(samples, hertz, { rate: RATE, offset, length: FRAME }) >= PRESENT * loudest;
  const onset = loudest < SILENCE ? undefined : findOnset(samples.length, at => holds(at, rung(0)));
  if (onset === undefined) return { onsetMillis: Number.NaN, frames: 0, missing: 0, worstRung: 0, worstSecond: 0 };
  let frames = 0;
  let missing = 0;
  let worstRung = 1;
  let worstSecond = 0;
  for (let second = 0; second * RUNG_MILLIS < millis; second++) {
    const until = Math.min(RUNG_MILLIS, millis - second * RUNG_MILLIS) - EDGE_MILLIS;
    let present = 0;
    let count = 0;
    for (let at = EDGE_MILLIS; at + 20 <= until; at += 20, count++)
      if (holds(onset + (second * RUNG_MILLIS + at) * 8, rung(second))) present += 1;
    if (count === 0) continue;
    frames += count;
    missing += count - present;
    if (present / count >= worstRung) continue;
    worstRung = present / count;
    worstSecond = second;
  }
  return { onsetMillis: onset / 8, frames, missing, worstRung, worstSecond };
}

/** The sample where the first tone begins, as far as frames of 20 ms can tell. */
function findOnset(length: number, holds: (at: number) => boolean): number | undefined {
  for (let at = 0; at + 2 * FRAME <= length; at += FRAME / 2) if (holds(at) && holds(at + FRAME)) return at;
  return undefined;
}

/** The squared amplitude that a sine as loud as the loudest frame has: a message may be made louder on its way. */
function loudestFrame(samples: Int16Array): number {
  let loudest = 0;
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
    let sum = 0;
    for (let i = at; i < at + FRAME; i++) sum += samples[i] * samples[i];
    loudest = Math.max(loudest, (2 * sum) / FRAME);
  }
  return loudest;
}
