import { hash, randomBytes } from 'node:crypto';
import { messageOf } from '@parley/base';
import type { DialogUser } from '../dialog/dialog-table.ts';
import { SipParseError, validateRequest, validateResponse } from '../message/index.ts';
import type { SipMessage, SipRequest } from '../message/message.ts';
import { serverKey } from '../transaction/matching.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { TransactionUser } from '../transaction/transaction-layer.ts';
import type { Peer } from '../transport/peer.ts';
import type { Channel, Sent, TransportUser } from '../transport/transport.ts';
import { stamped } from '../transport/via.ts';
import { answer, type Core, capabilities, printedResponse } from './core.ts';
import { stackOf } from './counted-clock.ts';
import { IncomingInvite } from './incoming-invite.ts';
import { refusalOf } from './rules.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Refusal, UserAgentOptions } from './user-agent.ts';

/** Seconds that a caller is asked to stay away when our tables are full. */
const FULL: Refusal = { status: 503, headers: [['Retry-After', '10']] };

type Policy = Pick<UserAgentOptions, 'admit' | 'onInvitation'>;

/**
 * Everything that arrives comes through here, and nothing that it causes is thrown any further: a refusal costs no state (the core
 * answers like the stateless UAS of RFC 3261 8.2.7), the rest gets a transaction and goes to its dialog or to the application.
 */
export class Receiver implements TransportUser, TransactionUser {
  readonly #core: Core;
  readonly #policy: Policy;
  readonly #malformed: TokenBucket;
  readonly #secret = randomBytes(16).toString('hex');

  constructor(core: Core, policy: Policy) {
    this.#core = core;
    this.#policy = policy;
    this.#malformed = new TokenBucket(core.clock, core.budgets.malformedAnswersPerSecond);
  }

  received(message: SipMessage, from: Channel): void {
    try {
      if (message.kind === 'request') this.#received(message, from);
      else if (!validateResponse(message)) this.#core.transactions.receiveResponse(message);
    } catch (thrown) {
      this.#failed(thrown, message, from);
    }
  }

