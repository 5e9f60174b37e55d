import type { Uri } from '../message/grammar.ts';
import { buildRequest, printMessage } from '../message/index.ts';
import type { RawHeader } from '../message/message.ts';
import type { ClientTransaction, ClientTransactionUser } from '../transaction/client-transaction.ts';
import type { Peer } from '../transport/peer.ts';
import type { Channel, Sent } from '../transport/transport.ts';
import { viaText } from '../transport/via.ts';
import { type Core, contactOf } from './core.ts';
import { locate } from './locate.ts';
import type { Body } from './user-agent.ts';

/** A request of ours that does not know its way yet. */
export interface Outgoing {
  readonly method: string;
  readonly uri: string;
  /** All but Via, Contact, User-Agent and the body's. */
  readonly headers: readonly RawHeader[];
  readonly body?: Body;
  /** A peer, or a URI that says where it is. */
  readonly nextHop: Peer | Uri;
  /** Whether it tells where we are: INVITE does. */
  readonly withContact?: boolean;
}

/** A sender hears too which transaction its request has got. */
export interface SenderUser extends ClientTransactionUser {
  began?(transaction: ClientTransaction): void;
}

/** Finds the way, completes the request and opens its transaction. Never throws: whatever goes wrong reaches `user.failed`, later. */
export function send(core: Core, outgoing: Outgoing, user: SenderUser): void {
  findChannel(core, outgoing.nextHop, found => {
    if (found instanceof Error) return queueMicrotask(() => user.failed('transport error', found));
    const request = completed(core, outgoing, found);
    const transaction = core.transactions.send(request, found, user);
    user.began?.(transaction);
  });
}

/** An ACK to a 2xx: sent without a transaction, and again for every copy of the 2xx (RFC 3261 13.2.2.4). */
export class SentAck {
  readonly #core: Core;
  #again: (() => void) | undefined;

  constructor(core: Core, outgoing: Outgoing) {
    this.#core = core;
    findChannel(core, outgoing.nextHop, found => {
      if (found instanceof Error) return this.#failed(found);
      const bytes = printMessage(completed(core, outgoing, found));
      const sent: Sent = error => {
        if (error) this.#failed(error);
      };
      this.#again = () => found.send(bytes, sent);
      this.#again();
    });
  }

  again(): void {
    this.#again?.();
  }

  /** The other side will send its 2xx again and, at last, BYE. */
  #failed(error: Error): void {
    this.#core.log.warn('sip ACK not sent', { reason: error.message });
  }
}

function findChannel(core: Core, nextHop: Peer | Uri, found: (channel: Channel | Error) => void): void {
  const take = (peer: Peer | Error) => {
    if (peer instanceof Error) return found(peer);
    found(core.transports.to(peer) ?? new Error(`nothing listens here for ${peer.transport} and ${peer.address}`));
  };
  if ('scheme' in nextHop) locate(nextHop, take);
  else take(nextHop);
}

function completed(core: Core, outgoing: Outgoing, channel: Channel) {
  const { method, uri, body } = outgoing;
  const headers: RawHeader[] = [['Via', viaText(channel.local, core.ids.branch())], ...outgoing.headers];
  if (outgoing.withContact) headers.push(contactOf(channel));
  headers.push(['User-Agent', core.name]);
  if (!body) return buildRequest({ method, uri, headers });
  headers.push(['Content-Type', body.type]);
  return buildRequest({ method, uri, headers, body: body.content });
}
