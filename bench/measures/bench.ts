import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { BenchArguments } from '../arguments.ts';
import { type Spread, spread, sum } from '../figures.ts';
import { checkLadder } from '../load/ladder.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { CallOutcome, LatenessFigures, LoadResult, Second } from '../load/plan.ts';
import { SERVER_CORE } from '../machine.ts';
import type { Arrived, Inbox } from '../mailbox/inbox.ts';
import type { SoundReader } from '../mailbox/sound.ts';
import type { BenchServer } from '../server/bench-server.ts';
import { busyMillis } from '../server/core-usage.ts';

/** What every measure works with. */
export interface Bench {
  readonly options: BenchArguments;
  readonly server: BenchServer;
  readonly load: LoadGenerator;
  readonly inbox: Inbox;
  readonly sounds: SoundReader;
  readonly timing: CallTiming;
  say(line: string): void;
}

/** How a call to this server goes when nothing else is going on. */
export interface CallTiming {
  /** From the answer to the beginning of the recording, milliseconds. */
  readonly recordingAt: number;
}

/** Silence between the record tone and the first word, so that none is cut. */
const BREATH_MILLIS = 250;
/** What is not there so long after the last message came will not come. */
const PATIENCE_MILLIS = 10_000;
/** A recording is as long as it should be within 2 % and 200 ms. */
const LENGTH_SHARE = 0.02;
const LENGTH_MILLIS = 200;
/** Share of the frames of each second that must hold their tone. */
const WHOLE_RUNG = 0.9;
const STALL_RESOLUTION_MILLIS = 5;

export interface Burst {
  readonly calls: number;
  readonly perSecond: number;
  readonly speakMillis: number;
}

export interface Damage {
  readonly short: number;
  readonly long: number;
  readonly holes: number;
  readonly cutOff: number;
  /** The one that is worst off in length: milliseconds less than it should have. */
  readonly mostMissingMillis: number;
  /** The first of them, so that its call can be looked up in the log. */
  readonly first?: DamagedCall;
}

export interface DamagedCall {
  readonly callId: string;
  readonly expectedMillis: number;
  readonly millis: number;
  /** Where the ladder begins in it, its worst second, and the share of that which is there. */
  readonly onsetMillis: number;
  readonly worstSecond: number;
  readonly worstRung: number;
}

/** What came of a burst of calls, from the INVITEs to the mailboxes. */
export interface BurstResult {
  readonly calls: number;
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
  /** Messages that hold all that was said. */
  readonly whole: number;
  /** Answered calls without a message, and messages that are too short, too long or have holes. */
  readonly lost: number;
  readonly damaged: number;
  /** What is wrong with the damaged ones; one may count several times. */
  readonly damage: Damage;
  readonly framesMissing: number;
  readonly answerMillis: Spread;
  readonly refusalMillis: Spread;
  readonly lateness: LatenessFigures;
  readonly timeline: readonly Second[];
  readonly packetsLost: number;
  /** From the BYE to the message in its mailbox. */
  readonly deliveryMillis: Spread;
  readonly recordedSeconds: number;
  /** Of the server with its delivery process, from the first INVITE to the last message. */
  readonly cpuMillis: number;
  /** Share of the server's core that somebody else used meanwhile: above a few percent, lateness is not the server's alone. */
  readonly othersShare: number;
  /** The longest that an idle process of this machine was kept waiting meanwhile, milliseconds: what stood still with it is not the server's fault. */
  readonly machineStallMillis: number;
  readonly rssMiBBefore: number;
  readonly rssMiBMost: number;
  readonly generatorCpu: number;
  readonly generatorLateP99: number;
  /** The most that the generator's clock stood still in a recording, milliseconds; such calls are held to what they said. */
  readonly generatorSkippedMillis: number;
}

