import { memoryLog, seeded } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import {
  type Body,
  createUserAgent,
  type Invitation,
  type Refusal,
  type SipRequest,
  type UserAgent,
  type UserAgentOptions,
} from '../src/index.ts';
import { MemoryNetwork } from './memory-network.ts';

/** The counts of a user agent that nothing is left in. */
export const NOTHING = { transactions: 0, dialogs: 0, connections: 0, timers: 0, subscriptions: 0 };
/** What it says that it allows. */
export const ALLOW = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK';
export const SERVER = { transport: 'udp', address: '10.0.0.1', port: 5060 } as const;
export const sdp = (text: string): Body => ({ type: 'application/sdp', content: Buffer.from(text) });
export const textOf = (body: Body | undefined): string | undefined => body && Buffer.from(body.content).toString();

/** A user agent on a network in memory with a clock that stands still, and what reached its application. */
export interface Scene {
  readonly clock: FakeClock;
  readonly network: MemoryNetwork;
  readonly agent: UserAgent;
  readonly invitations: Invitation[];
  readonly lines: ReturnType<typeof memoryLog>['lines'];
  /** Set to refuse. */
  admit: (request: SipRequest) => Refusal | undefined;
  /** Set to take calls. */
  onInvitation: (invitation: Invitation) => void;
  /** Another user agent on the same network. */
  another(address: string, options?: Partial<UserAgentOptions>): Promise<UserAgent>;
}

export async function scene(options: Partial<UserAgentOptions> = {}): Promise<Scene> {
  const clock = new FakeClock();
  const network = new MemoryNetwork();
  const invitations: Invitation[] = [];
  const log = memoryLog();
  let seed = 1;
  const start = async (address: string, more: Partial<UserAgentOptions>): Promise<UserAgent> => {
    const agent = createUserAgent({
      listen: [{ transport: 'udp', address, port: 5060 }],
      clock,
      log,
      random: seeded(seed++),
      openDatagramSocket: network.open,
      admit: () => undefined,
      onInvitation: invitation => invitation.reject({ status: 486 }),
      ...more,
    });
    await agent.listen();
    return agent;
  };
  const made: Scene = {
    clock,
    network,
    invitations,
    lines: log.lines,
    admit: () => undefined,
    onInvitation: () => undefined,
    agent: await start(SERVER.address, {
      admit: request => made.admit(request),
      onInvitation: invitation => {
        invitations.push(invitation);
        made.onInvitation(invitation);
      },
      ...options,
    }),
    another: (address, more = {}) => start(address, more),
  };
  await settle();
  return made;
}