  malformed(thrown: unknown, from: Channel): void {
    if (!(thrown instanceof SipParseError)) {
      this.#log('error', 'sip message failed', thrown, from);
      return;
    }
    this.#log('debug', 'sip message malformed', thrown, from);
    const { partial, status, message: reason } = thrown;
    if (!partial || partial.method === 'ACK' || !this.#malformed.take()) return;
    try {
      this.#reply(stamped(partial, from.peer), from, { status, reason });
    } catch (unanswerable) {
      this.#log('debug', 'sip message unanswerable', unanswerable, from);
    }
  }

  accepts(request: SipRequest, channel: Channel): boolean {
    if (request.method === 'CANCEL') {
      this.#cancel(request, channel);
      return false;
    }
    const dialog = this.#core.dialogs.of(request);
    const refusal = this.#refusal(request, channel.peer, dialog);
    if (refusal) this.#reply(request, channel, refusal);
    // OPTIONS changes nothing, so it needs no memory either.
    else if (request.method === 'OPTIONS' && !dialog)
      this.#reply(request, channel, { status: 200, headers: capabilities(this.#core) });
    else return true;
    return false;
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    try {
      const dialog = this.#core.dialogs.of(request);
      const handler = this.#core.handlers.get(request.method);
      if (dialog) dialog.request(request, transaction);
      else if (handler) handler({ request, transaction });
      else this.#policy.onInvitation(new IncomingInvite(this.#core, { request, transaction }));
    } catch (thrown) {
      this.#log('error', 'sip request failed', thrown, transaction.channel);
      answer(this.#core, { request, transaction }, { status: 500, toTag: this.#core.ids.tag() });
    }
  }

  ack(ack: SipRequest): void {
    this.#core.dialogs.of(ack)?.ack(ack);
  }

  #received(request: SipRequest, from: Channel): void {
    const error = validateRequest(request);
    if (error) {
      this.malformed(error, from);
      return;
    }
    const known = stamped(request, from.peer);
    this.#core.transactions.receiveRequest(known, from.replyPath(known.vias[0]));
  }

  #refusal(request: SipRequest, source: Peer, dialog: DialogUser | undefined): Refusal | undefined {
    const unadmitted = this.#unadmitted(request, source, dialog);
    if (unadmitted) return unadmitted;
    if (this.#isFull(dialog)) return FULL;
    const broken = refusalOf(this.#core, request);
    if (broken || dialog) return broken;
    if (request.to.parameters.has('tag')) return { status: 481 };
    if (request.method !== 'INVITE' && request.method !== 'OPTIONS' && !this.#core.handlers.has(request.method))
      return { status: 481 };
    if (this.#core.transactions.isMerged(request)) return { status: 482, reason: 'Merged Request' };
    return request.method === 'INVITE' && this.#core.dialogs.size >= this.#core.budgets.dialogs ? FULL : undefined;
  }

  /** A dialog is trusted from where it is known to be; from anywhere else its requests are asked for like new ones. */
  #unadmitted(request: SipRequest, source: Peer, dialog: DialogUser | undefined): Refusal | undefined {
    if (dialog?.knows(source.address)) return undefined;
    const refusal = this.#policy.admit(request, source);
    if (!refusal) dialog?.movedTo(source.address);
    return refusal;
  }

  /** Calls that are there already have twice the room, so that a flood of new ones does not keep them from ending. */
  #isFull(dialog: DialogUser | undefined): boolean {
    const { transactions, budgets } = this.#core;
    return transactions.size >= budgets.transactions * (dialog ? 2 : 1);
  }

  /** RFC 3261 9.2: answered by itself, whatever becomes of the INVITE; the tag is that of the INVITE's answers. */
  #cancel(cancel: SipRequest, channel: Channel): void {
    const invite = this.#core.transactions.inviteOf(cancel);
    const isKnown = invite?.channel.peer.address === channel.peer.address;
    const refusal = isKnown ? undefined : this.#policy.admit(cancel, channel.peer);
    if (refusal) {
      this.#reply(cancel, channel, refusal);
      return;
    }
    if (!invite) {
      this.#reply(cancel, channel, { status: 481 });
      return;
    }
    this.#reply(cancel, channel, { status: 200 }, invite.user?.toTag ?? invite.toTag);
    invite.user?.cancelled?.(cancel);
  }

  /** Answers without a transaction; the tag is the same for every copy of the request (8.2.7). */
  #reply(request: SipRequest, channel: Channel, refusal: Refusal, toTag = this.#tagFor(request)): void {
    channel.send(printedResponse(this.#core, request, { ...refusal, toTag }), this.#sent);
  }

  #tagFor(request: SipRequest): string {
    return hash('sha1', `${this.#secret}${keyOf(request)}`).slice(0, 16);
  }

  readonly #sent: Sent = error => {
    if (error) this.#core.log.debug('sip answer not sent', { reason: error.message });
  };

  #failed(thrown: unknown, message: SipMessage, from: Channel): void {
    if (thrown instanceof SipParseError) {
      const partial = message.kind === 'request' ? message : undefined;
      this.malformed(thrown.partial ? thrown : thrown.withPartial(partial), from);
      return;
    }
    this.#log('error', 'sip message failed', thrown, from);
    if (message.kind !== 'request' || message.method === 'ACK') return;
    this.malformed(new SipParseError('server', 'internal error', { status: 500, partial: message }), from);
  }

  #log(level: 'debug' | 'error', event: string, thrown: unknown, from: Channel): void {
    const { transport, address } = from.peer;
    const stack = level === 'error' ? stackOf(thrown) : undefined;
    this.#core.log[level](event, { transport, source: address, reason: messageOf(thrown), stack });
  }
}

/** What a malformed request is known by: the key of its transaction when that can be read. */
function keyOf(request: SipRequest): string {
  try {
    return serverKey(request);
  } catch (thrown) {
    if (thrown instanceof SipParseError) return request.headers.map(([, value]) => value).join('|');
    throw thrown;
  }
}
