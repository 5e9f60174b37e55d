import type { DialogState } from '../dialog/dialog-state.ts';
import type { DialogUser } from '../dialog/dialog-table.ts';
import type { ReferHandler, ReferOptions, SentRefer } from '../events/events.ts';
import { eventful } from '../events/install-events.ts';
import { referInside } from '../events/send-refer.ts';
import { checkedField, lists, printReason, readable } from '../message/index.ts';
import type { RawHeader, SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Peer } from '../transport/peer.ts';
import { isSecure } from '../transport/secure.ts';
import { CallRefused } from './call-refused.ts';
import { allow, answer, type Core, capabilities, type Exchange, type RequestHandler } from './core.ts';
import type { DialogHost, Question } from './dialog-host.ts';
import type { DialogParts } from './dialog-parts.ts';
import { FirstTurn } from './first-turn.ts';
import { IncomingOffer } from './incoming-offer.ts';
import { Leg } from './leg.ts';
import { OfferAnswer } from './offer-answer.ts';
import { OutgoingOffer } from './outgoing-offer.ts';
import { type SenderUser, send } from './sender.ts';
import { sdpOf } from './session-body.ts';
import type { SessionWish } from './session-terms.ts';
import { SessionTimer } from './session-timer.ts';
import { Unacknowledged } from './unacknowledged.ts';
import type { Body, Dialog, LegEnd, OfferHandler, ReInviteAnswer } from './user-agent.ts';

export interface InviteDialogOptions {
  readonly state: DialogState;
  readonly leg: Leg;
  /** Where the other side's messages come from. */
  readonly source: Peer;
  /** Whether we made the call, and so own its Call-ID (RFC 3261 14.1). */
  readonly isCaller: boolean;
  /** What the other side said first: the INVITE, or the answer to it. */
  readonly said: SipMessage;
  /** What is asked of the session timer; undefined switches it off. */
  readonly session: SessionWish | undefined;
}

/** Addresses that one dialog may come from before the oldest is forgotten. */
const MOST_SOURCES = 4;
/** What ends a call, and what belongs to another usage of its dialog (RFC 5057), has a place after its end. */
const AFTER_THE_END: ReadonlySet<string> = new Set(['BYE', 'NOTIFY', 'SUBSCRIBE']);
const EXPIRED = printReason({ protocol: 'SIP', cause: 408, text: 'Session timer expired' });

/** The dialog of an INVITE on either side, from the first answer with a To tag until its BYE is answered (RFC 3261 12 to 15). */
export class InviteDialog implements Dialog, DialogUser, DialogHost {
  ackBody: Body | undefined;
  phase: 'early' | 'confirmed' = 'early';
  readonly isCaller: boolean;
  readonly isSecure: boolean;
  referHandler: ReferHandler | undefined;
  readonly turns = new OfferAnswer();
  readonly firstTurn = new FirstTurn();
  readonly session: SessionTimer | undefined;
  readonly #core: Core;
  readonly #state: DialogState;
  readonly #leg: Leg;
  readonly #parts: DialogParts;
  readonly #sources: string[];
  readonly #handlers = new Map<string, RequestHandler>();
  #unacknowledged: Unacknowledged | undefined;
  #acknowledged: (body: Body | undefined) => void = () => undefined;
  #reInvited: OfferHandler | undefined;
  #informed: ((request: SipRequest) => number) | undefined;
  #answered: ((answer: Body) => void) | undefined;
  #remote: Body | undefined;
  #takesUpdate = false;
  #bye: Promise<void> | undefined;
  #byeUnderWay = false;
  /** The ACK to the 2xx that made the call has come, or went. */
  #isAcknowledged: boolean;
  /** The other side has said BYE. */
  #heardBye = false;
  /** Other usages of this dialog. */
  #holders = 0;

