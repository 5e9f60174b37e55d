import { readFileSync } from 'node:fs';
import { messageOf } from '@parley/base';
import { encodeG711 } from '@parley/media';
import {
  type CallOptions,
  type CallStatistics,
  type Clip,
  Lateness,
  openPhone,
  type PhoneCall,
  silentFor,
} from '@parley/phone';
import { CallRefused } from '@parley/sip';
import { BatchTrunk } from './batch-trunk.ts';
import { ladder } from './ladder.ts';
import type { CallOutcome, LatenessFigures, LoadResult, Order, Report, Second, Target } from './plan.ts';
import { type Speech, Speeches } from './speeches.ts';

/*
 * The process that makes the load: one phone, thousands of calls. It is told what to do over IPC and does one thing at a time.
 */
type CallsOrder = Extract<Order, { do: 'calls' }>;

const ADDRESS = '127.0.0.1';
const TRUNK_PORT = 19_000;
const trunk = new BatchTrunk(ADDRESS, TRUNK_PORT);
// Ports of the lines exist on paper only: the trunk carries them all.
const [authority, certificate, key] = process.argv.slice(2).map(file => readFileSync(file, 'utf8'));
const isSecret = authority !== undefined;
// What is not encrypted is said without the phone's engine, which then only holds the line.
const speeches = isSecret ? undefined : new Speeches();
const IDLE_MILLIS = 200;
const phone = await openPhone({
  address: ADDRESS,
  ports: { from: 20_000, to: 59_999 },
  trunk,
  ...(speeches && { silenceEveryMillis: IDLE_MILLIS }),
  transport: isSecret ? 'tls' : 'udp',
  ...(isSecret && { tls: { certificate, key, authorities: [authority] } }),
});
const clips = new Map<number, Ladder>();

/** What is said: for the phone's engine, and as octets of PCMU. */
interface Ladder {
  readonly clip: Clip;
  readonly octets: Uint8Array;
}

function ladderOf(millis: number): Ladder {
  const known = clips.get(millis);
  if (known) return known;
  const samples = ladder(millis);
  const octets = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, octets);
  const made = { clip: phone.clip(samples), octets };
  clips.set(millis, made);
  return made;
}

function tell(report: Report): void {
  process.send?.(report);
}

function callOptions({ to, extensions }: Target, number: number): { uri: string; options: CallOptions } {
  const extension = extensions[number % extensions.length];
  const from = `"Bench ${number}" <sip:+1555${String(number).padStart(7, '0')}@bench.test>`;
  const uri = `sip:${extension}@${to.address}:${to.port}`;
  return { uri, options: { via: to, from, security: isSecret ? 'required' : 'none' } };
}

