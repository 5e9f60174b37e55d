import { type Bench, type BurstResult, burst } from './bench.ts';
import type { Rate } from './rate.ts';

const TIMES = 10;
const SECONDS = 8;
const SPEAK_MILLIS = 2000;
/** `limits.callsPerSecond` as it is shipped: it leaves room for refusing, which costs too. */
const SHIPPED = 100;

export interface Flood extends BurstResult {
  /** Calls a second that were offered, and that were let in. */
  readonly offered: number;
  readonly sustained: number;
  /** Messages a second that arrived whole. */
  readonly wholePerSecond: number;
}

/** Ten times as many calls a second as the server lets begin: what it is shipped with, or less when it can do less. */
export async function measureFlood(bench: Bench, rate: Rate | undefined): Promise<Flood> {
  const sustained = Math.min(rate?.perSecond || SHIPPED, SHIPPED);
  const offered = sustained * TIMES;
  bench.say(`${offered} calls a second for ${SECONDS} s against ${sustained} that are let in`);
  await bench.server.pace(sustained);
  const result = await burst(bench, { calls: offered * SECONDS, perSecond: offered, speakMillis: SPEAK_MILLIS });
  await bench.server.pace();
  bench.say(
    `${result.answered} taken, ${result.whole} of them whole, ${result.refused} refused, ${result.failed} failed, packets late p99 ${result.lateness.p99.toFixed(1)} ms, the generator stood still for up to ${result.generatorSkippedMillis.toFixed(0)} ms`,
  );
  if (result.damaged > 0) bench.say(`damage: ${JSON.stringify(result.damage)}`);
  return { ...result, offered, sustained, wholePerSecond: result.whole / SECONDS };
}
