import type { TestContext } from 'node:test';
import { memoryLog, systemClock } from '@parley/base';
import {
  createUserAgent,
  type Peer,
  type SipRequest,
  type TransportName,
  type UserAgentOptions,
} from '../src/index.ts';

const QUICK = { T1: 20, T2: 80, T4: 100 };

export const at = (transport: TransportName, address: string, port = 0): Peer => ({ transport, address, port });

/** A user agent on real sockets, closed with the test, and what its administrator and its application see. */
export async function agentAt(t: TestContext, listen: readonly Peer[], options: Partial<UserAgentOptions> = {}) {
  const log = memoryLog();
  const admitted: { readonly request: SipRequest; readonly source: Peer }[] = [];
  const agent = createUserAgent({
    listen,
    clock: systemClock,
    log,
    timers: QUICK,
    admit: (request, source) => {
      admitted.push({ request, source });
      return undefined;
    },
    onInvitation: invitation => invitation.reject({ status: 486 }),
    ...options,
  });
  t.after(() => agent.close());
  const bound = await agent.listen();
  /** Lines of the log that tell of refused peers. */
  const refused = () => log.lines.filter(({ event }) => event === 'sip peer refused').map(({ fields }) => fields);
  return { agent, bound, log, admitted, refused };
}

/** Waits for something that no event tells, one turn of the event loop at a time. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve));
}
