import { Bug, type Deferred, defer } from '@parley/base';
import { DialogState } from '../dialog/dialog-state.ts';
import { lists, parseRAck } from '../message/index.ts';
import type { RawHeader, SipRequest } from '../message/message.ts';
import type { ServerTransactionUser } from '../transaction/server-transaction.ts';
import type { Peer } from '../transport/peer.ts';
import {
  allow,
  answer,
  asksForSips,
  type Core,
  capabilities,
  contactOf,
  type Exchange,
  printedResponse,
} from './core.ts';
import { InviteDialog } from './invite-dialog.ts';
import { Leg } from './leg.ts';
import { type Provisional, ReliableProvisionals } from './reliable-provisional.ts';
import { replacedBy } from './replaced-dialog.ts';
import { sdpOf } from './session-body.ts';
import type { Body, Dialog, Invitation, LegEnd, Refusal } from './user-agent.ts';

/** What goes with a provisional response, and who hears of its PRACK. */
interface Early {
  readonly sdp: Body | undefined;
  readonly acknowledged: ((answer: Body | undefined) => void) | undefined;
}

/** What a reliable provisional response is when it is on its way: `carries` says what its description was. */
interface Reliable extends Early {
  carries: 'offer' | 'answer' | undefined;
}

/** The called side of an INVITE (RFC 3261 13.3). What comes after the end, because it crossed a CANCEL or BYE, is ignored. */
export class IncomingInvite implements Invitation, ServerTransactionUser {
  readonly request: SipRequest;
  readonly source: Peer;
  readonly offer: Body | undefined;
  readonly replaces: Dialog | undefined;
  readonly toTag: string;
  readonly #core: Core;
  readonly #exchange: Exchange;
  readonly #leg: Leg;
  readonly #mode: 'none' | 'with description' | 'all';
  readonly #provisionals: ReliableProvisionals<Reliable>;
  #dialog: InviteDialog | undefined;
  /** Set once the application has answered; settles at the ACK, or at the end before it. */
  #answered: Deferred<Dialog> | undefined;
  /** The answer, while it waits for a PRACK. */
  #waiting: Body | undefined;
  #final = false;
  #acknowledged = false;

