import type { Clock, Log } from '@parley/base';
import type { DigestClient } from '../auth/digest-client.ts';
import type { DialogTable } from '../dialog/dialog-table.ts';
import type { SubscriptionTable } from '../events/subscription-table.ts';
import { printAnswer, type ResponseParts } from '../message/index.ts';
import type { RawHeader, SipRequest } from '../message/message.ts';
import type { Refusals } from '../protection/refusals.ts';
import type { Locator } from '../resolve/locator.ts';
import type { Ids } from '../transaction/ids.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { SipTimers } from '../transaction/sip-timers.ts';
import type { TransactionLayer } from '../transaction/transaction-layer.ts';
import { contactUri } from '../transport/contact.ts';
import type { Peer } from '../transport/peer.ts';
import type { Channel } from '../transport/transport.ts';
import type { TransportLayer } from '../transport/transport-layer.ts';
import type { DialogRequestHandler } from './dialog-host.ts';
import type { Leg } from './leg.ts';
import type { SessionWish } from './session-terms.ts';
import type { UserAgentBudgets } from './user-agent.ts';

/** Takes a request that has been admitted and has a transaction. */
export type RequestHandler = (exchange: Exchange) => void;

/** How INVITEs are treated, on both sides. */
export interface InvitePolicy {
  readonly reliable: 'never' | 'supported' | 'required';
  /** Undefined when session timers are switched off. */
  readonly session: SessionWish | undefined;
  /** Whether the application takes over dialogs that Replaces names. */
  readonly replaces: boolean;
  readonly isTrusted: (peer: Peer) => boolean;
  /** See `UserAgentOptions.mayReach`. */
  readonly mayReach: (peer: Peer) => boolean;
}

/** What the parts of one user agent share. */
export interface Core {
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: SipTimers;
  readonly budgets: UserAgentBudgets;
  readonly ids: Ids;
  readonly transports: TransportLayer;
  readonly transactions: TransactionLayer;
  /** Where the server of a URI is. */
  readonly locator: Locator;
  /** Answers challenges to our requests; undefined when we have no credentials. */
  readonly digest: DigestClient | undefined;
  /** What was refused, and who may still be told. */
  readonly refusals: Refusals;
  readonly dialogs: DialogTable;
  readonly subscriptions: SubscriptionTable;
  readonly legs: Set<Leg>;
  /** What we do, for Allow and 405: `BASIC_METHODS` and what extensions add (UPDATE, PRACK, REFER ...). */
  readonly methods: Set<string>;
  /** Option tags we understand, for Supported and 420 (100rel, timer, replaces ...). */
  readonly extensions: Set<string>;
  readonly invites: InvitePolicy;
  /** Who takes requests outside a dialog, by method, beyond INVITE and OPTIONS. Must not throw; answers through the transaction. */
  readonly handlers: Map<string, RequestHandler>;
  /** Who takes requests inside any dialog, by method, that its own usage does not take (NOTIFY, REFER, SUBSCRIBE). */
  readonly dialogHandlers: Map<string, DialogRequestHandler>;
  /** Event packages that we give the state of, for Allow-Events (RFC 6665 section 8.2.2). */
  readonly eventPackages: Set<string>;
  /** For the headers Server and User-Agent. */
  readonly name: string;
}

/** A request and the transaction that answers it. */
export interface Exchange {
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
}

/** What every user agent does; `Core.methods` and `Core.extensions` hold what was added to it. */
export const BASIC_METHODS: readonly string[] = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO'];

/** What we do (RFC 3261 20.1, 20.5, 20.37). An empty Supported says: no extensions. */
export function allow(core: Core): RawHeader {
  return ['Allow', [...core.methods].join(', ')];
}

export function supported(core: Core): RawHeader {
  return ['Supported', [...core.extensions].join(', ')];
}

export const accept: RawHeader = ['Accept', 'application/sdp'];

/** Nothing for a user agent that gives no state of anything. */
export function allowEvents(core: Core): readonly RawHeader[] {
  return core.eventPackages.size === 0 ? [] : [['Allow-Events', [...core.eventPackages].join(', ')]];
}

export const capabilities = (core: Core): readonly RawHeader[] => [
  allow(core),
  accept,
  supported(core),
  ...allowEvents(core),
];

/** Our end of a dialog, as the peer of this channel can reach it; `secure` when the dialog is to have no hop without TLS (`asksForSips`). */
export function contactOf(channel: Channel, secure = false): RawHeader {
  return ['Contact', `<${contactUri(channel.local, secure)}>`];
}

/** Whether the answer to a request must have a sips Contact (RFC 3261 12.1.1): its URI, or else its sender's own address, is one. */
export function asksForSips({ requestUri, recordRoute, contacts }: SipRequest): boolean {
  const nearest = recordRoute[0] ?? contacts[0];
  return requestUri.scheme === 'sips' || nearest?.uri.scheme === 'sips';
}

/** A response that says whose it is. */
export const identified = (core: Pick<Core, 'name'>, parts: ResponseParts): ResponseParts => ({
  ...parts,
  headers: [['Server', core.name], ...(parts.headers ?? [])],
});

/** The bytes of a response of ours. */
export const printedResponse = (core: Core, request: SipRequest, parts: ResponseParts): Uint8Array =>
  printAnswer(request, identified(core, parts));

/** Answers a request; returns the bytes, which a 2xx needs again. */
export function answer(core: Core, { request, transaction }: Exchange, parts: ResponseParts): Uint8Array {
  const bytes = printedResponse(core, request, parts);
  transaction.respond(parts.status, bytes, parts.toTag);
  return bytes;
}