async function placeCalls(order: CallsOrder): Promise<LoadResult> {
  const said = ladderOf(order.speakMillis);
  const counts = { placed: 0, up: 0, over: 0 };
  const lateness = new Lateness();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const timeline: Second[] = [];
  phone.lateness.clear();
  let ownLateP99 = 0;
  const watching = setInterval(() => {
    ownLateP99 = Math.max(ownLateP99, speeches ? speeches.lateness.quantile(0.99) : phone.ownLateness.p99);
    speeches?.lateness.clear();
    const figures = figuresOf(phone.lateness);
    phone.lateness.clear();
    timeline.push({ second: timeline.length + 1, up: counts.up, ...figures });
    tell({ on: 'progress', ...counts, lateP99: figures.p99 });
  }, 1000);
  const calling: Promise<CallOutcome>[] = [];
  while (calling.length < order.calls) {
    const due = Math.min(order.calls, Math.floor(((performance.now() - began) / 1000) * order.perSecond) + 1);
    while (calling.length < due) calling.push(oneCall(order, { number: calling.length, said, lateness, counts }));
    counts.placed = calling.length;
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  const outcomes = await Promise.all(calling);
  clearInterval(watching);
  const used = process.cpuUsage(cpu);
  const cpuShare = (used.user + used.system) / 1000 / (performance.now() - began);
  return { outcomes, lateness: figuresOf(lateness), timeline, ownLateP99, cpuShare };
}

interface CallWork {
  readonly number: number;
  readonly said: Ladder;
  readonly lateness: Lateness;
  readonly counts: { up: number; over: number };
}

async function oneCall(order: CallsOrder, { number, said, lateness, counts }: CallWork): Promise<CallOutcome> {
  const { uri, options } = callOptions(order.target, number);
  const began = performance.now();
  let callId = '';
  try {
    const dialling = await phone.dial(uri, { ...options, listen: false });
    callId = dialling.callId;
    const call = await dialling.answered;
    counts.up += 1;
    let cutOff = false;
    void call.ended.then(end => {
      cutOff ||= end.kind !== 'local';
    });
    const skippedMillis = await speak(call, order, said);
    const hungUpAt = Date.now();
    const { statistics } = call;
    lateness.merge(statistics.lateness);
    await call.hangUp();
    counts.up -= 1;
    return outcomeOf(call, { statistics, hungUpAt, cutOff, skippedMillis });
  } catch (error) {
    if (!(error instanceof CallRefused)) tell({ on: 'failed', why: messageOf(error) });
    const status = error instanceof CallRefused ? error.status : 0;
    return { ...NOTHING, callId, status, answerMillis: performance.now() - began };
  } finally {
    counts.over += 1;
  }
}

/** Says it all, and returns for how long our own clock stood still meanwhile. */
async function speak(
  call: PhoneCall,
  { speakAt, breathMillis }: CallsOrder,
  { clip, octets }: Ladder,
): Promise<number> {
  if (!speeches) {
    await call.pause(speakAt - breathMillis);
    const before = phone.skippedMillis;
    await call.pause(breathMillis);
    await call.say(clip);
    return phone.skippedMillis - before;
  }
  const { settings } = call;
  if (settings.codec !== 'PCMU') throw new Error(`the server wants ${settings.codec}; the load is PCMU`);
  const speech: Speech = speeches.say(trunk.take(settings.remote.port), {
    clip: octets,
    silentMillis: speakAt,
    breathMillis,
  });
  void call.ended.then(() => speech.stop());
  await speech.over;
  return speech.skippedMillis;
}

const NOTHING = { skippedMillis: 0, callMillis: 0, hungUpAt: 0, cutOff: false, packetsReceived: 0, packetsLost: 0 };

function outcomeOf(
  { callId }: PhoneCall,
  { statistics, ...rest }: Pick<CallOutcome, 'hungUpAt' | 'cutOff' | 'skippedMillis'> & { statistics: CallStatistics },
): CallOutcome {
  const { answerMillis, millis, packetsReceived, packetsLost } = statistics;
  return { callId, status: 200, answerMillis, callMillis: millis, packetsReceived, packetsLost, ...rest };
}

function figuresOf(lateness: Lateness): LatenessFigures {
  return {
    p50: lateness.quantile(0.5),
    p99: lateness.quantile(0.99),
    max: lateness.max,
    count: lateness.total,
    shareAbove20: lateness.shareAbove(20),
  };
}

/** A call that hears out what it is told, to know how long that takes. */
async function listenOnce({ target, speakMillis }: Extract<Order, { do: 'listen' }>): Promise<LoadResult> {
  const { uri, options } = callOptions(target, 0);
  const call = await phone.call(uri, options);
  await call.hears(silentFor(600));
  await call.say(ladderOf(speakMillis).clip);
  const hungUpAt = Date.now();
  const { statistics } = call;
  await call.hangUp();
  const outcome = outcomeOf(call, { statistics, hungUpAt, cutOff: false, skippedMillis: 0 });
  return { outcomes: [outcome], lateness: figuresOf(statistics.lateness), timeline: [], ownLateP99: 0, cpuShare: 0 };
}

async function carryOut(order: Order): Promise<void> {
  if (order.do === 'end') process.exit(0);
  try {
    tell({ on: 'done', result: await (order.do === 'calls' ? placeCalls(order) : listenOnce(order)) });
  } catch (error) {
    tell({ on: 'failed', why: messageOf(error) });
  }
}

process.on('message', (order: Order) => void carryOut(order));
process.on('disconnect', () => process.exit(0));
tell({ on: 'ready' });
