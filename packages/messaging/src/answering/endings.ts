import type { Call, CallOutcome } from '@parley/call';
import { say } from '../say/index.ts';

/** Tells the caller that the spool could not take the message. */
export async function notSaved(call: Call): Promise<CallOutcome> {
  await call.play([...say.messageNotSaved(), ...say.goodbye()], { bargeIn: false });
  return { kind: 'ours', reason: 'message not saved' };
}

/** The spool could not write that the message is erased: nothing is claimed. */
export async function notErased(call: Call): Promise<CallOutcome> {
  await call.play(say.goodbye(), { bargeIn: false });
  return { kind: 'ours', reason: 'message not erased' };
}
