import type { Clock } from '@parley/base';
import { buildRequest, printMessage } from '../message/index.ts';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import type { Channel, Sent } from '../transport/transport.ts';
import {
  type ClientAction,
  type ClientEvent,
  type ClientState,
  inviteClient,
  requestClient,
} from './client-machines.ts';
import { Runner } from './machine.ts';
import { clientKey } from './matching.ts';
import type { SipTimers } from './sip-timers.ts';

/** What the owner of a client transaction hears. */
export interface ClientTransactionUser {
  /** Every 1xx, the first final answer, and for INVITE every further 2xx (of other forks, or again from the same). */
  response(response: SipResponse): void;
  /** There is no answer, and there will be none. */
  failed(why: 'timeout' | 'transport error', error?: Error): void;
}

export interface ClientTransactionOptions {
  readonly request: SipRequest;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly timers: SipTimers;
  readonly user: ClientTransactionUser;
  readonly ended: (transaction: ClientTransaction) => void;
}

/** One request that we send (RFC 3261 17.1, RFC 6026). */
export class ClientTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly channel: Channel;
  readonly #options: ClientTransactionOptions;
  readonly #runner: Runner<ClientState, ClientEvent, ClientAction>;
  readonly #bytes: Uint8Array;
  readonly #sent: Sent;
  #ack: Uint8Array | undefined;
  #response: SipResponse | undefined;
  #error: Error | undefined;

  constructor(options: ClientTransactionOptions) {
    this.#options = options;
    this.request = options.request;
    this.channel = options.channel;
    this.key = clientKey(options.request);
    this.#bytes = printMessage(options.request);
    this.#sent = error => {
      if (error) this.#failed(error);
    };
    this.#runner = new Runner<ClientState, ClientEvent, ClientAction>({
      machine: options.request.method === 'INVITE' ? inviteClient : requestClient,
      initial: 'new',
      terminated: 'terminated',
      clock: options.clock,
      timers: options.timers,
      reliable: options.channel.reliable,
      perform: action => this.#perform(action),
      ended: () => options.ended(this),
    });
  }

  get state(): ClientState {
    return this.#runner.state;
  }

  start(): void {
    this.#runner.fire('request from TU');
  }

  receive(response: SipResponse): void {
    this.#response = response;
    this.#runner.fire(response.status < 200 ? '1xx' : response.status < 300 ? '2xx' : '3xx-6xx');
    this.#response = undefined;
  }

  /** Ends it without a word, for example 64*T1 after a CANCEL that had no effect (9.1). */
  abandon(): void {
    this.#runner.abandon();
  }

  /** Ends it because nothing can be sent any more. */
  close(): void {
    const waits = this.state === 'calling' || this.state === 'trying' || this.state === 'proceeding';
    this.abandon();
    if (waits) this.#options.user.failed('transport error', new Error('the user agent is closed'));
  }

  #failed(error: Error): void {
    this.#error = error;
    this.#runner.fire('transport error');
  }

  #perform(action: ClientAction): void {
    const { user } = this.#options;
    switch (action) {
      case 'send':
        this.channel.send(this.#bytes, this.#sent);
        break;
      case 'send ACK':
        if (!this.#ack && this.#response) this.#ack = printMessage(ackFor(this.request, this.#response));
        if (this.#ack) this.channel.send(this.#ack, this.#sent);
        break;
      case 'pass up':
        if (this.#response) user.response(this.#response);
        break;
      case 'report timeout':
        user.failed('timeout');
        break;
      case 'report transport error':
        user.failed('transport error', this.#error);
    }
  }
}

/** The ACK to a refusal: hop by hop, with the INVITE's own Via, Request-URI and route (RFC 3261 17.1.1.3). */
function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  return sameHop(invite, 'ACK', response.header('to') ?? '');
}

/** The CANCEL of an INVITE that was sent (RFC 3261 9.1). */
export function cancelOf(invite: SipRequest, extra: readonly RawHeader[]): SipRequest {
  return sameHop(invite, 'CANCEL', invite.header('to') ?? '', extra);
}

function sameHop(invite: SipRequest, method: string, to: string, extra: readonly RawHeader[] = []): SipRequest {
  const headers: RawHeader[] = [
    ['Via', invite.values('via')[0]],
    ['Max-Forwards', '70'],
    ...invite.values('route').map((route): RawHeader => ['Route', route]),
    ['From', invite.header('from') ?? ''],
    ['To', to],
    ['Call-ID', invite.callId],
    ['CSeq', `${invite.cseq.number} ${method}`],
    ...extra,
  ];
  return buildRequest({ method, uri: invite.uri, headers });
}
