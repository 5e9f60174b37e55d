import assert from 'node:assert/strict';
import { memoryLog, seeded } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import {
  createProxy,
  createUserAgent,
  type Peer,
  type ProxyOptions,
  type RouteDecision,
  type SipProxy,
  type SipRequest,
  type UserAgent,
  type UserAgentOptions,
} from '../src/index.ts';
import { headerOf, MemoryNetwork, type RawPeer, tagIn } from './memory-network.ts';
import { type RequestText, requestText } from './messages.ts';

export const PROXY = { transport: 'udp', address: '10.0.0.1', port: 5060 } as const;
export const CALLER = '10.0.0.2';

/** A proxy on a network in memory with a clock that stands still. */
export interface ProxyScene {
  readonly clock: FakeClock;
  readonly network: MemoryNetwork;
  readonly proxy: SipProxy;
  readonly lines: ReturnType<typeof memoryLog>['lines'];
  /** What was asked to be routed. */
  readonly routed: SipRequest[];
  /** Set to route elsewhere than to what the Request-URI says. */
  route: (request: SipRequest, source: Peer) => RouteDecision | Promise<RouteDecision>;
  agent(address: string, options?: Partial<UserAgentOptions>): Promise<UserAgent>;
  close(): Promise<void>;
}

/** A decision for these URIs. */
export const to = (...uris: readonly string[]): RouteDecision => ({
  kind: 'forward',
  targets: uris.map(uri => ({ uri })),
});

export async function proxyScene(options: Partial<ProxyOptions> = {}): Promise<ProxyScene> {
  const clock = options.clock instanceof FakeClock ? options.clock : new FakeClock();
  const network = new MemoryNetwork();
  const log = memoryLog();
  const routed: SipRequest[] = [];
  let seed = 100;
  const common = { clock, log, openDatagramSocket: network.open };
  const proxy = createProxy({
    listen: [PROXY],
    ...common,
    random: seeded(1),
    unlimited: () => true,
    route: (request, source) => {
      routed.push(request);
      return made.route(request, source);
    },
    ...options,
  });
  const agents: UserAgent[] = [];
  const made: ProxyScene = {
    clock,
    network,
    proxy,
    lines: log.lines,
    routed,
    route: request => to(request.uri),
    agent: async (address, more = {}) => {
      const agent = createUserAgent({
        listen: [{ transport: 'udp', address, port: 5060 }],
        ...common,
        random: seeded(seed++),
        admit: () => undefined,
        onInvitation: invitation => invitation.reject({ status: 486 }),
        ...more,
      });
      await agent.listen();
      agents.push(agent);
      return agent;
    },
    close: async () => {
      await Promise.all([proxy.close(), ...agents.map(agent => agent.close())]);
    },
  };
  await proxy.listen();
  await settle();
  return made;
}

/** Somebody who calls through the proxy by hand; the Request-URI is Bob at 10.0.0.3. */
export async function rawCaller(stage: ProxyScene, address = CALLER, there?: RawPeer) {
  const peer = there ?? (await stage.network.peer(address));
  const say = (request: RequestText) =>
    peer.ask(requestText({ uri: 'sip:bob@10.0.0.3', via: viaOf(request, address), ...request }), PROXY);
  return { peer, say };
}

const viaOf = ({ method, branch, callId = '', cseq = 1, toTag = '' }: RequestText, address: string) =>
  `Via: SIP/2.0/UDP ${address}:5060;branch=${branch ?? `z9hG4bK${method}.${callId}.${cseq}.${toTag}`}`;

export interface Reply {
  readonly status: number;
  readonly toTag?: string;
  readonly extra?: readonly string[];
  readonly reason?: string;
}

/** The text of an answer with every Via and Record-Route of its request. */
export function replyText(
  request: string,
  { status, toTag = 'callee', extra = [], reason = 'Whatever' }: Reply,
): string {
  const copied = request.split('\r\n').filter(line => /^(?:via|from|call-id|cseq|record-route):/i.test(line));
  const to = headerOf(request, 'To') ?? '';
  const tagged = status === 100 || tagIn(request, 'To') !== '' ? to : `${to};tag=${toTag}`;
  return `${[`SIP/2.0 ${status} ${reason}`, ...copied, `To: ${tagged}`, ...extra, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`;
}

/** Answers the newest request of a method that a phone has heard. */
export async function answer(peer: RawPeer, method: string, reply: Reply): Promise<void> {
  const request = peer.heard.findLast(text => text.startsWith(`${method} `));
  assert.ok(request, `no ${method} came to ${peer.address}`);
  await peer.ask(replyText(request, reply), PROXY);
}

export const NOTHING = { transactions: 0, contexts: 0, answers: 0, connections: 0, timers: 0 };

/** Lets everything that is under way come to its end, and looks for what is left. */
export async function assertNothingLeft(stage: ProxyScene, errors = 0): Promise<void> {
  await stage.clock.run(64 * 500 * 3);
  assert.deepEqual(stage.proxy.counts(), NOTHING);
  assert.equal(stage.lines.filter(({ level }) => level === 'error').length, errors, JSON.stringify(stage.lines));
}
