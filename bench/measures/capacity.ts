import { type Spread, spread } from '../figures.ts';
import type { Second } from '../load/plan.ts';
import { RawCaller } from '../load/raw-caller.ts';
import { type Bench, type BurstResult, burst } from './bench.ts';

const STEPS = [100, 300, 600, 900, 1200, 1500, 2000, 2500, 3000, 3500, 4000] as const;
/** How fast they come: a call that begins costs what a second of twenty calls costs, and that is another question (`rate`). */
const PER_SECOND = 50;

export interface CapacityStep extends BurstResult {
  readonly atOnce: number;
  readonly everyRecordingWhole: boolean;
  /** CPU of the server while all calls record and none begins or ends, milliseconds for each second of each call. */
  readonly cpuWhileRecording: number;
  /** The worst second while all calls were up. */
  readonly latenessTogether: Spread;
  /** INVITE -> 200 of ten more calls at once while all the others are up. */
  readonly inviteUnderLoad: Spread;
}

export interface Capacity {
  readonly steps: readonly CapacityStep[];
  /** Most calls at once at which every recording was whole; 0 when there is none. */
  readonly whole: number;
}

/** More and more calls at once, until not every recording is whole. */
export async function measureCapacity(bench: Bench): Promise<Capacity> {
  const { options, say } = bench;
  const steps: CapacityStep[] = [];
  for (const atOnce of options.steps ?? STEPS) {
    if (!options.steps && atOnce > options.calls) break;
    say(`${atOnce} calls at once`);
    const step = await oneStep(bench, atOnce);
    steps.push(step);
    say(
      `${step.whole} of ${atOnce} whole, ${step.refused} refused, packets late p99 ${step.lateness.p99.toFixed(2)} ms, others used ${(step.othersShare * 100).toFixed(0)} % of the core, the machine stood still for ${step.machineStallMillis.toFixed(0)} ms, the generator for up to ${step.generatorSkippedMillis.toFixed(0)} ms (it used ${(step.generatorCpu * 100).toFixed(0)} % of its core)`,
    );
    if (step.damaged > 0) say(`damage: ${JSON.stringify(step.damage)}`);
    if (!step.everyRecordingWhole) break;
  }
  return { steps, whole: steps.findLast(step => step.everyRecordingWhole)?.atOnce ?? 0 };
}

async function oneStep(bench: Bench, atOnce: number): Promise<CapacityStep> {
  const rampMillis = (atOnce / PER_SECOND) * 1000;
  const speakMillis = Math.ceil((rampMillis + bench.options.seconds * 1000) / 1000) * 1000;
  const allUp = rampMillis + bench.timing.recordingAt + 500;
  // The first half of the time together is for the CPU, the second for the probes.
  const together = bench.options.seconds * 1000 - 1000;
  const using = cpuBetween(bench, allUp, together / 2);
  const probing = probe(bench, allUp + together / 2);
  const result = await burst(bench, { calls: atOnce, perSecond: PER_SECOND, speakMillis });
  return {
    ...result,
    atOnce,
    everyRecordingWhole: result.whole === atOnce,
    latenessTogether: worst(result.timeline.filter(({ up }) => up >= atOnce)),
    cpuWhileRecording: (await using) / atOnce,
    inviteUnderLoad: spread(await probing),
  };
}

/** The second with the latest packets; the figures of none when there was no such second. */
function worst(seconds: readonly Second[]): Spread {
  return seconds.reduce<Spread>((most, each) => (each.p99 > most.p99 ? each : most), NO_SECOND);
}

const NO_SECOND: Spread = { p50: Number.NaN, p99: -1, max: Number.NaN, count: 0 };

/** Milliseconds of CPU that the server uses a second, in a stretch of time from now. */
async function cpuBetween({ server }: Bench, afterMillis: number, forMillis: number): Promise<number> {
  await pause(afterMillis);
  const before = server.usage().cpuMillis;
  const began = performance.now();
  await pause(forMillis);
  return ((server.usage().cpuMillis - before) * 1000) / (performance.now() - began);
}

/** Three times ten INVITEs, a third of a second apart, when all calls are up. */
async function probe({ server }: Bench, afterMillis: number): Promise<readonly number[]> {
  await pause(afterMillis);
  const { extensions } = server.target;
  const caller = await RawCaller.open(server.udp);
  const millis: number[] = [];
  for (let round = 0; round < 3; round++) {
    const answers = await caller.invite(10, extensions[0]);
    millis.push(...answers.filter(({ status }) => status === 200).map(answer => answer.millis));
    await pause(300);
  }
  caller.close();
  return millis;
}

function pause(millis: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, millis));
}
