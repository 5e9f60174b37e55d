import type { Clock } from '@parley/base';
import type { SipRequest } from '../message/message.ts';
import type { Channel, Sent } from '../transport/transport.ts';
import { Runner } from './machine.ts';
import {
  inviteServer,
  requestServer,
  type ServerAction,
  type ServerEvent,
  type ServerState,
} from './server-machines.ts';
import type { SipTimers } from './sip-timers.ts';

/** What the owner of a server transaction hears after the request itself. */
export interface ServerTransactionUser {
  /** To tag of all its answers: that to a CANCEL has the same (RFC 3261 9.2). */
  readonly toTag?: string;
  /** A CANCEL came for this INVITE, which has no final answer yet. */
  cancelled?(cancel: SipRequest): void;
  /** An answer could not be sent. */
  transportFailed?(error: Error): void;
}

export interface ServerTransactionOptions {
  readonly key: string;
  /** Key of its merged copies; undefined inside a dialog. */
  readonly mergeKey: string | undefined;
  readonly method: string;
  /** Where answers go. */
  readonly channel: Channel;
  readonly clock: Clock;
  readonly timers: SipTimers;
  readonly owner: ServerTransactionOwner;
}

/** The transaction layer, as one of its transactions sees it. */
export interface ServerTransactionOwner {
  request(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK to a 2xx. */
  ack(ack: SipRequest, channel: Channel): void;
  ended(transaction: ServerTransaction): void;
}

/** One request that we answer (RFC 3261 17.2, RFC 6026): keeps the newest answer for retransmissions of the request. */
export class ServerTransaction {
  readonly key: string;
  readonly mergeKey: string | undefined;
  readonly method: string;
  readonly channel: Channel;
  user: ServerTransactionUser | undefined;
  readonly #options: ServerTransactionOptions;
  readonly #runner: Runner<ServerState, ServerEvent, ServerAction>;
  readonly #sent: Sent;
  #newest: Uint8Array | undefined;
  #status = 0;
  #toTag = '';
  /** What is being received right now; nothing holds on to a request after that. */
  #incoming: SipRequest | undefined;
  #error: Error | undefined;

  constructor(options: ServerTransactionOptions) {
    this.key = options.key;
    this.mergeKey = options.mergeKey;
    this.method = options.method;
    this.channel = options.channel;
    this.#options = options;
    this.#sent = error => {
      if (error) this.#failed(error);
    };
    this.#runner = new Runner<ServerState, ServerEvent, ServerAction>({
      machine: options.method === 'INVITE' ? inviteServer : requestServer,
      initial: 'new',
      terminated: 'terminated',
      clock: options.clock,
      timers: options.timers,
      reliable: options.channel.reliable,
      perform: action => this.#perform(action),
      ended: () => options.owner.ended(this),
    });
  }

  get state(): ServerState {
    return this.#runner.state;
  }

  /** Status of the newest answer; 0 before the first. */
  get status(): number {
    return this.#status;
  }

  /** To tag of the newest answer. */
  get toTag(): string {
    return this.#toTag;
  }

  /** The request itself, a retransmission of it, or an ACK with its key: to a refusal, or to a 2xx by a peer who keeps the branch. */
  receive(request: SipRequest): void {
    this.#incoming = request;
    this.#runner.fire(request.method === 'ACK' ? 'ACK' : 'request');
    this.#incoming = undefined;
  }

  /** Sends an answer; ignored when the state does not allow it any more (a second final answer, an answer after the end). */
  respond(status: number, bytes: Uint8Array, toTag = ''): void {
    const event = status < 200 ? 'send 1xx' : status < 300 ? 'send 2xx' : 'send 3xx-6xx';
    const before = this.#newest;
    this.#newest = bytes;
    if (!this.#runner.fire(event)) {
      this.#newest = before;
      return;
    }
    this.#status = status;
    this.#toTag = toTag;
    // The call may be over long before timer J, H or L: nothing of it is kept for copies of the request.
    if (status >= 200) this.user = undefined;
  }

  abandon(): void {
    this.#runner.abandon();
  }

  #failed(error: Error): void {
    this.#error = error;
    this.#runner.fire('transport error');
  }

  #perform(action: ServerAction): void {
    switch (action) {
      case 'send':
        if (this.#newest) this.channel.send(this.#newest, this.#sent);
        break;
      case 'pass up':
        if (this.#incoming) this.#options.owner.request(this.#incoming, this);
        break;
      case 'pass ACK up':
        if (this.#incoming) this.#options.owner.ack(this.#incoming, this.channel);
        break;
      case 'report transport error':
        if (this.#error) this.user?.transportFailed?.(this.#error);
    }
  }
}
