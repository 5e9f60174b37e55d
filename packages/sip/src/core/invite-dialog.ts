import type { DialogState } from '../dialog/dialog-state.ts';
import type { DialogUser } from '../dialog/dialog-table.ts';
import type { RawHeader, SipRequest, SipResponse } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { CallRefused } from './call-refused.ts';
import { answer, type Core, capabilities, contactOf, type Exchange, type RequestHandler } from './core.ts';
import type { Leg } from './leg.ts';
import { OutgoingReInvite } from './outgoing-re-invite.ts';
import { type SenderUser, send } from './sender.ts';
import { sdpOf } from './session-body.ts';
import { Unacknowledged } from './unacknowledged.ts';
import type { Body, Dialog, LegEnd, ReInviteHandler } from './user-agent.ts';

export interface InviteDialogOptions {
  readonly state: DialogState;
  readonly leg: Leg;
  /** Address that the other side is known to use. */
  readonly source: string;
  /** Whether we made the call, and so own its Call-ID (RFC 3261 14.1). */
  readonly isCaller: boolean;
}

/** A request to send inside a dialog. */
export interface Question {
  /** Beyond those that every request of a dialog has. */
  readonly headers?: readonly RawHeader[];
  readonly body?: Body;
}

/** Addresses that one dialog may come from before the oldest is forgotten. */
const MOST_SOURCES = 4;

/** The dialog of an INVITE on either side, from the first answer with a To tag until its BYE is answered (RFC 3261 12 to 15). */
export class InviteDialog implements Dialog, DialogUser {
  ackBody: Body | undefined;
  readonly #core: Core;
  readonly #state: DialogState;
  readonly #leg: Leg;
  readonly #isCaller: boolean;
  readonly #sources: string[];
  readonly #handlers = new Map<string, RequestHandler>();
  #phase: 'early' | 'confirmed' = 'early';
  #unacknowledged: Unacknowledged | undefined;
  #acknowledged: (body: Body | undefined) => void = () => undefined;
  #reInviting: OutgoingReInvite | undefined;
  #reInvited: ReInviteHandler | undefined;
  #informed: ((request: SipRequest) => number) | undefined;
  #bye: Promise<void> | undefined;

