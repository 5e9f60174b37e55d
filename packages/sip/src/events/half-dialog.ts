import type { Timer } from '@parley/base';
import { CallRefused } from '../core/call-refused.ts';
import { allowEvents, answer, type Core, type Exchange, supported } from '../core/core.ts';
import { type SenderUser, send } from '../core/sender.ts';
import type { Body, InviteTarget } from '../core/user-agent.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import type { DialogUser } from '../dialog/dialog-table.ts';
import { parseUri } from '../message/index.ts';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { Peer } from '../transport/peer.ts';
import { isSecure } from '../transport/secure.ts';
import { addressText } from './address-text.ts';
import { EventDialog } from './event-dialog.ts';
import { answering } from './receive-event.ts';

/** A SUBSCRIBE or REFER outside any dialog. */
export interface HalfDialogRequest {
  readonly method: 'SUBSCRIBE' | 'REFER';
  readonly target: InviteTarget;
  readonly from: string;
  readonly to: string | undefined;
  readonly headers: readonly RawHeader[];
  readonly body: Body | undefined;
}

/** What the owner of a half dialog hears. */
export interface HalfDialogUser {
  /** A final answer, or that there is none: 408, or 503 when the request could not be sent. */
  answered(response: SipResponse | CallRefused): void;
  /** A NOTIFY of a notifier that was not heard before; `dialog` makes the dialog with it, if it is wanted. */
  notified(exchange: Exchange, dialog: () => EventDialog): void;
  /** No further notifier is waited for: timer N has fired (RFC 6665 section 4.1.2.4). */
  expired(): void;
}

/**
 * What a SUBSCRIBE or REFER leaves behind until its NOTIFYs come: its Call-ID and our tag. The dialogs are made by the NOTIFYs, of
 * which there may be several when the request was forked, and the first may come before the answer (RFC 6665 section 4.4.1).
 */
export class HalfDialog implements DialogUser, SenderUser {
  readonly id: DialogUser['id'];
  readonly #core: Core;
  readonly #user: HalfDialogUser;
  #timerN: Timer | undefined;
  #sequence = 1;
  #asked: Peer | undefined;
  #closed = false;

  /** Throws `SipParseError` when a URI cannot be read. */
  constructor(core: Core, request: HalfDialogRequest, user: HalfDialogUser) {
    const { method, target, headers, body } = request;
    const nextHop = target.via ?? parseUri(target.uri);
    const [from, to] = [addressText(request.from), addressText(request.to ?? target.uri)];
    this.#core = core;
    this.#user = user;
    this.id = { callId: core.ids.callId(), localTag: core.ids.tag(), remoteTag: '' };
    const all: RawHeader[] = [
      ['Max-Forwards', '70'],
      ['From', `${from};tag=${this.id.localTag}`],
      ['To', to],
      ['Call-ID', this.id.callId],
      ['CSeq', `${this.#sequence} ${method}`],
      supported(core),
      ...allowEvents(core),
      ...headers,
    ];
    core.dialogs.expect(this);
    send(core, { method, uri: target.uri, headers: all, body, nextHop, withContact: true }, this);
  }

  get isSecure(): boolean {
    return this.#asked !== undefined && isSecure(this.#asked);
  }

  /** Number of the request, in its newest try. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Nothing more is wanted of it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timerN?.cancel();
    this.#core.dialogs.forget(this);
  }

  /** Timer N begins with each try, after the transaction's own: no answer at all is told as that. */
  began({ request, channel }: ClientTransaction): void {
    this.#timerN?.cancel();
    if (!this.#closed) this.#timerN = this.#core.clock.after(patience(this.#core.timers), () => this.#expire());
    this.#sequence = request.cseq.number;
    this.#asked = channel.peer;
  }

  wanted(): boolean {
    return !this.#closed;
  }

  response(response: SipResponse): void {
    if (response.status >= 200 && !this.#closed) this.#user.answered(response);
  }

  failed(why: 'timeout' | 'transport error', error?: Error): void {
    if (!this.#closed) this.#user.answered(new CallRefused(why === 'timeout' ? 408 : 503, error?.message));
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    const exchange = { request, transaction };
    if (request.method !== 'NOTIFY') {
      answer(this.#core, exchange, { status: 481 });
      return;
    }
    answering(this.#core, exchange, () =>
      this.#user.notified(exchange, () => {
        const { peer } = transaction.channel;
        const state = DialogState.ofNotify(request, this.#sequence, peer);
        state.inOrder(request.cseq.number);
        return new EventDialog(this.#core, state, peer);
      }),
    );
  }

  /** There was no INVITE. */
  ack(): void {}

  knows(source: string): boolean {
    return source === this.#asked?.address;
  }

  /** Whoever was admitted once is asked for again: each notifier may come from elsewhere. */
  movedTo(): void {}

  #expire(): void {
    this.close();
    this.#user.expired();
  }
}
