import { messageOf, type Timer } from '@parley/base';
import type { RawHeader, SipRequest } from '../message/message.ts';
import type { ServerTransactionUser } from '../transaction/server-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import { answer, asksForSips, type Core, capabilities, contactOf, type Exchange } from './core.ts';
import { stackOf } from './counted-clock.ts';
import type { DialogParts } from './dialog-parts.ts';
import { sdpOf } from './session-body.ts';
import type { Body, OfferHandler, Refusal, ReInviteAnswer } from './user-agent.ts';

export interface IncomingOfferOptions {
  readonly exchange: Exchange;
  readonly parts: DialogParts;
  /** Who decides; without anybody it is 488. */
  readonly handler: OfferHandler | undefined;
  /** The 2xx has gone; its bytes, and what was decided (undefined when there was nothing to decide). */
  readonly accepted?: (bytes: Uint8Array, result: ReInviteAnswer | undefined) => void;
}

/**
 * A re-INVITE, UPDATE or PRACK of the other side that may carry an offer, from its arrival to its final answer (RFC 3261 14.2,
 * RFC 3311 5.2, RFC 3262 5). The application may take its time: an INVITE gets 100 then, the others 504 when it takes too long.
 */
export class IncomingOffer implements ServerTransactionUser {
  readonly toTag: string;
  readonly #core: Core;
  readonly #options: IncomingOfferOptions;
  readonly #request: SipRequest;
  readonly #offer: Body | undefined;
  readonly #withdrawn = new AbortController();
  #forget: () => void = () => undefined;
  #deadline: Timer | undefined;
  #done = false;

  constructor(core: Core, options: IncomingOfferOptions) {
    this.#core = core;
    this.#options = options;
    this.#request = options.exchange.request;
    this.#offer = sdpOf(this.#request);
    this.toTag = options.parts.state.id.localTag;
  }

  /** Answers it, now or later. Throws what the application's handler throws, answered with 500 then. */
  take(): void {
    const { method } = this.#request;
    const { turns } = this.#options.parts;
    const turn = turns.theirs(method, this.#offer !== undefined);
    if (turn === 'pending') this.#answer({ status: 491 });
    else if (turn === 'busy') this.#answer({ status: 500, headers: [this.#retrySoon()] });
    // RFC 3311 5.2: without an offer there is nothing to ask anybody.
    else if (method !== 'INVITE' && !this.#offer) this.#accept(undefined);
    else this.#ask();
  }

  /** A CANCEL of a re-INVITE: the dialog goes on as it was. */
  cancelled(): void {
    this.#settle({ status: 487 });
  }

  #ask(): void {
    const { exchange, parts, handler } = this.#options;
    const { method } = this.#request;
    if (method === 'INVITE') parts.turns.inviting = 'theirs';
    if (method === 'UPDATE') parts.turns.updating('theirs', true);
    if (this.#offer) parts.turns.offered('theirs');
    exchange.transaction.user = this;
    this.#forget = parts.leg.onEnd(() => this.#settle({ status: 487 }));
    try {
      const { peer } = exchange.transaction.channel;
      const result = handler?.(this.#offer, peer, this.#withdrawn.signal) ?? { status: 488 };
      if (result instanceof Promise) this.#await(result);
      else this.#settle(result);
    } catch (thrown) {
      this.#settle({ status: 500 });
      throw thrown;
    }
  }

  #await(result: Promise<ReInviteAnswer | Refusal>): void {
    if (this.#request.method === 'INVITE') this.#answer({ status: 100 });
    // RFC 3311 5.2 has 504 for what cannot be decided at once; the other side's transaction lasts 64*T1.
    else {
      const half = patience(this.#core.timers) / 2;
      this.#deadline = this.#core.clock.after(half, () => this.#settle({ status: 504 }));
    }
    result.then(
      settled => this.#settle(settled),
      (thrown: unknown) => {
        this.#core.log.error('sip offer failed', { reason: messageOf(thrown), stack: stackOf(thrown) });
        this.#settle({ status: 500 });
      },
    );
  }

  #settle(result: ReInviteAnswer | Refusal): void {
    if (this.#done) return;
    this.#done = true;
    this.#deadline?.cancel();
    this.#forget();
    const { turns } = this.#options.parts;
    if (this.#request.method === 'INVITE') turns.inviting = undefined;
    if (this.#request.method === 'UPDATE') turns.updating('theirs', false);
    if (!('status' in result)) {
      this.#accept(result);
      return;
    }
    if (this.#offer) turns.withdrawn();
    this.#answer(result);
    this.#withdrawn.abort();
  }

  #accept(result: ReInviteAnswer | undefined): void {
    const { parts, accepted } = this.#options;
    const body = result?.sdp;
    if (this.#offer) parts.turns.answered(body);
    else if (body) parts.turns.offered('ours', body);
    const bytes = this.#answer({ status: 200, headers: this.#acceptHeaders(body), body: body?.content });
    accepted?.(bytes, result);
  }

  #acceptHeaders(body: Body | undefined): readonly RawHeader[] {
    const { exchange, parts } = this.#options;
    const headers: RawHeader[] = [];
    // PRACK refreshes neither the target nor the session (RFC 3262 section 6, RFC 4028 section 7.1).
    if (this.#request.method !== 'PRACK') {
      parts.state.refreshTarget(this.#request, exchange.transaction.channel.peer);
      headers.push(contactOf(exchange.transaction.channel, asksForSips(this.#request)), ...capabilities(this.#core));
      headers.push(...(parts.session?.grant(this.#request) ?? []));
    }
    if (body) headers.push(['Content-Type', body.type]);
    return headers;
  }

  #answer(response: Refusal & { readonly body?: Uint8Array }): Uint8Array {
    const toTag = response.status === 100 ? undefined : this.toTag;
    return answer(this.#core, this.#options.exchange, { ...response, toTag });
  }

  /** RFC 3261 14.2: between 0 and 10 seconds. */
  #retrySoon(): RawHeader {
    return ['Retry-After', String(Math.floor(this.#core.ids.fraction() * 11))];
  }
}