  constructor(core: Core, options: InviteDialogOptions) {
    this.#core = core;
    this.#state = options.state;
    this.#leg = options.leg;
    this.#isCaller = options.isCaller;
    this.#sources = [options.source];
    core.dialogs.add(this);
    this.#leg.onEnd(() => this.#ended());
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

  get signal(): AbortSignal {
    return this.#leg.signal;
  }

  onReInvite(handler: ReInviteHandler): void {
    this.#reInvited = handler;
  }

  onInfo(handler: (request: SipRequest) => number): void {
    this.#informed = handler;
  }

  /** Sets who takes requests of a method inside this dialog that is not the dialog's own (NOTIFY, REFER ...). */
  on(method: string, handler: RequestHandler): void {
    this.#handlers.set(method, handler);
  }

  /** A 2xx has gone or come: requests may be sent. */
  confirm(): void {
    this.#phase = 'confirmed';
  }

  /** Repeats a 2xx of ours until its ACK comes; without one, ends the call with BYE (RFC 3261 13.3.1.4). */
  awaitAck(exchange: Exchange, bytes: Uint8Array, acknowledged: (body: Body | undefined) => void): void {
    this.#acknowledged = acknowledged;
    this.#unacknowledged = new Unacknowledged(this.#core, {
      transaction: exchange.transaction,
      bytes,
      toTag: this.localTag,
      sequence: exchange.request.cseq.number,
      gaveUp: () => this.hangUp({ kind: 'no ack', reasons: [] }),
    });
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
    waiting.stop();
    this.#unacknowledged = undefined;
    this.#acknowledged(sdpOf(ack));
  }

  request(request: SipRequest, transaction: ServerTransaction): void {
    const exchange = { request, transaction };
    const { method, cseq } = request;
    const isCopy = method === 'INVITE' && cseq.number === this.#state.remoteSequence;
    if (isCopy || !this.#state.inOrder(cseq.number)) {
      this.#answer(exchange, 500, 'CSeq Out of Order');
      return;
    }
    if (method === 'BYE') {
      this.#hungUp(exchange);
      return;
    }
    if (this.#leg.over) {
      this.#answer(exchange, 481);
      return;
    }
    if (method === 'INVITE') {
      this.#onInvite(exchange);
      return;
    }
    if (method === 'INFO') {
      this.#answer(exchange, this.#informed?.(request) ?? 415);
      return;
    }
    const handler = this.#handlers.get(method);
    if (handler) handler(exchange);
    else if (method === 'OPTIONS') answer(this.#core, exchange, { status: 200, headers: capabilities(this.#core) });
    else this.#answer(exchange, 405);
  }

  async reInvite(sdp: Body): Promise<Body | undefined> {
    if (this.#leg.over) throw new CallRefused(481);
    const reInvite = new OutgoingReInvite(this.#core, {
      state: this.#state,
      leg: this.#leg,
      sdp,
      isCaller: this.#isCaller,
      mayBegin: () => !this.#unacknowledged && !this.#reInviting,
      underWay: under => {
        this.#reInviting = under;
      },
      lost: kind => this.hangUp({ kind, reasons: [] }),
    });
    return reInvite.result;
  }

  async info(body: Body): Promise<number> {
    if (this.#leg.over) return 481;
    const { status } = await this.ask('INFO', { body });
    if (status === 408 || status === 481) this.hangUp({ kind: status === 408 ? 'timeout' : 'rejected', reasons: [] });
    return status;
  }

  bye(reason?: string): Promise<void> {
    if (!this.#leg.over) this.hangUp({ kind: 'local', reasons: [] }, reason);
    return this.#bye ?? Promise.resolve();
  }

  /**
   * Sends a request other than INVITE and resolves with its final response, or with a `CallRefused` when none came: 408 without an
   * answer, 503 when it could not be sent. Never rejects; what the answer means for the dialog is the caller's affair.
   */
  ask(method: string, { headers = [], body }: Question = {}): Promise<SipResponse | CallRefused> {
    const { uri, routes, nextHop } = this.#state.routing();
    const all = [...this.#state.headers(method, this.#state.nextSequence(), routes), ...headers];
    return new Promise(resolve => {
      const user: SenderUser = {
        response: response => {
          if (response.status >= 200) resolve(response);
        },
        failed: (why, error) => resolve(new CallRefused(why === 'timeout' ? 408 : 503, error?.message)),
      };
      send(this.#core, { method, uri, headers: all, body, nextHop }, user);
    });
  }

  /** Sends BYE and ends the leg with that reason. */
  hangUp(end: LegEnd, reason?: string): void {
    if (this.#leg.over) return;
    this.#bye = this.#sayBye(reason);
    this.#leg.end(end);
  }

  async #sayBye(reason: string | undefined): Promise<void> {
    await this.ask('BYE', { headers: reason === undefined ? [] : [['Reason', reason]] });
    this.#core.dialogs.remove(this);
  }

  #onInvite(exchange: Exchange): void {
    const { request, transaction } = exchange;
    // RFC 3261 14.2: the first INVITE has no final answer yet, or one of ours is under way (or our 2xx waits for its ACK).
    if (this.#phase === 'early') {
      this.#answer(exchange, 500, undefined, this.#retrySoon());
      return;
    }
    if (this.#reInviting || this.#unacknowledged) {
      this.#answer(exchange, 491);
      return;
    }
    const result = this.#reInvited?.(sdpOf(request), transaction.channel.peer) ?? { status: 488 };
    if ('status' in result) return void answer(this.#core, exchange, { ...result, toTag: this.localTag });
    this.#state.refreshTarget(request);
    const headers = [
      contactOf(transaction.channel),
      ...capabilities(this.#core),
      ['Content-Type', result.sdp.type] as const,
    ];
    const bytes = answer(this.#core, exchange, { status: 200, headers, body: result.sdp.content });
    this.awaitAck(exchange, bytes, body => result.acknowledged?.(body));
  }

  #hungUp(exchange: Exchange): void {
    this.#answer(exchange, 200);
    this.#leg.end({ kind: 'bye', reasons: exchange.request.values('reason') });
  }

  #answer(exchange: Exchange, status: number, reason?: string, headers?: readonly (readonly [string, string])[]): void {
    answer(this.#core, exchange, { status, reason, headers, toTag: this.localTag });
  }

  #retrySoon(): readonly (readonly [string, string])[] {
    return [['Retry-After', String(Math.floor(this.#core.ids.fraction() * 11))]];
  }

  /** With a BYE of ours under way the dialog stays, to answer a BYE that crosses it, until that is done. */
  #ended(): void {
    this.#unacknowledged?.stop();
    this.#unacknowledged = undefined;
    if (!this.#bye) this.#core.dialogs.remove(this);
  }
}
