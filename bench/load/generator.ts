import { readFileSync } from 'node:fs';
import { messageOf } from '@parley/base';
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
const phone = await openPhone({
  address: ADDRESS,
  ports: { from: 20_000, to: 59_999 },
  trunk,
  transport: isSecret ? 'tls' : 'udp',
  ...(isSecret && { tls: { certificate, key, authorities: [authority] } }),
});
const clips = new Map<number, Clip>();

function clipOf(millis: number): Clip {
  const clip = clips.get(millis) ?? phone.clip(ladder(millis));
  clips.set(millis, clip);
  return clip;
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
  const clip = clipOf(order.speakMillis);
  const counts = { placed: 0, up: 0, over: 0 };
  const lateness = new Lateness();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const timeline: Second[] = [];
  phone.lateness.clear();
  let ownLateP99 = 0;
  const watching = setInterval(() => {
    ownLateP99 = Math.max(ownLateP99, phone.ownLateness.p99);
    const figures = figuresOf(phone.lateness);
    phone.lateness.clear();
    timeline.push({ second: timeline.length + 1, up: counts.up, ...figures });
    tell({ on: 'progress', ...counts, lateP99: figures.p99 });
  }, 1000);
  const calling: Promise<CallOutcome>[] = [];
  while (calling.length < order.calls) {
    const due = Math.min(order.calls, Math.floor(((performance.now() - began) / 1000) * order.perSecond) + 1);
    while (calling.length < due) calling.push(oneCall(order, { number: calling.length, clip, lateness, counts }));
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
  readonly clip: Clip;
  readonly lateness: Lateness;
  readonly counts: { up: number; over: number };
}

async function oneCall(order: CallsOrder, { number, clip, lateness, counts }: CallWork): Promise<CallOutcome> {
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
    await call.pause(order.speakAt);
    await call.say(clip);
    const hungUpAt = Date.now();
    const { statistics } = call;
    lateness.merge(statistics.lateness);
    await call.hangUp();
    counts.up -= 1;
    return outcomeOf(call, { statistics, hungUpAt, cutOff });
  } catch (error) {
    if (!(error instanceof CallRefused)) tell({ on: 'failed', why: messageOf(error) });
    const status = error instanceof CallRefused ? error.status : 0;
    return { ...NOTHING, callId, status, answerMillis: performance.now() - began };
  } finally {
    counts.over += 1;
  }
}

const NOTHING = { callMillis: 0, hungUpAt: 0, cutOff: false, packetsReceived: 0, packetsLost: 0 };

function outcomeOf(
  { callId }: PhoneCall,
  { statistics, hungUpAt, cutOff }: { statistics: CallStatistics; hungUpAt: number; cutOff: boolean },
): CallOutcome {
  const { answerMillis, millis, packetsReceived, packetsLost } = statistics;
  return { callId, status: 200, answerMillis, callMillis: millis, hungUpAt, cutOff, packetsReceived, packetsLost };
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
  await call.say(clipOf(speakMillis));
  const hungUpAt = Date.now();
  const { statistics } = call;
  await call.hangUp();
  const outcome = outcomeOf(call, { statistics, hungUpAt, cutOff: false });
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
