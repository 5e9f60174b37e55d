import type { Call, CallOutcome } from '@parley/call';
import type { TakeRole } from '@parley/spool';
import { say } from '../say/index.ts';
import type { CallersMessage } from './callers-message.ts';
import { notErased, notSaved } from './endings.ts';
import { AFTER_RECORDING } from './keys.ts';

/** The menu after a recording. Three failures in a row send what there is, like a hang-up (CA-04). */
export async function afterRecording(call: Call, message: CallersMessage, tries: number): Promise<CallOutcome> {
  for (let prompt = say.afterMenu(); ; prompt = say.afterMenuShort()) {
    const choice = await call.menu({
      prompt,
      keys: AFTER_RECORDING,
      invalid: say.menuInvalid(),
      silent: say.menuSilent(),
      tries,
    });
    switch (choice) {
      case 'send':
      case 'gave up':
        return send(call, message);
      case 'cancel':
        return cancel(call, message);
      case 'listen':
        await message.listen(call);
        break;
      case 'urgent':
        await call.play(say.urgentMark(message.toggleUrgent()));
        break;
      case 'private':
        await call.play(say.privateMark(message.togglePrivate()));
        break;
      case 'again':
      case 'add':
        if (!(await furtherTake(call, message, choice))) return notSaved(call);
        break;
    }
  }
}

/** Records once more; false when the spool failed. */
async function furtherTake(call: Call, message: CallersMessage, choice: 'again' | 'add'): Promise<boolean> {
  if (choice === 'add' && message.roomMillis <= 0) {
    await call.play(say.messageMaxLength());
    return true;
  }
  const role: TakeRole = choice === 'add' ? 'add' : 'replace';
  await call.play(choice === 'add' ? say.recordingContinue() : say.recordingAgain());
  const { result, endedBy } = await message.record(call, role);
  if (result === 'hang-up') call.signal.throwIfAborted();
  if (result === 'short') await call.play(say.messageTooShort());
  if (result === 'kept' && endedBy === 'max') await call.play(say.messageMaxLength());
  return result !== 'failed';
}

async function send(call: Call, message: CallersMessage): Promise<CallOutcome> {
  switch (await message.accept()) {
    case 'sent':
      await call.play([...say.messageSent(), ...say.goodbye()]);
      return { kind: 'success', reason: 'message left' };
    case 'short':
      await call.play([...say.messageTooShort(), ...say.goodbye()]);
      return { kind: 'caller', reason: 'no message' };
    case 'failed':
      return notSaved(call);
  }
}

async function cancel(call: Call, message: CallersMessage): Promise<CallOutcome> {
  if (!(await message.erase())) return notErased(call);
  await call.play([...say.messageErased(), ...say.goodbye()]);
  return { kind: 'caller', reason: 'message erased by the caller' };
}
