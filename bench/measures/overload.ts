import { type Spread, spread } from '../figures.ts';
import { type RawAnswer, RawCaller } from '../load/raw-caller.ts';
import { type Bench, type BurstResult, burst } from './bench.ts';

const LIMIT = 50;
const TIMES = 10;
const SPEAK_MILLIS = 4000;

export interface Overload extends BurstResult {
  readonly limit: number;
  /** Calls that are offered at once, as many times the limit. */
  readonly times: number;
  /** INVITE -> 503, by ready-made messages. */
  readonly refusal: Spread;
  /** OPTIONS meanwhile: how many got 200, how fast. */
  readonly optionsAnswered: number;
  readonly options: Spread;
}

/** Ten times as many calls as the server may take. */
export async function measureOverload(bench: Bench): Promise<Overload> {
  const { server, timing, say } = bench;
  await server.limitCalls(LIMIT);
  const lifeSeconds = (timing.recordingAt + SPEAK_MILLIS) / 1000;
  const perSecond = Math.round((LIMIT * TIMES) / lifeSeconds);
  const calls = Math.round(perSecond * (bench.options.quick ? 1 : 2) * lifeSeconds);
  say(`${calls} calls at ${perSecond} a second against a limit of ${LIMIT}`);
  const probing = probe(bench, lifeSeconds * 1000);
  const result = await burst(bench, { calls, perSecond, speakMillis: SPEAK_MILLIS });
  const { invites, options } = await probing;
  await server.limitCalls(100_000);
  const refusals = invites.filter(({ status }) => status === 503);
  return {
    ...result,
    limit: LIMIT,
    times: TIMES,
    refusal: spread(refusals.map(({ millis }) => millis)),
    optionsAnswered: options.filter(({ status }) => status === 200).length / options.length,
    options: spread(options.map(({ millis }) => millis)),
  };
}

async function probe({ server }: Bench, forMillis: number) {
  const { extensions } = server.target;
  const caller = await RawCaller.open(server.udp);
  const invites: RawAnswer[] = [];
  const options: RawAnswer[] = [];
  const until = performance.now() + forMillis;
  await new Promise(resolve => setTimeout(resolve, 1000));
  while (performance.now() < until) {
    invites.push(...(await caller.invite(5, extensions[0])));
    options.push(await caller.options());
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  caller.close();
  return { invites, options };
}
