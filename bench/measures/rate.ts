import { type Bench, type BurstResult, burst } from './bench.ts';

const STEPS = [10, 25, 50, 75, 100, 150, 200] as const;
const SPEAK_MILLIS = 2000;
/** A prompt stutters when more than one packet of a hundred comes a whole packet late. */
const STUTTER_MILLIS = 20;

export interface RateStep extends BurstResult {
  readonly perSecond: number;
  readonly good: boolean;
}

export interface Rate {
  readonly steps: readonly RateStep[];
  /** Most calls a second at which every message was whole and no prompt stuttered; 0 when there is none. */
  readonly perSecond: number;
}

/** More and more calls a second, each with a message of two seconds. */
export async function measureRate(bench: Bench): Promise<Rate> {
  const { options, say } = bench;
  const seconds = options.quick ? 4 : 6;
  const wanted = options.quick ? STEPS.filter(each => each === 10 || each === 50 || each === 100) : STEPS;
  const steps: RateStep[] = [];
  for (const perSecond of wanted) {
    say(`${perSecond} calls a second`);
    const result = await burst(bench, { calls: perSecond * seconds, perSecond, speakMillis: SPEAK_MILLIS });
    const good = result.whole === result.calls && result.lateness.p99 <= STUTTER_MILLIS;
    steps.push({ ...result, perSecond, good });
    say(`${result.whole} of ${result.calls} whole, packets late p99 ${result.lateness.p99} ms`);
    if (!good) break;
  }
  return { steps, perSecond: steps.findLast(step => step.good)?.perSecond ?? 0 };
}
