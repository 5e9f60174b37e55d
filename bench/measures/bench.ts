import type { BenchArguments } from '../arguments.ts';
import { type Spread, spread, sum } from '../figures.ts';
import { checkLadder } from '../load/ladder.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { CallOutcome, LatenessFigures, LoadResult, Second, Target } from '../load/plan.ts';
import type { Arrived, Inbox } from '../mailbox/inbox.ts';
import type { SoundReader } from '../mailbox/sound.ts';
import { type BenchServer, EXTENSIONS } from '../server/bench-server.ts';

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

export interface Burst {
  readonly calls: number;
  readonly perSecond: number;
  readonly speakMillis: number;
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
  readonly rssMiBBefore: number;
  readonly rssMiBMost: number;
  readonly generatorCpu: number;
  readonly generatorLateP99: number;
}

export function targetOf({ udp }: BenchServer): Target {
  return { via: udp, extensions: EXTENSIONS };
}

/** Places calls, waits for their messages and holds each to what was said. */
export async function burst(bench: Bench, { calls, perSecond, speakMillis }: Burst): Promise<BurstResult> {
  const { server, load, inbox, timing } = bench;
  const before = server.usage();
  let rssMiBMost = before.rssMiB;
  const watching = setInterval(() => {
    rssMiBMost = Math.max(rssMiBMost, server.usage().rssMiB);
  }, 500);
  const speakAt = timing.recordingAt + BREATH_MILLIS;
  const result = await load.run({ do: 'calls', target: targetOf(server), calls, perSecond, speakAt, speakMillis });
  clearInterval(watching);
  const answered = result.outcomes.filter(({ status }) => status === 200);
  const messages = await inbox.take(answered.length, PATIENCE_MILLIS);
  const cpuMillis = server.usage().cpuMillis - before.cpuMillis;
  const checked = await check(bench, { answered, messages, speakMillis });
  return {
    ...summary(result, answered),
    ...checked,
    cpuMillis,
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
  for (const call of answered) {
    const message = byCall.get(call.callId);
    if (!message?.attachment) {
      counts.lost += 1;
      continue;
    }
    delivery.push(message.at - call.hungUpAt);
    const samples = await sounds.samples(message.attachment);
    const millis = samples.length / 8;
    const expected = call.callMillis - timing.recordingAt;
    const { missing, worstRung } = checkLadder(samples, speakMillis);
    counts.recordedSeconds += millis / 1000;
    counts.framesMissing += missing;
    const isLong = Math.abs(millis - expected) <= LENGTH_SHARE * expected + LENGTH_MILLIS;
    if (isLong && worstRung >= WHOLE_RUNG && !call.cutOff) counts.whole += 1;
    else counts.damaged += 1;
  }
  return { ...counts, deliveryMillis: spread(delivery) };
}
