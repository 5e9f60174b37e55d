import { CallRefused } from '../core/call-refused.ts';
import { allow, answer, type Core, capabilities } from '../core/core.ts';
import type { DialogHost, Question } from '../core/dialog-host.ts';
import { send } from '../core/sender.ts';
import type { DialogState } from '../dialog/dialog-state.ts';
import type { DialogUser } from '../dialog/dialog-table.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Peer } from '../transport/peer.ts';
import { isSecure } from '../transport/secure.ts';

/** Addresses that one dialog may come from before the oldest is forgotten. */
const MOST_SOURCES = 4;

/** A dialog that a SUBSCRIBE or REFER made (RFC 6665 section 4.4.1): there while a usage of it is. */
export class EventDialog implements DialogHost, DialogUser {
  readonly isSecure: boolean;
  readonly #core: Core;
  readonly #state: DialogState;
  readonly #sources: string[];
  #holders = 0;

  /** @param source where the other side's message came from. */
  constructor(core: Core, state: DialogState, source: Peer) {
    this.#core = core;
    this.#state = state;
    this.#sources = [source.address];
    this.isSecure = isSecure(source);
  }

  get id() {
    return this.#state.id;
  }

  get localSequence(): number {
    return this.#state.localSequence;
  }

  refreshTarget(message: SipMessage, flow: Peer): void {
    this.#state.refreshTarget(message, flow);
  }

  retain(): () => void {
    let holds = true;
    if (this.#holders === 0) this.#core.dialogs.add(this);
    this.#holders += 1;
    return () => {
      if (!holds) return;
      holds = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#core.dialogs.remove(this);
    };
  }

  ask(method: string, { headers = [], body, withContact }: Question = {}): Promise<SipResponse | CallRefused> {
    const { uri, routes, nextHop } = this.#state.routing();
    const numbers = this.#state;
    const all = [...numbers.headers(method, numbers.nextSequence(), routes), ...headers];
    return new Promise(resolve => {
      send(
        this.#core,
        { method, uri, headers: all, body, nextHop, withContact, numbers },
        {
          response: response => {
            if (response.status >= 200) resolve(response);
          },
          failed: (why, error) => resolve(new CallRefused(why === 'timeout' ? 408 : 503, error?.message)),
        },
      );
    });
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    const exchange = { request, transaction };
    const toTag = this.id.localTag;
    if (!this.#state.inOrder(request.cseq.number)) {
      answer(this.#core, exchange, { status: 500, reason: 'CSeq Out of Order', toTag });
      return;
    }
    const { method } = request;
    const usage = this.#core.dialogHandlers.get(method);
    if (usage) usage(exchange, this);
    else if (method === 'OPTIONS')
      answer(this.#core, exchange, { status: 200, headers: capabilities(this.#core), toTag });
    else answer(this.#core, exchange, { status: 405, headers: [allow(this.#core)], toTag });
  }

  /** There was no INVITE. */
  ack(): void {}

  knows(source: string): boolean {
    return this.#sources.includes(source);
  }

  movedTo(source: string): void {
    this.#sources.push(source);
    if (this.#sources.length > MOST_SOURCES) this.#sources.shift();
  }
}
