import { messageOf } from '@parley/base';
import type { Call, CallOutcome } from '@parley/call';
import type { Draft, Envelope } from '@parley/spool';
import { say } from '../say/index.ts';
import { afterRecording } from './after-recording.ts';
import { CallersMessage, type RecordingLimits } from './callers-message.ts';
import { notSaved } from './endings.ts';
import type { AnsweringPorts, Visit } from './visit.ts';

/** Recordings without enough sound, each ended by a key, before the caller is let go. */
const SHORT_RECORDINGS = 3;

export interface LeaveMessageOptions {
  readonly envelope: Envelope;
  readonly limits: RecordingLimits;
  /** Failures in a row before a menu gives up. */
  readonly tries: number;
  readonly visit: Visit;
  readonly ports: AnsweringPorts;
}

/**
 * Takes a message: tone, recording, menu. However this ends, what was recorded is settled with the spool first, so a
 * caller who hangs up at any moment has left what there is.
 */
export async function leaveMessage(call: Call, options: LeaveMessageOptions): Promise<CallOutcome> {
  const draft = await begin(call, options);
  if (!draft) return notSaved(call);
  const { limits, visit, ports } = options;
  const message = new CallersMessage({ draft, limits, visit, log: ports.log });
  try {
    const first = await firstTake(call, message);
    return first === 'kept' ? await afterRecording(call, message, options.tries) : await withoutMessage(call, first);
  } finally {
    await message.leave();
  }
}

async function begin(call: Call, { envelope, ports }: LeaveMessageOptions): Promise<Draft | undefined> {
  try {
    return await ports.drafts.begin(call.id, envelope);
  } catch (error) {
    ports.log.error('spool takes no message', { error: messageOf(error) });
    return undefined;
  }
}

async function firstTake(call: Call, message: CallersMessage): Promise<'kept' | 'short' | 'failed'> {
  for (let turn = 1; ; turn++) {
    const { result, endedBy } = await message.record(call, 'replace');
    if (result === 'hang-up') call.signal.throwIfAborted();
    if (result === 'kept' && endedBy === 'max') await call.play(say.messageMaxLength());
    if (result === 'kept' || result === 'failed') return result;
    // Who pressed a key is there and may try again; who only kept silent is not.
    if (endedBy !== 'key' || turn === SHORT_RECORDINGS) return 'short';
    await call.play([...say.messageTooShort(), ...say.recordingAgain()]);
  }
}

async function withoutMessage(call: Call, why: 'short' | 'failed'): Promise<CallOutcome> {
  if (why === 'failed') return notSaved(call);
  await call.play([...say.messageTooShort(), ...say.goodbye()]);
  return { kind: 'caller', reason: 'no message' };
}
