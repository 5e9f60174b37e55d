import { type Log, messageOf } from '@parley/base';
import { SipParseError } from '../message/index.ts';
import type { SipMessage, SipRequest } from '../message/message.ts';
import { FAILED_HERE } from '../protection/refusal-words.ts';
import type { Refusals } from '../protection/refusals.ts';
import type { Channel } from '../transport/transport.ts';
import { stackOf } from './counted-clock.ts';

export interface FaultsOptions {
  readonly log: Log;
  readonly refusals: Refusals;
  /** Answers a request of which perhaps only a part could be read. May throw. */
  tellBack(partial: SipRequest, from: Channel, answer: { readonly status: number; readonly reason: string }): void;
}

/** What becomes of messages that cannot be read, and of those over which we ourselves fail: counted, logged, and answered where that is of use. */
export class Faults {
  readonly #options: FaultsOptions;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  /** A message that was thrown over before it was one; what is no `SipParseError` is a mistake of ours. */
  malformed(thrown: unknown, from: Channel): void {
    if (!(thrown instanceof SipParseError)) {
      this.ours('sip message failed', thrown, from);
      return;
    }
    const { refusals, tellBack } = this.#options;
    const { partial, status, message: reason } = thrown;
    const { method } = partial ?? {};
    const callId = partial?.header('call-id');
    const words = status === 500 ? FAILED_HERE : {};
    refusals.count({ reason: 'malformed', peer: from.peer, status, method, callId, detail: reason, ...words });
    if (!partial || partial.method === 'ACK' || !refusals.mayAnswerMalformed(from.peer)) return;
    try {
      tellBack(partial, from, { status, reason });
    } catch (unanswerable) {
      this.#log('debug', 'sip message unanswerable', unanswerable, from);
    }
  }

  /** Something was thrown over a whole message: its sender's mistake gets what `malformed` gives it, ours gets 500. */
  failed(thrown: unknown, message: SipMessage, from: Channel): void {
    const partial = message.kind === 'request' ? message : undefined;
    if (thrown instanceof SipParseError) {
      this.malformed(thrown.partial ? thrown : thrown.withPartial(partial), from);
      return;
    }
    this.ours('sip message failed', thrown, from);
    const isAnswerable = partial && partial.method !== 'ACK';
    if (isAnswerable) this.malformed(new SipParseError('server', 'internal error', { status: 500, partial }), from);
  }

  /** A mistake of ours: logged with the place where it was made. */
  ours(event: string, thrown: unknown, from: Channel): void {
    this.#log('error', event, thrown, from);
  }

  #log(level: 'debug' | 'error', event: string, thrown: unknown, from: Channel): void {
    const { transport, address } = from.peer;
    const stack = level === 'error' ? stackOf(thrown) : undefined;
    this.#options.log[level](event, { transport, source: address, reason: messageOf(thrown), stack });
  }
}
