import { BASIC_METHODS, type InvitePolicy } from './core.ts';
import { LEAST_SECONDS, type SessionWish } from './session-terms.ts';
import type { UserAgentOptions } from './user-agent.ts';

/** RFC 4028 section 4 recommends half an hour. */
const SECONDS = 1800;

type Options = Pick<UserAgentOptions, 'reliable' | 'sessionTimer' | 'replaces' | 'isTrusted' | 'mayReach'>;

/** The policy that a user agent's options ask for. */
export function invitePolicyOf({ reliable, sessionTimer, replaces, isTrusted, mayReach }: Options): InvitePolicy {
  return {
    reliable: reliable ?? 'supported',
    session: sessionTimer === 'never' ? undefined : wishOf(sessionTimer ?? {}),
    replaces: replaces ?? false,
    isTrusted: isTrusted ?? (() => true),
    mayReach: mayReach ?? (() => true),
  };
}

export function methodsOf({ reliable }: InvitePolicy): Set<string> {
  return new Set([...BASIC_METHODS, 'UPDATE', ...(reliable === 'never' ? [] : ['PRACK'])]);
}

export function extensionsOf({ reliable, session, replaces }: InvitePolicy): Set<string> {
  const tags = [reliable === 'never' ? '' : '100rel', session ? 'timer' : '', replaces ? 'replaces' : ''];
  return new Set(tags.filter(tag => tag !== ''));
}

/** RFC 4028 section 5: less than 90 seconds is never asked for. */
function wishOf({ expires = SECONDS, minimum = LEAST_SECONDS }: { expires?: number; minimum?: number }): SessionWish {
  const least = Math.max(minimum, LEAST_SECONDS);
  return { seconds: Math.max(expires, least), minimum: least };
}
