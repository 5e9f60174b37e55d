import { messageOf } from '@parley/base';
import { type CallOutcome, type HostedCall, runFlow } from '@parley/call';
import type { IPGateway } from '@parley/schema';
import { say } from '../say/index.ts';
import { callAnswering } from './answering.ts';
import { type CallRecord, callRecord } from './call-record.ts';
import { missedEnvelope } from './envelopes.ts';
import { type FoundMailbox, findMailbox } from './find-mailbox.ts';
import { type EndedCall, missedCall } from './missed-call.ts';
import { type AnsweringPorts, newVisit, type Visit } from './visit.ts';

/** `MaxCallDuration` where no dial plan says one: such a call is refused at once anyway. */
const DEFAULT_MAX_CALL_MINUTES = 30;

/**
 * Answers one call from start to end: finds the mailbox, leads the caller, settles the message, leaves a notice of a missed
 * call when there is none. Resolves when nothing of the call is under way any more; never rejects for what a caller does.
 * @param gateway the trusted gateway the call came from.
 */
export async function answerCall(call: HostedCall, gateway: IPGateway, ports: AnsweringPorts): Promise<CallRecord> {
  const log = ports.log.with({ call: call.id });
  const found = await findMailbox(ports.directory, gateway, call.facts);
  log.info('mailbox looked up', { result: found.kind, mailbox: found.recipient?.mailbox.id, reason: found.reason });
  const visit = newVisit();
  const finished = await runFlow(
    call,
    async (flowCall, reached) => {
      try {
        reached(await callAnswering(flowCall, { found, visit, ports: { ...ports, log } }));
      } finally {
        const outcome = outcomeOf(visit);
        if (outcome) reached(outcome);
      }
    },
    {
      clock: ports.clock,
      log,
      maxCallMillis: (found.dialPlan?.maxCallDuration ?? DEFAULT_MAX_CALL_MINUTES) * 60_000,
      apology: [...say.mailboxUnavailable(), ...say.goodbye()],
    },
  );
  const { stage } = call;
  const ended = { found, stage, endedBy: finished.endedBy, visit };
  await announceMissedCall(call, ended, { ...ports, log });
  return callRecord({ facts: call.facts, gateway: gateway.id, found, finished, stage, visit });
}

/** What a settled message says of the call, whatever the caller did afterwards. */
function outcomeOf(visit: Visit): CallOutcome | undefined {
  if (visit.messageLeft) return { kind: 'success', reason: 'message left' };
  return visit.messageInDoubt ? { kind: 'ours', reason: 'message not saved' } : undefined;
}

async function announceMissedCall(call: HostedCall, ended: EndedCall, ports: AnsweringPorts): Promise<void> {
  const decision = missedCall(ended);
  ports.log.info('missed call decided', { notice: decision.notify, because: decision.because });
  if (!decision.notify || !isFound(ended.found)) return;
  const envelope = missedEnvelope(call.facts, ended.found.recipient, { ports, called: ended.found.called });
  try {
    await ports.drafts.notice(call.id, envelope);
  } catch (error) {
    ports.log.error('missed call could not be noted', { error: messageOf(error) });
  }
}

function isFound(found: FoundMailbox): found is FoundMailbox & { readonly kind: 'found' } {
  return found.kind === 'found';
}
