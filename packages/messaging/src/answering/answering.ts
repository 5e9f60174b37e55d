import type { Log } from '@parley/base';
import type { Call, CallOutcome, CallRefusal } from '@parley/call';
import type { MailboxInPlan } from '@parley/directory';
import type { DialPlan } from '@parley/schema';
import { say } from '../say/index.ts';
import { recordingLimits, voiceEnvelope } from './envelopes.ts';
import type { FoundMailbox } from './find-mailbox.ts';
import { leaveMessage } from './leave-message.ts';
import { unfitForPlan } from './plan-security.ts';
import type { AnsweringPorts, Visit } from './visit.ts';

export interface AnsweringOptions {
  readonly found: FoundMailbox;
  readonly visit: Visit;
  readonly ports: AnsweringPorts;
}

/** Call answering: greeting, tone, recording, menu; or a polite no. Returns what has been achieved; `runFlow` hangs up. */
export async function callAnswering(call: Call, options: AnsweringOptions): Promise<CallOutcome> {
  const { found, ports } = options;
  if (found.dialPlan) {
    call.speakIn(found.dialPlan.defaultLanguage);
    const unfit = unfitForPlan(call.facts, found.dialPlan);
    if (unfit) return refuse(call, unfit, { dialPlan: found.dialPlan, log: ports.log });
    const { voIPSecurity } = found.dialPlan;
    if (voIPSecurity !== 'Unsecured') call.requireEncryption(voIPSecurity === 'Secured' ? 'media' : 'signalling');
  }
  switch (found.kind) {
    case 'unknown':
      return unknownMailbox(call, found);
    case 'unreachable':
      // The gateway may have another server to send it to, which knows.
      call.reject({ status: 503 });
      return { kind: 'ours', reason: 'directory unavailable' };
    case 'disabled':
      return disabledMailbox(call);
    case 'found':
      return answerFor(call, found.recipient, options);
  }
}

/** A call that is not as safe as its dial plan wants it; whoever hosts the call says in the log what it was refused with. */
function refuse(call: Call, refusal: CallRefusal, { dialPlan, log }: { dialPlan: DialPlan; log: Log }): CallOutcome {
  log.debug('call does not fit VoIPSecurity of its dial plan', {
    dialPlan: dialPlan.name,
    voIPSecurity: dialPlan.voIPSecurity,
    transport: call.facts.transport,
    remedy: refusal.warning,
  });
  call.reject(refusal);
  return { kind: 'caller', reason: 'not secure enough' };
}

async function unknownMailbox(call: Call, { dialPlan }: FoundMailbox): Promise<CallOutcome> {
  const outcome = { kind: 'subscriber-side', reason: 'unknown mailbox' } as const;
  if (dialPlan?.unknownMailbox !== 'Announce') {
    call.reject({ status: 404 });
    return outcome;
  }
  await call.answer();
  await call.play([...say.mailboxUnknown(), ...say.goodbye()]);
  return outcome;
}

async function disabledMailbox(call: Call): Promise<CallOutcome> {
  call.progress();
  await call.answer();
  await call.play([...say.mailboxUnavailable(), ...say.goodbye()]);
  return { kind: 'subscriber-side', reason: 'mailbox disabled' };
}

async function answerFor(call: Call, recipient: MailboxInPlan, options: AnsweringOptions): Promise<CallOutcome> {
  const { mailbox, dialPlan } = recipient;
  call.progress();
  await call.answer();
  if (call.facts.anonymous && !mailbox.anonymousCallersCanLeaveMessages) {
    await call.play([...say.anonymousRefused(), ...say.goodbye()]);
    return { kind: 'subscriber-side', reason: 'anonymous caller' };
  }
  // Any key skips what is left to hear, straight to the tone.
  await call.play(
    say.greeting({
      greetingFile: mailbox.normalGreetingFilename,
      name: mailbox.displayName || mailbox.name,
      nameFile: mailbox.spokenNameFilename,
      digits: mailbox.extensions[0] ?? '',
    }),
  );
  await call.play(say.recordPrompt());
  return leaveMessage(call, {
    envelope: voiceEnvelope(call.facts, recipient, { ports: options.ports, called: options.found.called }),
    limits: recordingLimits(dialPlan),
    tries: dialPlan.inputFailuresBeforeDisconnect,
    visit: options.visit,
    ports: options.ports,
  });
}
