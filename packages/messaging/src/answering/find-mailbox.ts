import { codeOf } from '@parley/base';
import type { CalledCandidate, CallFacts, CallReason } from '@parley/call';
import type { Directory, MailboxInPlan } from '@parley/directory';
import type { DialPlan, IPGateway } from '@parley/schema';
import { isDigits, numbersOf } from './called-number.ts';

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
  /** There may be a mailbox, but the directory cannot be asked. */
  | { readonly kind: 'unreachable'; readonly recipient?: undefined }
);

/**
 * Gateway -> hunt group (exact pilot, else catch-all) -> dial plan -> mailbox: the first candidate that has one takes the
 * call, also when it is disabled, because a diverted caller must never end up in somebody else's mailbox; for the same reason a
 * candidate about whom the directory cannot be asked ends the search.
 */
export async function findMailbox(directory: Directory, gateway: IPGateway, facts: CallFacts): Promise<FoundMailbox> {
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
    const { recipient, unreachable } = await lookUp(directory, dialPlan, { candidate, explanation });
    const { reason, user: called } = candidate;
    if (unreachable) return { kind: 'unreachable', dialPlan, explanation, reason, called };
    if (!recipient) continue;
    if (recipient.mailbox.umEnabled) return { kind: 'found', recipient, dialPlan, explanation, reason, called };
    explanation.push(`${recipient.mailbox.name} is not enabled for unified messaging`);
    return { kind: 'disabled', recipient, dialPlan, explanation, reason, called };
  }
  explanation.push('nobody of those has a mailbox');
  return { ...nobody, dialPlan };
}

/** What became of a candidate; `unreachable` when nobody was found and not every question could be answered. */
type LookedUp = { readonly recipient: MailboxInPlan | undefined; readonly unreachable: boolean };

async function lookUp(
  directory: Directory,
  dialPlan: DialPlan,
  { candidate, explanation }: { readonly candidate: CalledCandidate; readonly explanation: string[] },
): Promise<LookedUp> {
  const said = `${candidate.from} says ${address(candidate)}`;
  let unreachable = false;
  for (const { how, ask } of ways(directory, dialPlan, candidate)) {
    const recipient = await answerOf(ask);
    if (recipient === 'unreachable') unreachable = true;
    else if (recipient) {
      explanation.push(`${said}: ${how} of mailbox ${recipient.mailbox.name}`);
      return { recipient, unreachable: false };
    }
  }
  explanation.push(unreachable ? `${said}: the directory does not answer` : `${said}: no mailbox`);
  return { recipient: undefined, unreachable };
}

/** A mailbox that is remembered answers calls by any of its addresses also while others cannot be asked for. */
async function answerOf(ask: Way['ask']): Promise<MailboxInPlan | undefined | 'unreachable'> {
  try {
    return await ask();
  } catch (error) {
    if (codeOf(error) === 'DIRECTORY_UNAVAILABLE') return 'unreachable';
    throw error;
  }
}

interface Way {
  readonly how: string;
  readonly ask: () => Promise<MailboxInPlan | undefined>;
}

/**
 * An extension counts in every plan type and at any host, so that "1001@192.0.2.1" just rings; SIP address and number are looked
 * for in the organisation of the plan only, since no call may cross into another one. Nothing is asked that cannot be.
 */
function ways(directory: Directory, dialPlan: DialPlan, candidate: CalledCandidate): Way[] {
  const { user, host } = candidate;
  if (user === '') return [];
  const numbers = numbersOf(dialPlan, candidate).map(number => ({
    how: number === user ? 'number' : `number (${number})`,
    ask: () => directory.mailboxByAddress(dialPlan, number),
  }));
  const sip = { how: 'SIP address', ask: () => directory.mailboxByAddress(dialPlan, `${user}@${host}`) };
  const addresses = host === '' ? [] : [sip];
  const plan = planOf(directory, dialPlan, candidate);
  const extension = { how: 'extension', ask: () => directory.mailboxByExtension(plan, user) };
  const extensions = isDigits(user) && user.length === plan.numberOfDigitsInExtension ? [extension] : [];
  if (dialPlan.uriType !== 'E164') return [...extensions, ...addresses, ...numbers];
  // "1001;phone-context=+3312345" is one number of all; 1001 may be an extension of many sites.
  return candidate.phoneContext?.startsWith('+')
    ? [...numbers, ...extensions, ...addresses]
    : [...extensions, ...numbers, ...addresses];
}

/** The plan in which an extension means something: that of its phone-context where there is one, otherwise the hunt group's. */
function planOf(directory: Directory, dialPlan: DialPlan, { phoneContext }: CalledCandidate): DialPlan {
  if (phoneContext === undefined) return dialPlan;
  return directory.dialPlanByPhoneContext(dialPlan.organization, phoneContext) ?? dialPlan;
}

function address({ user, host, phoneContext }: CalledCandidate): string {
  const called = phoneContext === undefined ? user : `${user};phone-context=${phoneContext}`;
  return host === '' ? called : `${called}@${host}`;
}
