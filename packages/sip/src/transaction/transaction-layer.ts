import type { Clock } from '@parley/base';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Peer } from '../transport/peer.ts';
import { isAsSafe } from '../transport/secure.ts';
import type { Channel } from '../transport/transport.ts';
import { ClientTransaction, type ClientTransactionUser } from './client-transaction.ts';
import { clientKey, isLegacy, mergeKey, serverKey } from './matching.ts';
import { ServerTransaction, type ServerTransactionOwner } from './server-transaction.ts';
import type { SipTimers } from './sip-timers.ts';

/** The core, as the transactions see it. */
export interface TransactionUser {
  /** A request that is no retransmission and not ACK. False refuses it (the core has answered without state, or not at all). */
  accepts(request: SipRequest, channel: Channel): boolean;
  /** It has a transaction now. */
  request(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK to a 2xx, or to nothing that we know. */
  ack(ack: SipRequest, channel: Channel): void;
  /** A transaction that `request` was told of is over. */
  ended?(transaction: ServerTransaction): void;
}

export interface TransactionLayerOptions {
  readonly clock: Clock;
  readonly timers: SipTimers;
  readonly user: TransactionUser;
  /** True for a proxy: the responses that it gets have the Vias of those who asked it, too. */
  readonly passesOn?: boolean;
}

/** Every transaction under way. What enters a table leaves it by the end of its machine, at the latest 64*T1 after the last message. */
export class TransactionLayer {
  readonly #options: TransactionLayerOptions;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #merging = new Map<string, ServerTransaction>();
  readonly #owner: ServerTransactionOwner;

  constructor(options: TransactionLayerOptions) {
    this.#options = options;
    const { user } = options;
    this.#owner = {
      request: (request, transaction) => user.request(request, transaction),
      ack: (ack, channel) => user.ack(ack, channel),
      ended: transaction => this.#forget(transaction),
    };
  }

  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** @param channel where the answer goes. Throws `SipParseError` when what matching needs cannot be read. */
  receiveRequest(request: SipRequest, channel: Channel): void {
    const key = serverKey(request);
    const present = this.#servers.get(key);
    if (request.method === 'ACK') {
      this.#ack(request, present, channel);
      return;
    }
    if (present) {
      present.receive(request);
      return;
    }
    if (!this.#options.user.accepts(request, channel)) return;
    this.#begin(request, key, channel);
  }

  /** Responses that match nothing are dropped, and those in clear to what was asked by TLS: they are not of who was asked. */
  receiveResponse(response: SipResponse, from: Peer): void {
    // RFC 3261 8.1.3.3: with a second Via it was meant for somebody else.
    if (!this.#options.passesOn && response.vias.length !== 1) return;
    const asking = this.#clients.get(clientKey(response));
    if (asking && isAsSafe(from, asking.channel.peer)) asking.receive(response);
  }

  /** The INVITE that a CANCEL means (9.2). */
  inviteOf(cancel: SipRequest): ServerTransaction | undefined {
    return this.#servers.get(serverKey(cancel, 'INVITE'));
  }

  /** Whether the same request is here already on another way and not refused yet (8.2.2.2). */
  isMerged(request: SipRequest): boolean {
    const key = mergeKey(request);
    const other = key === undefined ? undefined : this.#merging.get(key);
    return other !== undefined && other.status < 300;
  }

  /** Sends a request whose top Via has been made for `channel`. */
  send(request: SipRequest, channel: Channel, user: ClientTransactionUser): ClientTransaction {
    const { clock, timers } = this.#options;
    const transaction = new ClientTransaction({
      request,
      channel,
      clock,
      timers,
      user,
      ended: ended => void this.#clients.delete(ended.key),
    });
    this.#clients.set(transaction.key, transaction);
    transaction.start();
    return transaction;
  }

  close(): void {
    for (const transaction of [...this.#servers.values()]) transaction.abandon();
    for (const transaction of [...this.#clients.values()]) transaction.close();
  }

  #begin(request: SipRequest, key: string, channel: Channel): void {
    const { clock, timers } = this.#options;
    const merged = mergeKey(request);
    const { method } = request;
    const transaction = new ServerTransaction({
      key,
      mergeKey: merged,
      method,
      channel,
      clock,
      timers,
      owner: this.#owner,
    });
    this.#servers.set(key, transaction);
    if (transaction.mergeKey !== undefined) this.#merging.set(transaction.mergeKey, transaction);
    transaction.receive(request);
  }

  #forget(transaction: ServerTransaction): void {
    this.#servers.delete(transaction.key);
    const { mergeKey: merged } = transaction;
    if (merged !== undefined && this.#merging.get(merged) === transaction) this.#merging.delete(merged);
    this.#options.user.ended?.(transaction);
  }

  #ack(ack: SipRequest, present: ServerTransaction | undefined, channel: Channel): void {
    // RFC 2543 peers keep the branch, or have none, for every ACK: ours is the one with the tag of our answer (17.2.3).
    const foreign = present && isLegacy(present.key) && ack.to.parameters.get('tag') !== present.toTag;
    if (present && !foreign) present.receive(ack);
    else this.#options.user.ack(ack, channel);
  }
}