/** Places calls, waits for their messages and holds each to what was said. */
export async function burst(bench: Bench, { calls, perSecond, speakMillis }: Burst): Promise<BurstResult> {
  const { server, load, inbox, timing } = bench;
  const before = server.usage();
  const stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MILLIS });
  stalls.enable();
  const core = busyMillis(SERVER_CORE);
  const began = performance.now();
  let rssMiBMost = before.rssMiB;
  const watching = setInterval(() => {
    rssMiBMost = Math.max(rssMiBMost, server.usage().rssMiB);
  }, 500);
  const speakAt = timing.recordingAt + BREATH_MILLIS;
  const order = { do: 'calls', target: server.target, calls, perSecond, speakAt, speakMillis } as const;
  const result = await load.run({ ...order, breathMillis: BREATH_MILLIS });
  clearInterval(watching);
  stalls.disable();
  const answered = result.outcomes.filter(({ status }) => status === 200);
  const messages = await inbox.take(answered.length, PATIENCE_MILLIS);
  const cpuMillis = server.usage().cpuMillis - before.cpuMillis;
  const othersShare = Math.max(0, busyMillis(SERVER_CORE) - core - cpuMillis) / (performance.now() - began);
  const checked = await check(bench, { answered, messages, speakMillis });
  const { first } = checked.damage;
  if (first) bench.say(`damaged: ${JSON.stringify(first)}\n${server.linesAbout(first.callId)}`);
  return {
    ...summary(result, answered),
    ...checked,
    cpuMillis,
    othersShare,
    machineStallMillis: stalls.max / 1e6 - STALL_RESOLUTION_MILLIS,
    rssMiBBefore: before.rssMiB,
    rssMiBMost,
  };
}

function summary({ outcomes, lateness, timeline, cpuShare, ownLateP99 }: LoadResult, answered: readonly CallOutcome[]) {
  const refused = outcomes.filter(({ status }) => status >= 300);
  return {
    calls: outcomes.length,
    answered: answered.length,
    refused: refused.length,
    failed: outcomes.length - answered.length - refused.length,
    answerMillis: spread(answered.map(({ answerMillis }) => answerMillis)),
    refusalMillis: spread(refused.map(({ answerMillis }) => answerMillis)),
    lateness,
    timeline,
    packetsLost: sum(answered.map(({ packetsLost }) => packetsLost)),
    generatorCpu: cpuShare,
    generatorLateP99: ownLateP99,
    generatorSkippedMillis: Math.max(0, ...answered.map(({ skippedMillis }) => skippedMillis)),
  };
}

interface ToCheck {
  readonly answered: readonly CallOutcome[];
  readonly messages: readonly Arrived[];
  readonly speakMillis: number;
}

async function check({ sounds, timing }: Bench, { answered, messages, speakMillis }: ToCheck) {
  const byCall = new Map(messages.map(message => [message.callId, message]));
  const delivery: number[] = [];
  const counts = { whole: 0, lost: 0, damaged: 0, framesMissing: 0, recordedSeconds: 0 };
  const damage = { short: 0, long: 0, holes: 0, cutOff: 0, mostMissingMillis: 0 };
  let first: DamagedCall | undefined;
  for (const call of answered) {
    const message = byCall.get(call.callId);
    if (!message?.attachment) {
      counts.lost += 1;
      continue;
    }
    delivery.push(message.at - call.hungUpAt);
    const samples = await sounds.samples(message.attachment);
    const millis = samples.length / 8;
    const expected = call.callMillis - timing.recordingAt - call.skippedMillis;
    const { missing, onsetMillis, worstSecond, worstRung } = checkLadder(samples, speakMillis);
    counts.recordedSeconds += millis / 1000;
    counts.framesMissing += missing;
    const tolerance = LENGTH_SHARE * expected + LENGTH_MILLIS;
    const flaws = {
      short: millis < expected - tolerance,
      long: millis > expected + tolerance,
      holes: worstRung < WHOLE_RUNG,
      cutOff: call.cutOff,
    };
    for (const flaw of ['short', 'long', 'holes', 'cutOff'] as const) if (flaws[flaw]) damage[flaw] += 1;
    damage.mostMissingMillis = Math.max(damage.mostMissingMillis, expected - millis);
    if (!flaws.short && !flaws.long && !flaws.holes && !flaws.cutOff) {
      counts.whole += 1;
      continue;
    }
    counts.damaged += 1;
    first ??= { callId: call.callId, expectedMillis: expected, millis, onsetMillis, worstSecond, worstRung };
  }
  return { ...counts, damage: { ...damage, ...(first && { first }) }, deliveryMillis: spread(delivery) };
}