  constructor(core: Core, options: InviteDialogOptions) {
    const { state, leg, isCaller } = options;
    this.#core = core;
    this.#state = state;
    this.#leg = leg;
    this.isCaller = isCaller;
    this.#isAcknowledged = isCaller;
    this.#sources = [options.source.address];
    this.isSecure = isSecure(options.source);
    this.session = this.#timer(options.session);
    this.#parts = { state, leg, turns: this.turns, session: this.session, isCaller };
    this.heard(options.said);
    core.dialogs.add(this);
    leg.onEnd(() => this.#ended());
  }

  get id() {
    return this.#state.id;
  }

  get callId(): string {
    return this.id.callId;
  }

  get localTag(): string {
    return this.id.localTag;
  }

  get remoteTag(): string {
    return this.id.remoteTag;
  }

  get remoteTarget(): string {
    return this.#state.target;
  }

  get localSequence(): number {
    return this.#state.localSequence;
  }

  get signal(): AbortSignal {
    return this.#leg.signal;
  }

  get state(): DialogState {
    return this.#state;
  }

  onReInvite(handler: OfferHandler): void {
    this.#reInvited = handler;
  }

  onInfo(handler: (request: SipRequest) => number): void {
    this.#informed = handler;
  }

  onAnswer(handler: (answer: Body) => void): void {
    this.#answered = handler;
  }

  onRefer(handler: ReferHandler): void {
    this.referHandler = handler;
  }

  refer(options: ReferOptions): SentRefer {
    return referInside(eventful(this.#core), this, options);
  }

  /** Sets who takes requests of a method inside this dialog that is not the dialog's own (NOTIFY, REFER, PRACK ...). */
  on(method: string, handler: RequestHandler): void {
    this.#handlers.set(method, handler);
  }

  refreshTarget(message: SipMessage, flow: Peer): void {
    this.#state.refreshTarget(message, flow);
  }

  /** RFC 5057: a subscription in this dialog may outlive the call. */
  retain(): () => void {
    let holds = true;
    this.#holders += 1;
    return () => {
      if (!holds) return;
      holds = false;
      this.#holders -= 1;
      this.#leave();
    };
  }

  /** A 2xx has gone or come: requests may be sent. */
  confirm(): void {
    this.phase = 'confirmed';
    this.turns.inviting = undefined;
  }

  /**
   * Remembers what a message of the other side says of it: whether it takes UPDATE, and its newest description. An Allow that cannot
   * be read is no reason to lose the message, which may be the 2xx to our INVITE.
   */
  heard(message: SipMessage): void {
    this.#takesUpdate = readable(() => takesUpdate(message)) ?? this.#takesUpdate;
    this.#remote = sdpOf(message) ?? this.#remote;
  }

  /** Repeats a 2xx of ours until its ACK comes; without one, ends the call with BYE (RFC 3261 13.3.1.4). */
  awaitAck(exchange: Exchange, bytes: Uint8Array, acknowledged: (body: Body | undefined) => void): void {
    this.#acknowledged = acknowledged;
    this.turns.unacknowledged = true;
    this.#unacknowledged = new Unacknowledged(this.#core, {
      transaction: exchange.transaction,
      bytes,
      toTag: this.localTag,
      sequence: exchange.request.cseq.number,
      gaveUp: () => this.hangUp({ kind: 'no ack', reasons: [] }),
    });
  }

  waits(run: () => void): boolean {
    return this.firstTurn.holds(run);
  }

  knows(source: string): boolean {
    return this.#sources.includes(source);
  }

  movedTo(source: string): void {
    this.#sources.push(source);
    if (this.#sources.length > MOST_SOURCES) this.#sources.shift();
  }

  ack(ack: SipRequest): void {
    const waiting = this.#unacknowledged;
    if (!waiting || waiting.sequence !== ack.cseq.number) return;
    this.#isAcknowledged = true;
    waiting.stop();
    this.#unacknowledged = undefined;
    this.turns.unacknowledged = false;
    if (this.#leg.over) return;
    const body = sdpOf(ack);
    if (this.turns.openInInvite === 'ours') {
      if (body) this.turns.answered();
      else this.turns.withdrawn();
    }
    this.#acknowledged(body);
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    const exchange = { request, transaction };
    const { method, cseq } = request;
    const isCopy = method === 'INVITE' && cseq.number === this.#state.remoteSequence;
    if (isCopy || !this.#state.inOrder(cseq.number)) {
      this.#answer(exchange, 500, 'CSeq Out of Order');
      return;
    }
    if (method === 'BYE') this.#hungUp(exchange);
    else if (this.#leg.over && this.#holders === 0) this.#answer(exchange, 481);
    else if (this.#leg.over) this.#other(exchange);
    else if (method === 'INVITE' || method === 'UPDATE') this.takeOffer(exchange);
    else if (method === 'INFO') this.#answer(exchange, this.#informed?.(request) ?? 415);
    else this.#other(exchange);
  }

  /** A re-INVITE, an UPDATE, or a PRACK with an offer. */
  takeOffer(exchange: Exchange): void {
    const accepted = (bytes: Uint8Array, result: ReInviteAnswer | undefined) => {
      this.heard(exchange.request);
      if (exchange.request.method === 'INVITE') this.awaitAck(exchange, bytes, body => result?.acknowledged?.(body));
    };
    new IncomingOffer(this.#core, { exchange, parts: this.#parts, handler: this.#reInvited, accepted }).take();
  }

  async reInvite(sdp: Body): Promise<Body | undefined> {
    return this.#offer('INVITE', sdp);
  }

  async update(sdp?: Body): Promise<Body | undefined> {
    if (!this.#takesUpdate) throw new CallRefused(405);
    return this.#offer('UPDATE', sdp);
  }

  async info(body: Body): Promise<number> {
    return this.#askAlive('INFO', { body });
  }

  async ping(): Promise<number> {
    return this.#askAlive('OPTIONS', { headers: [['Accept', 'application/sdp']] });
  }

  bye(reason?: string): Promise<void> {
    if (!this.#leg.over) this.hangUp({ kind: 'local', reasons: [] }, reason);
    return this.#bye ?? Promise.resolve();
  }

  /**
   * Sends a request other than INVITE and resolves with its final response, or with a `CallRefused` when none came: 408 without an
   * answer, 481 after the end of the call, 503 when it could not be sent. Never rejects; what the answer means for the dialog is the caller's affair.
   */
  ask(method: string, { headers = [], body, withContact }: Question = {}): Promise<SipResponse | CallRefused> {
    const { uri, routes, nextHop } = this.#state.routing();
    const isInPlace = () => !this.#leg.over || AFTER_THE_END.has(method);
    if (!isInPlace()) return Promise.resolve(new CallRefused(481));
    const numbers = this.#state;
    const all = [...numbers.headers(method, numbers.nextSequence(), routes), ...headers];
    return new Promise(resolve => {
      const user: SenderUser = {
        wanted: isInPlace,
        response: response => {
          if (response.status >= 200) resolve(response);
        },
        failed: (why, error) => resolve(new CallRefused(why === 'timeout' ? 408 : 503, error?.message)),
      };
      send(this.#core, { method, uri, headers: all, body, nextHop, withContact, numbers }, user);
    });
  }

  /** Acknowledges a reliable provisional response. What becomes of the PRACK shows in the INVITE itself. */
  prack(rack: string, body?: Body): void {
    void this.ask('PRACK', { headers: [['RAck', rack]], body });
  }

  /** Sends BYE and ends the leg with that reason. */
  hangUp(end: LegEnd, reason?: string): void {
    if (this.#leg.over) return;
    // Before anything has changed: a call that cannot be told that it is over goes on.
    if (reason !== undefined) checkedField(['Reason', reason]);
    // RFC 3261 15: who is called says no BYE in an early dialog; the INVITE ends instead.
    if (this.isCaller || this.phase === 'confirmed') this.#bye = this.#sayBye(reason);
    this.#leg.end(end);
  }

  /**
   * Hangs up who has answered although nobody waits for him, after his early dialog was given up too (RFC 3261 13.2.2.4): in the same
   * dialog, whose numbers go on.
   */
  hangUpAnswered(): void {
    this.hangUp({ kind: 'local', reasons: [] });
    if (this.#byeUnderWay) return;
    this.#core.dialogs.add(this);
    this.#bye = this.#sayBye(undefined);
  }

  async #sayBye(reason: string | undefined): Promise<void> {
    this.#byeUnderWay = true;
    const waiting = this.#isAcknowledged ? undefined : this.#unacknowledged;
    if (!waiting || (await this.#mayFollow(waiting)))
      await this.ask('BYE', { headers: reason === undefined ? [] : [['Reason', reason]] });
    this.#byeUnderWay = false;
    this.#leave();
  }

  /**
   * RFC 3261 15: who is called says no BYE before the ACK has come, or has not come for 64*T1. False when none is needed any more: the
   * other side has said it, or the user agent is closed.
   */
  async #mayFollow(waiting: Unacknowledged): Promise<boolean> {
    // The call is over, but whoever closes the user agent has to find what still waits.
    const rest = new Leg(this.#core.legs);
    rest.onEnd(() => waiting.stop());
    await waiting.settled;
    const isClosed = rest.over !== undefined;
    rest.end({ kind: 'local', reasons: [] });
    return !isClosed && !this.#heardBye;
  }

  async #askAlive(method: string, question: Question): Promise<number> {
    if (this.#leg.over) return 481;
    const { status } = await this.ask(method, question);
    if (status === 408 || status === 481) this.hangUp({ kind: status === 408 ? 'timeout' : 'rejected', reasons: [] });
    return status;
  }

  async #offer(method: 'INVITE' | 'UPDATE', sdp: Body | undefined): Promise<Body | undefined> {
    if (this.#leg.over) throw new CallRefused(481);
    const lost = (kind: LegEnd['kind']) => this.hangUp({ kind, reasons: [] });
    const prack = (rack: string) => this.prack(rack);
    const answer = await new OutgoingOffer(this.#core, { parts: this.#parts, method, sdp, prack, lost }).result;
    this.#remote = answer ?? this.#remote;
    return answer;
  }

  #timer(wish: SessionWish | undefined): SessionTimer | undefined {
    if (!wish) return undefined;
    const refresh = () => {
      this.#refresh().catch((thrown: unknown) =>
        this.#core.log.error('sip refresh failed', { reason: String(thrown) }),
      );
    };
    const expired = () => this.hangUp({ kind: 'timeout', reasons: [] }, EXPIRED);
    return new SessionTimer(this.#core, { wish, refresh, expired });
  }

  /** RFC 4028 section 7.4: by UPDATE where the other side takes it, by a re-INVITE with the description that is in force otherwise. */
  async #refresh(): Promise<void> {
    try {
      const { local } = this.turns;
      if (this.#takesUpdate) await this.#offer('UPDATE', undefined);
      else if (local) await this.#refreshByInvite(local);
    } catch (refused) {
      if (!(refused instanceof CallRefused)) throw refused;
      if (refused.status === 405 || refused.status === 501) this.#takesUpdate = false;
      this.session?.again();
    }
  }

  async #refreshByInvite(local: Body): Promise<void> {
    const before = this.#remote;
    const answer = await this.#offer('INVITE', local);
    const isNew = answer && (!before || Buffer.compare(before.content, answer.content) !== 0);
    if (isNew) this.#answered?.(answer);
  }

  #other(exchange: Exchange): void {
    const { method } = exchange.request;
    const handler = this.#leg.over ? undefined : this.#handlers.get(method);
    const usage = this.#core.dialogHandlers.get(method);
    if (handler) handler(exchange);
    else if (usage) usage(exchange, this);
    else if (this.#leg.over) this.#answer(exchange, 481);
    else if (method === 'OPTIONS') answer(this.#core, exchange, { status: 200, headers: capabilities(this.#core) });
    // RFC 3262 section 3: nothing waits for it.
    else if (method === 'PRACK') this.#answer(exchange, 481);
    else this.#answer(exchange, 405, undefined, [allow(this.#core)]);
  }

  #hungUp(exchange: Exchange): void {
    this.#answer(exchange, 200);
    this.#heardBye = true;
    this.#unacknowledged?.stop();
    this.#leg.end({ kind: 'bye', reasons: exchange.request.values('reason') });
  }

  #answer(exchange: Exchange, status: number, reason?: string, headers?: readonly RawHeader[]): void {
    answer(this.#core, exchange, { status, reason, headers, toTag: this.localTag });
  }

  /** With a BYE of ours under way the dialog stays, to answer a BYE that crosses it, until that is done. */
  #ended(): void {
    this.session?.stop();
    if (this.#isAcknowledged || !this.#byeUnderWay) {
      this.#unacknowledged?.stop();
      this.#unacknowledged = undefined;
    }
    this.#leave();
  }

  /** Out of the table, unless somebody still needs it. */
  #leave(): void {
    if (this.#leg.over && !this.#byeUnderWay && this.#holders === 0) this.#core.dialogs.remove(this);
  }
}

/** Undefined when it says nothing of it. */
function takesUpdate(message: SipMessage): boolean | undefined {
  return message.header('allow') === undefined ? undefined : lists(message, 'allow', 'UPDATE');
}
