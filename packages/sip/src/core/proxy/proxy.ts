import type { Clock, Log } from '@parley/base';
import type { Uri } from '../../message/grammar.ts';
import type { SipRequest } from '../../message/message.ts';
import type { RefusalCounts } from '../../protection/refusals.ts';
import type { Resolver } from '../../resolve/resolver.ts';
import type { SipTimers } from '../../transaction/sip-timers.ts';
import type { OpenDatagramSocket } from '../../transport/datagram-socket.ts';
import type { KeepAlive } from '../../transport/keep-alive.ts';
import type { Peer } from '../../transport/peer.ts';
import type { TlsOptions } from '../../transport/tls-options.ts';
import type { WebSocketOptions } from '../../transport/web-socket-options.ts';
import type { Eventually } from '../registrar/bindings.ts';
import type { Answer, Service } from '../service.ts';
import type { Overload, Refusal, UserAgentBudgets } from '../user-agent.ts';

/** One place that a request is sent to. */
export interface ProxyTarget {
  /** The Request-URI that it gets there. */
  readonly uri: string;
  /** Values to put before its Route (a Path, an outbound proxy): name-addrs, in order. */
  readonly routes?: readonly string[];
  /** 0 to 1, 1 when left out: the highest are tried first and at the same time, then the next (RFC 3261 section 16.6). */
  readonly q?: number;
  /** Where to send it, when that is neither what Route nor what the URI says. */
  readonly via?: Peer;
  /** The connection, or over UDP the address, that somebody came from: goes before Route, `via` and URI while it is there. */
  readonly flow?: Pick<Peer, 'transport' | 'address' | 'port'>;
  /** Without its flow it cannot be reached (RFC 5626): 430, and the next of `instead`. */
  readonly flowOnly?: boolean;
  /** Other ways to the same, one after the other when this one fails (no answer, 430, 503). Theirs are ignored. */
  readonly instead?: readonly ProxyTarget[];
}

/** What becomes of a request. */
export type RouteDecision =
  | {
      readonly kind: 'forward';
      /** At least one; more than the budget are left out. */
      readonly targets: readonly ProxyTarget[];
      /** Whether later requests of the dialog come through here too (Record-Route); true when left out. */
      readonly recordRoute?: boolean;
      /** Whether the targets of a 3xx are tried too, instead of passing it back; false when left out. */
      readonly recurse?: boolean;
      /** Puts a Path in front (RFC 3327), with the flow of who sent it (RFC 5626 section 5.1): for REGISTERs to a registrar elsewhere. */
      readonly path?: boolean;
      /** P-Asserted-Identity to write (RFC 3325), when whoever sent it is not trusted to write it himself: name-addrs. */
      readonly identity?: readonly string[];
    }
  /** A refusal, a challenge, or whatever else is to be answered here. */
  | ({ readonly kind: 'answer' } & Answer)
  /** 302 with these Contacts; `q` as in `ProxyTarget`. */
  | { readonly kind: 'redirect'; readonly contacts: readonly { readonly uri: string; readonly q?: number }[] };

type CommonBudgets = Pick<
  UserAgentBudgets,
  | 'message'
  | 'transactions'
  | 'transactionsPerSource'
  | 'connections'
  | 'connectionsPerSource'
  | 'backlogBytes'
  | 'idleMillis'
  | 'messageMillis'
  | 'firstMillis'
  | 'requestsPerSecond'
  | 'strangersPerSecond'
  | 'answersPerSecond'
  | 'malformedAnswersPerSecond'
  | 'sources'
  | 'ringMillis'
>;

/** What a proxy may cost, beside what a user agent's transports and transactions may. */
export interface ProxyBudgets extends CommonBudgets {
  /** Requests on their way at once; beyond that, 503. */
  readonly contexts: number;
  /** Places that one request is sent to in all, those of 3xx included. */
  readonly targets: number;
  /** Parallel branches that a request without Max-Breadth may grow, here and further on (RFC 5393 section 5.3.3). */
  readonly breadth: number;
  /** How long `route` may take, milliseconds; then 500. */
  readonly routeMillis: number;
  /** Answers of services that are kept for copies of their requests; the oldest go first. */
  readonly answers: number;
}

