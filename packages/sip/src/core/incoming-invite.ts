import { Bug, type Deferred, defer } from '@parley/base';
import { DialogState } from '../dialog/dialog-state.ts';
import type { RawHeader, SipRequest } from '../message/message.ts';
import type { ServerTransactionUser } from '../transaction/server-transaction.ts';
import type { Peer } from '../transport/peer.ts';
import { answer, type Core, capabilities, contactOf, type Exchange } from './core.ts';
import { InviteDialog } from './invite-dialog.ts';
import { Leg } from './leg.ts';
import { sdpOf } from './session-body.ts';
import type { Body, Dialog, Invitation, LegEnd, Refusal } from './user-agent.ts';

/** The called side of an INVITE (RFC 3261 13.3). What comes after the end, because it crossed a CANCEL or BYE, is ignored. */
export class IncomingInvite implements Invitation, ServerTransactionUser {
  readonly request: SipRequest;
  readonly source: Peer;
  readonly offer: Body | undefined;
  readonly toTag: string;
  readonly #core: Core;
  readonly #exchange: Exchange;
  readonly #leg: Leg;
  #dialog: InviteDialog | undefined;
  /** Set once we have answered; settles at the ACK, or at the end before it. */
  #answered: Deferred<Dialog> | undefined;
  #acknowledged = false;
  #refused = false;

  constructor(core: Core, exchange: Exchange) {
    this.#core = core;
    this.#exchange = exchange;
    this.request = exchange.request;
    this.source = exchange.transaction.channel.peer;
    this.offer = sdpOf(exchange.request);
    this.toTag = core.ids.tag();
    this.#leg = new Leg(core.legs);
    this.#leg.onEnd(end => this.#ended(end));
    exchange.transaction.user = this;
    answer(core, exchange, { status: 100 });
  }

  get signal(): AbortSignal {
    return this.#leg.signal;
  }

  ring(): void {
    this.#provisional(180, undefined);
  }

  progress(sdp: Body): void {
    this.#provisional(183, sdp);
  }

  async answer(sdp: Body): Promise<Dialog> {
    if (this.#answered) throw new Bug('an INVITE is answered once');
    if (this.#leg.over) throw this.#leg.over;
    const answered = defer<Dialog>();
    this.#answered = answered;
    const dialog = this.#early();
    dialog.confirm();
    const bytes = this.#respond(200, sdp, capabilities(this.#core));
    dialog.awaitAck(this.#exchange, bytes, body => {
      this.#acknowledged = true;
      dialog.ackBody = this.offer ? undefined : body;
      answered.resolve(dialog);
    });
    return answered.promise;
  }

  reject(refusal: Refusal): void {
    if (this.#leg.over) return;
    if (this.#answered) throw new Bug('an INVITE that was answered cannot be refused');
    this.#refuse(refusal);
    this.#leg.end({ kind: 'rejected', reasons: [] });
  }

  /** RFC 3261 9.2: a CANCEL has no effect on an INVITE that has its final answer. */
  cancelled(cancel: SipRequest): void {
    if (!this.#answered) this.#leg.end({ kind: 'cancel', reasons: cancel.values('reason') });
  }

  #provisional(status: number, sdp: Body | undefined): void {
    if (this.#answered || this.#leg.over) return;
    this.#early();
    this.#respond(status, sdp, []);
  }

  #early(): InviteDialog {
    this.#dialog ??= new InviteDialog(this.#core, {
      state: DialogState.ofServer(this.request, this.toTag),
      leg: this.#leg,
      source: this.source.address,
      isCaller: false,
    });
    return this.#dialog;
  }

  #respond(status: number, sdp: Body | undefined, extra: readonly RawHeader[]): Uint8Array {
    const headers: RawHeader[] = [contactOf(this.#exchange.transaction.channel), ...extra];
    if (sdp) headers.push(['Content-Type', sdp.type]);
    return answer(this.#core, this.#exchange, { status, toTag: this.toTag, headers, body: sdp?.content });
  }

  #refuse(refusal: Refusal): void {
    answer(this.#core, this.#exchange, { ...refusal, toTag: this.toTag });
    this.#refused = true;
  }

  /** CANCEL (9.2), BYE in the early dialog (15.1.2) and our own closing end an INVITE without an answer with 487. */
  #ended(end: LegEnd): void {
    if (!this.#answered && !this.#refused) this.#refuse({ status: 487 });
    else if (!this.#acknowledged) this.#answered?.reject(end);
  }
}
