import { MessageEditor, type SipResponse } from '../../message/index.ts';
import type { RawHeader } from '../../message/message.ts';

/** A final answer of a branch: what came, or the status that stands for what did not come. */
export type Outcome = SipResponse | { readonly status: number };

/** Of a class these say more to the caller than others (RFC 3261 section 16.7 step 6). */
const TELLING: ReadonlySet<number> = new Set([401, 407, 415, 420, 484]);
const CHALLENGES: readonly string[] = ['WWW-Authenticate', 'Proxy-Authenticate'];

/** Chooses what goes back when every branch has its answer, none of them 2xx. Undefined when there is nothing to choose from. */
export function best(outcomes: readonly Outcome[]): Outcome | undefined {
  let found: Outcome | undefined;
  for (const outcome of outcomes) if (!found || rank(outcome) < rank(found)) found = outcome;
  return found;
}

/** The lowest is the best: 6xx, then by class; in one class what tells more, then what a branch has said, before what it has not. */
function rank(outcome: Outcome): number {
  const { status } = outcome;
  const group = Math.floor(status / 100);
  const ofClass = group === 6 ? 0 : group;
  // RFC 3261 section 16.7 step 6: 503 only when there is nothing else.
  const isLast = status === 503;
  const isTelling = TELLING.has(status);
  return ofClass * 100 + (isLast ? 90 : 0) + (isTelling ? 0 : 10) + ('kind' in outcome ? 0 : 1);
}

/** 401 and 407 take the challenges of all others along (RFC 3261 section 16.7 step 7), so that the caller can answer them all at once. */
export function withChallenges(chosen: SipResponse, outcomes: readonly Outcome[]): SipResponse {
  if (chosen.status !== 401 && chosen.status !== 407) return chosen;
  const others = outcomes.filter(one => one !== chosen && (one.status === 401 || one.status === 407));
  const added = others.flatMap(one => ('kind' in one ? challengesOf(one) : []));
  if (added.length === 0) return chosen;
  const editor = new MessageEditor(chosen);
  editor.last(...added);
  return editor.response();
}

function challengesOf(response: SipResponse): readonly RawHeader[] {
  return CHALLENGES.flatMap(name => response.values(name).map((value): RawHeader => [name, value]));
}

/** RFC 3261 section 16.7 step 6: that one server has no room does not mean that we have none. */
export function without503(chosen: SipResponse): SipResponse {
  if (chosen.status !== 503) return chosen;
  const editor = new MessageEditor(chosen);
  editor.remove('Retry-After');
  return editor.response(500, 'Server Internal Error');
}