/** What a proxy is made of. Only `listen`, `clock`, `log` and `route` must be there. */
export interface ProxyOptions {
  /** Where to listen; port 0 = any free one. */
  readonly listen: readonly Peer[];
  /** "host" or "host:port" to put into Via, Record-Route and Path, for servers behind NAT. */
  readonly advertise?: string;
  /** Names that mean this proxy in Route: host names, without ports. */
  readonly names?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** RFC 3261 table 4; T1 500, T2 4000, T4 5000 when left out. `ringMillis` of the budgets is timer C: more than 180,000. */
  readonly timers?: Partial<SipTimers>;
  /** `defaultProxyBudgets` for what is left out. */
  readonly budgets?: Partial<ProxyBudgets>;
  /**
   * Where a request goes, asked for every one outside a dialog, and for those inside one that do not show that they belong to a dialog
   * that came through here. `request` has lost Route values that mean this proxy; headers that only trusted peers may write are gone
   * when `source` is none. A rejection, or an error thrown, is 500.
   */
  route(request: SipRequest, source: Peer): RouteDecision | Promise<RouteDecision>;
  /**
   * Where the owner of a URI of our domains is (`Registrar.targets`), undefined for any other. Asked where `route` is not: when a request
   * of a dialog that came through here has nothing but a GRUU left to go by (telephones that were given one have it as their Contact, RFC
   * 5627 section 5.2), and for what the Contacts of a 3xx name that is followed. Must be there where the registrar gives GRUUs. A rejection,
   * or an error thrown, is 500, or the 3xx that is not followed.
   */
  readonly locate?: (uri: Uri) => Eventually<readonly ProxyTarget[] | undefined>;
  /** Who answers requests here, by method, before they are routed: a registrar for REGISTER. */
  readonly services?: Readonly<Record<string, Service>>;
  /** Asked for every request outside a dialog before anything is remembered of it. A refusal is sent; undefined lets it in. */
  readonly admit?: (request: SipRequest, source: Peer) => Refusal | undefined;
  /** Header names, beside those that RFC 3261 names, that `route` looks at: a request whose value of one has changed is not a loop. */
  readonly routesBy?: readonly string[];
  /** Option tags that may stand in Proxy-Require; others get 420. */
  readonly extensions?: readonly string[];
  /**
   * Who belongs to the trust domain (RFC 3325); nobody when left out. What only its members may tell each other is taken out of
   * messages from others, and out of messages to others where it is private.
   */
  readonly isTrusted?: (peer: Peer) => boolean;
  /** Sources that no limit of requests and answers holds for. Loopback addresses when left out. */
  readonly unlimited?: (source: Peer) => boolean;
  /** When it says for how long, requests outside a dialog are sent away with 503 and about that Retry-After. */
  readonly overload?: () => Overload | undefined;
  /** 32 random octets that seal Record-Route and Path; random when left out, and then dialogs do not outlive this process. */
  readonly secret?: Uint8Array;
  readonly resolver?: Resolver;
  /** Needed to listen on tls and wss. */
  readonly tls?: TlsOptions;
  readonly webSocket?: WebSocketOptions;
  readonly keepAlive?: Partial<KeepAlive>;
  /** Numbers in [0, 1) to make tags and branches of, for repeatable tests; the system's secure source when left out. */
  readonly random?: () => number;
  readonly openDatagramSocket?: OpenDatagramSocket;
  /** For the header Server of our own answers; "Parley" when left out. */
  readonly name?: string;
}

/** What a proxy holds at the moment; all zero 64*T1 after the last message, connections that are open excepted. */
export interface ProxyCounts {
  readonly transactions: number;
  /** Requests on their way. */
  readonly contexts: number;
  /** Answers of services that are kept for copies. */
  readonly answers: number;
  readonly connections: number;
  readonly timers: number;
}

/** A stateful, forking proxy (RFC 3261 section 16). */
export interface SipProxy {
  /** Opens the listen points and returns where they are. Throws `ParleyError` SIP_PORT_IN_USE, SIP_CANNOT_LISTEN, SIP_TLS_INVALID, SIP_TLS_MISSING; `Bug` while it listens. */
  listen(): Promise<readonly Peer[]>;
  counts(): ProxyCounts;
  /** How many requests were refused since the start, by rule. */
  refusals(): RefusalCounts;
  /** New connections follow these options. Throws SIP_TLS_INVALID, SIP_TLS_MISSING. */
  renewTls(options: TlsOptions): void;
  /** Ends what is under way without a word and closes the sockets. Idempotent. */
  close(): Promise<void>;
}
