import type { IncomingMessage } from 'node:http';
import { type Clock, ulid } from '@parley/base';

/** What a client may call its request: nothing in it can act on a log, a header or a terminal. */
const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/;

/** The id of a request in the log, the audit and the answer: the client's own when it is well-formed. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>, clock: Clock): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : ulid(clock.wall());
}