  constructor(core: Core, exchange: Exchange) {
    this.#core = core;
    this.#exchange = exchange;
    this.request = exchange.request;
    this.source = exchange.transaction.channel.peer;
    this.offer = sdpOf(exchange.request);
    const replaced = replacedBy(core, exchange.request);
    this.replaces = replaced && 'dialog' in replaced ? replaced.dialog : undefined;
    this.toTag = core.ids.tag();
    this.#leg = new Leg(core.legs);
    this.#leg.onEnd(end => this.#ended(end));
    this.#mode = modeOf(core, exchange.request);
    this.#provisionals = new ReliableProvisionals<Reliable>(core, {
      exchange,
      toTag: this.toTag,
      print: (provisional, rseq) => this.#printReliable(provisional, rseq),
      gaveUp: () => this.#giveUp(),
    });
    exchange.transaction.user = this;
    answer(core, exchange, { status: 100 });
  }

  get signal(): AbortSignal {
    return this.#leg.signal;
  }

  get dialog(): Dialog | undefined {
    return this.#dialog;
  }

  ring(): void {
    this.#provisional(180, { sdp: undefined, acknowledged: undefined });
  }

  progress(sdp: Body, acknowledged?: (answer: Body | undefined) => void): void {
    this.#provisional(183, { sdp, acknowledged });
  }

  async answer(sdp: Body): Promise<Dialog> {
    if (this.#answered) throw new Bug('an INVITE is answered once');
    if (this.#leg.over) throw this.#leg.over;
    const answered = defer<Dialog>();
    this.#answered = answered;
    // RFC 3262 section 3: no 2xx while a reliable response with a description waits for its PRACK.
    if (this.#provisionals.outstanding?.matter.carries) this.#waiting = sdp;
    else this.#accept(sdp);
    return answered.promise;
  }

  reject(refusal: Refusal): void {
    const { status } = refusal;
    if (!(Number.isInteger(status) && status >= 300 && status < 700))
      throw new Bug(`${status} refuses nothing: 300 to 699 do`);
    if (this.#leg.over) return;
    if (this.#answered) throw new Bug('an INVITE that was answered cannot be refused');
    this.#refuse(refusal);
    this.#leg.end({ kind: 'rejected', reasons: [] });
  }

  /** Nobody will decide any more. */
  abandoned(): void {
    if (!this.#answered) this.reject({ status: 500 });
  }

  /** RFC 3261 9.2: a CANCEL has no effect on an INVITE that has its final answer. */
  cancelled(cancel: SipRequest): void {
    if (!this.#final) this.#leg.end({ kind: 'cancel', reasons: cancel.values('reason') });
  }

  #provisional(status: number, early: Early): void {
    if (this.#answered || this.#leg.over) return;
    this.#early();
    if (this.#mode === 'all' || (this.#mode === 'with description' && early.sdp))
      this.#provisionals.send({ status, matter: { ...early, carries: undefined } });
    else this.#respond(status, early.sdp, [allow(this.#core)]);
  }

  #early(): InviteDialog {
    this.#dialog ??= this.#newDialog();
    return this.#dialog;
  }

  #newDialog(): InviteDialog {
    const dialog = new InviteDialog(this.#core, {
      state: DialogState.ofServer(this.request, this.toTag, this.source),
      leg: this.#leg,
      source: this.source,
      isCaller: false,
      said: this.request,
      session: this.#core.invites.session,
    });
    dialog.turns.inviting = 'theirs';
    if (this.offer) dialog.turns.offered('theirs');
    dialog.on('PRACK', exchange => this.#prack(exchange));
    return dialog;
  }

  /**
   * A description goes only where it has a meaning: as the answer, or as the first offer. RFC 3262 section 5: without an offer in
   * the INVITE the first reliable response has to make one, so one that has none is not sent.
   */
  #printReliable({ status, matter }: Provisional<Reliable>, rseq: number): Uint8Array | undefined {
    const { turns } = this.#early();
    const isFirst = turns.open === undefined && !turns.exchanged;
    if (isFirst && !matter.sdp) {
      this.#core.log.debug('sip answer not sent', { reason: `a reliable ${status} has to have an offer` });
      return undefined;
    }
    if (matter.sdp && isFirst) this.#carry(matter, 'offer', matter.sdp);
    else if (matter.sdp && !turns.exchanged) this.#carry(matter, 'answer', matter.sdp);
    const headers: RawHeader[] = [
      contactOf(this.#exchange.transaction.channel, asksForSips(this.request)),
      allow(this.#core),
      ['Require', '100rel'],
      ['RSeq', String(rseq)],
    ];
    const body = matter.carries ? matter.sdp : undefined;
    if (body) headers.push(['Content-Type', body.type]);
    return printedResponse(this.#core, this.request, { status, toTag: this.toTag, headers, body: body?.content });
  }

  #carry(matter: Reliable, what: 'offer' | 'answer', sdp: Body): void {
    const { turns } = this.#early();
    matter.carries = what;
    turns.unpracked = true;
    if (what === 'offer') turns.offered('ours', sdp);
    else turns.answered(sdp);
  }

  #prack(exchange: Exchange): void {
    const { request } = exchange;
    const dialog = this.#early();
    const done = this.#provisionals.acknowledge(parseRAck(request.header('rack') ?? ''));
    if (!done) {
      answer(this.#core, exchange, { status: 481, toTag: this.toTag });
      return;
    }
    const { carries, acknowledged } = done.matter;
    const body = sdpOf(request);
    if (carries) dialog.turns.unpracked = false;
    if (body && carries !== 'offer') dialog.takeOffer(exchange);
    else answer(this.#core, exchange, { status: 200, toTag: this.toTag });
    if (carries === 'offer') this.#answeredInPrack(dialog, body);
    if (carries) acknowledged?.(body);
    this.#proceed();
  }

  #answeredInPrack(dialog: InviteDialog, body: Body | undefined): void {
    if (!body) {
      dialog.turns.withdrawn();
      return;
    }
    dialog.turns.answered();
    dialog.ackBody = body;
  }

  /** The next reliable response, or the answer that waits for none any more. */
  #proceed(): void {
    const sdp = this.#waiting;
    this.#waiting = undefined;
    if (sdp && !this.#leg.over) this.#accept(sdp);
    else this.#provisionals.proceed();
  }

  #accept(sdp: Body): void {
    const dialog = this.#early();
    const { turns } = dialog;
    this.#final = true;
    this.#provisionals.finish();
    dialog.confirm();
    // RFC 6337 section 3.1.1: what a reliable provisional response has settled is not said again.
    const body = turns.exchanged ? undefined : sdp;
    const makesOffer = body !== undefined && turns.open === undefined;
    if (makesOffer) turns.offered('ours', body);
    else if (body) turns.answered(body);
    const session = dialog.session?.grant(this.request) ?? [];
    const bytes = this.#respond(200, body, [...capabilities(this.#core), ...session]);
    dialog.awaitAck(this.#exchange, bytes, ackBody => {
      this.#acknowledged = true;
      if (makesOffer) dialog.ackBody = ackBody;
      dialog.firstTurn.begin();
      this.#answered?.resolve(dialog);
    });
  }

  #respond(status: number, sdp: Body | undefined, extra: readonly RawHeader[]): Uint8Array {
    const headers: RawHeader[] = [contactOf(this.#exchange.transaction.channel, asksForSips(this.request)), ...extra];
    if (sdp) headers.push(['Content-Type', sdp.type]);
    return answer(this.#core, this.#exchange, { status, toTag: this.toTag, headers, body: sdp?.content });
  }

  #refuse(refusal: Refusal): void {
    this.#final = true;
    this.#provisionals.finish();
    answer(this.#core, this.#exchange, { ...refusal, toTag: this.toTag });
  }

  /** RFC 3262 section 3: no PRACK for 64*T1 means a 5xx. */
  #giveUp(): void {
    if (!this.#final) this.#refuse({ status: 504 });
    this.#leg.end({ kind: 'no ack', reasons: [] });
  }

  /** CANCEL (9.2), BYE in the early dialog (15.1.2) and our own closing end an INVITE without an answer with 487. */
  #ended(end: LegEnd): void {
    if (!this.#final) this.#refuse({ status: 487 });
    if (!this.#acknowledged) this.#answered?.reject(end);
  }
}

/** Which provisional responses are reliable: all when one side insists, those with a description when the caller can (RFC 3262 section 3). */
function modeOf(core: Core, invite: SipRequest): 'none' | 'with description' | 'all' {
  const { reliable } = core.invites;
  if (reliable === 'never') return 'none';
  if (reliable === 'required' || lists(invite, 'require', '100rel')) return 'all';
  return lists(invite, 'supported', '100rel') ? 'with description' : 'none';
}
