import { type Clock, type Log, messageOf } from '@parley/base';
import type { SessionStatistics } from '@parley/media';
import { type Call, type HangUpCause, type HostedCall, HungUp } from './call.ts';
import type { Prompt } from './prompt.ts';

/** Who is to blame, or to thank, for how a call went. */
export type OutcomeKind = 'success' | 'caller' | 'subscriber-side' | 'upstream' | 'ours';

/** How a call went: exactly one for every call. */
export interface CallOutcome {
  readonly kind: OutcomeKind;
  /** For people and for statistics: a short constant phrase. */
  readonly reason: string;
}

/**
 * A flow: leads a caller through a call. It says with `reached` what has been achieved so far; the newest statement stands
 * even when the caller hangs up afterwards ("message left", then gone during the goodbye).
 */
export type Flow = (call: Call, reached: (outcome: CallOutcome) => void) => Promise<void>;

export interface RunOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `MaxCallDuration`: the call ends after this. */
  readonly maxCallMillis: number;
  /** Said before the end when the flow fails unexpectedly. */
  readonly apology?: Prompt;
}

/** What is left of a call that was led to its end. */
export interface FinishedCall {
  readonly outcome: CallOutcome;
  /** Why it ended; 'local' when the flow or its end did it. */
  readonly endedBy: HungUp;
  readonly durationMillis: number;
  readonly media: SessionStatistics | undefined;
}

/**
 * Leads a call by a flow and cleans up behind it: the only place that catches `HungUp`. When the flow is done the call is
 * over in every case: a flow that forgot to hang up is hung up on, one that never answered has its caller told 480.
 */
export async function runFlow(call: HostedCall, flow: Flow, options: RunOptions): Promise<FinishedCall> {
  const began = options.clock.monotonic();
  let reached: CallOutcome | undefined;
  const limit = options.clock.after(options.maxCallMillis, () => call.end('too long'));
  let outcome: CallOutcome;
  try {
    await flow(call, stated => {
      reached = stated;
    });
    outcome = reached ?? (call.ended ? outcomeOf(call.ended.by) : { kind: 'success', reason: 'finished' });
  } catch (error) {
    outcome = await settled(call, error, { reached, ...options });
  }
  limit.cancel();
  const media = await closed(call, options.log);
  return {
    outcome,
    endedBy: call.ended ?? new HungUp('local'),
    durationMillis: options.clock.monotonic() - began,
    media,
  };
}

async function settled(
  call: HostedCall,
  error: unknown,
  options: RunOptions & { readonly reached: CallOutcome | undefined },
): Promise<CallOutcome> {
  if (error instanceof HungUp) return options.reached ?? outcomeOf(error.by);
  options.log.error('flow failed', {
    error: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  await apologise(call, options);
  return { kind: 'ours', reason: 'flow failed' };
}

async function apologise(call: HostedCall, options: RunOptions): Promise<void> {
  if (!options.apology || call.ended || call.stage !== 'answered') return;
  try {
    await call.play(options.apology, { bargeIn: false });
  } catch (error) {
    if (!(error instanceof HungUp)) options.log.error('apology failed', { error: messageOf(error) });
  }
}

async function closed(call: HostedCall, log: Log): Promise<SessionStatistics | undefined> {
  try {
    if (!call.ended) await leave(call);
    return await call.close();
  } catch (error) {
    log.error('call could not be closed', { error: messageOf(error) });
    return undefined;
  }
}

async function leave(call: HostedCall): Promise<void> {
  if (call.stage === 'answered') await call.hangUp();
  else call.reject({ status: 480 });
}

/** The outcome of a call that ended before its flow said that anything was achieved. */
export function outcomeOf(cause: HangUpCause): CallOutcome {
  switch (cause) {
    case 'bye':
      return { kind: 'caller', reason: 'caller hung up' };
    case 'cancel':
      return { kind: 'caller', reason: 'caller gave up' };
    case 'too long':
      return { kind: 'caller', reason: 'call was too long' };
    case 'no ack':
      return { kind: 'upstream', reason: 'answer was never acknowledged' };
    case 'no codec':
      return { kind: 'upstream', reason: 'session description not acceptable' };
    case 'media silent':
      return { kind: 'upstream', reason: 'no media from the caller' };
    case 'transport failed':
      return { kind: 'upstream', reason: 'signalling failed' };
    case 'no media':
      return { kind: 'ours', reason: 'no free media port' };
    case 'media failed':
      return { kind: 'ours', reason: 'media worker lost' };
    case 'drain':
      return { kind: 'ours', reason: 'server is stopping' };
    case 'transferred':
      return { kind: 'success', reason: 'transferred' };
    case 'local':
      return { kind: 'success', reason: 'finished' };
  }
}
