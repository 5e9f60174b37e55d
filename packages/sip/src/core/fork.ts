import { DialogState } from '../dialog/dialog-state.ts';
import type { SipResponse } from '../message/message.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { Core } from './core.ts';
import { InviteDialog } from './invite-dialog.ts';
import { endWith, Leg } from './leg.ts';
import { ProvisionalOrder } from './provisional-order.ts';
import { SentAck } from './sender.ts';
import { sdpOf } from './session-body.ts';
import type { SessionWish } from './session-terms.ts';
import type { Body } from './user-agent.ts';

export interface ForkOptions {
  /** The INVITE that is answered. */
  readonly transaction: ClientTransaction;
  readonly response: SipResponse;
  /** The call that it may become: it ends with that. Undefined for who is too late. */
  readonly call: Leg | undefined;
  readonly session: SessionWish | undefined;
  readonly offer: Body | undefined;
  /** Answers an offer of the other side, when the INVITE had none. */
  readonly answerOffer: (offer: Body) => Body | undefined;
}

/** One of those who answer an INVITE of ours (RFC 3261 13.2.2.4): from its first response with a To tag on. */
export class Fork {
  readonly dialog: InviteDialog;
  readonly leg: Leg;
  readonly #core: Core;
  readonly #options: ForkOptions;
  readonly #order = new ProvisionalOrder();
  /** The description of the other side that counts: its answer, or its offer when we made none. */
  #description: Body | undefined;
  #ack: SentAck | undefined;

  constructor(core: Core, options: ForkOptions) {
    const { transaction, response, call, session, offer } = options;
    this.#core = core;
    this.#options = options;
    this.leg = new Leg(core.legs);
    if (call) endWith(call, this.leg);
    this.dialog = new InviteDialog(core, {
      state: DialogState.ofClient(transaction.request, response, transaction.channel.peer),
      leg: this.leg,
      source: transaction.channel.peer,
      isCaller: true,
      said: response,
      session,
    });
    this.dialog.turns.inviting = 'ours';
    if (offer) this.dialog.turns.offered('ours', offer);
  }

  /** A 101 to 199; false when it is to be ignored. Throws `SipParseError`. */
  provisional(response: SipResponse): boolean {
    if (this.leg.over) return false;
    const arrival = this.#order.take(response);
    if (arrival.kind === 'ignored') return false;
    this.dialog.heard(response);
    if (arrival.kind !== 'new') return true;
    this.dialog.state.refreshTarget(response);
    this.dialog.prack(arrival.rack, this.#described(sdpOf(response)));
    return true;
  }

  /** The first 2xx, or a copy of it: the ACK goes out, with the answer if the 2xx had the offer. */
  accepted(response: SipResponse): void {
    if (this.#ack) {
      this.#ack.again();
      return;
    }
    const { dialog } = this;
    dialog.heard(response);
    dialog.state.confirm(response);
    const body = this.#described(sdpOf(response));
    if (dialog.turns.openInInvite === 'ours') dialog.turns.withdrawn();
    dialog.confirm();
    this.#acknowledge(body);
    dialog.session?.granted(response);
  }

  /** What the other side has described; from the 2xx, or from a reliable response before it. */
  get description(): Body | undefined {
    return this.#description;
  }

  get isAccepted(): boolean {
    return this.#ack !== undefined;
  }

  /** Takes a description that counts, and returns the answer when it was an offer. */
  #described(body: Body | undefined): Body | undefined {
    const { turns } = this.dialog;
    if (!body) return undefined;
    if (turns.openInInvite === 'ours') {
      this.#description = body;
      turns.answered();
      return undefined;
    }
    if (turns.exchanged || this.#options.offer) return undefined;
    this.#description = body;
    turns.offered('theirs');
    const answer = this.#options.answerOffer(body);
    if (answer) turns.answered(answer);
    else turns.withdrawn();
    return answer;
  }

  #acknowledge(body: Body | undefined): void {
    const { state } = this.dialog;
    const { uri, routes, nextHop } = state.routing();
    const headers = state.headers('ACK', this.#options.transaction.request.cseq.number, routes);
    this.#ack = new SentAck(this.#core, { method: 'ACK', uri, headers, body, nextHop });
  }
}
