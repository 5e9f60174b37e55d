import type { CalledCandidate, CallFacts, CallReason } from '@parley/call';
import type { Directory, MailboxInPlan } from '@parley/directory';
import type { DialPlan, IPGateway } from '@parley/schema';

/** Whose mailbox a call is for, with lines that explain it to a person (`parley calls`, the log). */
export type FoundMailbox = {
  readonly explanation: readonly string[];
  readonly reason: CallReason;
  /** Number or user part it was decided by. */
  readonly called: string;
  /** The dial plan of the hunt group; undefined when the gateway has none for this call. */
  readonly dialPlan: DialPlan | undefined;
} & (
  | { readonly kind: 'found' | 'disabled'; readonly recipient: MailboxInPlan }
  | { readonly kind: 'unknown'; readonly recipient?: undefined }
);

/**
 * Gateway -> hunt group (exact pilot, else catch-all) -> dial plan -> mailbox: the first candidate that has one takes the
 * call, also when it is disabled, because a diverted caller must never end up in somebody else's mailbox.
 */
export function findMailbox(directory: Directory, gateway: IPGateway, facts: CallFacts): FoundMailbox {
  const explanation = [...facts.explanation];
  const first = facts.called[0];
  const nobody = { kind: 'unknown', explanation, reason: first?.reason ?? 'None', called: first?.user ?? '' } as const;
  const huntGroup = directory.huntGroupFor(gateway, facts.dialled);
  if (!huntGroup) {
    explanation.push(`gateway ${gateway.name} has no hunt group for "${facts.dialled}"`);
    return { ...nobody, dialPlan: undefined };
  }
  const dialPlan = directory.dialPlan(huntGroup.umDialPlan);
  if (!dialPlan) {
    explanation.push(`hunt group ${huntGroup.name} names a dial plan that is gone`);
    return { ...nobody, dialPlan };
  }
  explanation.push(`gateway ${gateway.name}, hunt group ${huntGroup.name}: dial plan ${dialPlan.name}`);
  for (const candidate of facts.called) {
    const recipient = lookUp(directory, dialPlan, candidate, explanation);
    if (!recipient) continue;
    const { reason, user: called } = candidate;
    if (recipient.mailbox.umEnabled) return { kind: 'found', recipient, dialPlan, explanation, reason, called };
    explanation.push(`${recipient.mailbox.name} is not enabled for unified messaging`);
    return { kind: 'disabled', recipient, dialPlan, explanation, reason, called };
  }
  explanation.push('nobody of those has a mailbox');
  return { ...nobody, dialPlan };
}

function lookUp(
  directory: Directory,
  dialPlan: DialPlan,
  candidate: CalledCandidate,
  explanation: string[],
): MailboxInPlan | undefined {
  const said = `${candidate.from} says ${address(candidate)}`;
  for (const { how, recipient } of ways(directory, dialPlan, candidate)) {
    if (!recipient) continue;
    // An address is unique in the whole directory, but no call may cross into another organisation.
    if (recipient.organization.id !== dialPlan.organization) {
      explanation.push(`${said}: ${how} of another organisation, not looked at`);
      continue;
    }
    explanation.push(`${said}: ${how} of mailbox ${recipient.mailbox.name}`);
    return recipient;
  }
  explanation.push(`${said}: no mailbox`);
  return undefined;
}

interface Way {
  readonly how: string;
  readonly recipient: MailboxInPlan | undefined;
}

/** An extension counts in every plan type and at any host, so that "1001@192.0.2.1" just rings. */
function* ways(directory: Directory, dialPlan: DialPlan, { user, host }: CalledCandidate): Generator<Way> {
  if (user === '') return;
  yield { how: 'extension', recipient: directory.mailboxByExtension(dialPlan, user) };
  if (host !== '') yield { how: 'SIP address', recipient: directory.mailboxByAddress(`${user}@${host}`) };
  yield { how: 'number', recipient: directory.mailboxByAddress(user) };
}

function address({ user, host }: CalledCandidate): string {
  return host === '' ? user : `${user}@${host}`;
}
