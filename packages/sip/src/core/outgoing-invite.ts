import { type Deferred, defer, type Timer } from '@parley/base';
import { DialogState, tagOf } from '../dialog/dialog-state.ts';
import type { Uri } from '../message/grammar.ts';
import { parseNameAddress, parseUri } from '../message/index.ts';
import type { RawHeader, SipResponse } from '../message/message.ts';
import { type ClientTransaction, cancelOf } from '../transaction/client-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { Peer } from '../transport/peer.ts';
import { CallRefused } from './call-refused.ts';
import { type Core, capabilities } from './core.ts';
import { InviteDialog } from './invite-dialog.ts';
import { Leg } from './leg.ts';
import { type SenderUser, SentAck, send } from './sender.ts';
import { sdpOf } from './session-body.ts';
import type { Body, Dialog, InviteOptions, Inviter, InviteTarget, LegEnd } from './user-agent.ts';

type Answer = { readonly dialog: Dialog; readonly body: Body | undefined };

/** How many forks of one INVITE that were answered too are hung up; further ones are ignored. */
const MOST_FORKS = 16;

/** The calling side of an INVITE (RFC 3261 13.2). */
export class OutgoingInvite implements Inviter, SenderUser {
  readonly callId: string;
  readonly #core: Core;
  readonly #leg: Leg;
  readonly #outcome: Deferred<Answer> = defer();
  /** ACKs by the tag of who answered: the first fork is the call, the others are hung up. */
  readonly #acks = new Map<string, SentAck>();
  readonly #ringing: Timer;
  #onProgress: (status: number, body: Body | undefined) => void = () => undefined;
  #transaction: ClientTransaction | undefined;
  #provisional = false;
  /** Headers of the CANCEL that has been asked for. */
  #cancel: readonly RawHeader[] | undefined;
  #cancelSent = false;
  #patience: Timer | undefined;

  /** Throws `SipParseError` when a URI cannot be read. */
  constructor(core: Core, target: InviteTarget, options: InviteOptions) {
    this.#core = core;
    const uri = parseUri(target.uri);
    const nextHop: Uri | Peer = target.via ?? uri;
    const from = bracketed(options.from);
    const to = bracketed(options.to ?? target.uri);
    this.callId = core.ids.callId();
    this.#leg = new Leg(core.legs);
    // Who awaits `answered` hears of the failure there; for everybody else the signal tells it, so it is no unhandled rejection.
    this.#outcome.promise.catch(() => undefined);
    this.#leg.onEnd(() => this.#closed());
    this.#ringing = core.clock.after(core.budgets.ringMillis, () => this.cancel());
    const headers: RawHeader[] = [
      ['Max-Forwards', '70'],
      ['From', `${from};tag=${core.ids.tag()}`],
      ['To', to],
      ['Call-ID', this.callId],
      ['CSeq', '1 INVITE'],
      ...capabilities(core),
      ...(options.headers ?? []),
    ];
    const { body } = options;
    send(core, { method: 'INVITE', uri: target.uri, headers, body, nextHop, withContact: true }, this);
  }

  get signal(): AbortSignal {
    return this.#leg.signal;
  }

  get answered(): Promise<Answer> {
    return this.#outcome.promise;
  }

  onProgress(handler: (status: number, body: Body | undefined) => void): void {
    this.#onProgress = handler;
  }

  cancel(reason?: string): void {
    if (this.#leg.over || this.#cancel || this.#acks.size > 0) return;
    this.#cancel = reason === undefined ? [] : [['Reason', reason]];
    if (this.#provisional) this.#sendCancel();
  }

  began(transaction: ClientTransaction): void {
    this.#transaction = transaction;
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status >= 300) {
      this.#refused(response);
      return;
    }
    if (status >= 200) {
      this.#accepted(response);
      return;
    }
    this.#provisional = true;
    if (this.#cancel) this.#sendCancel();
    else if (status > 100) this.#onProgress(status, sdpOf(response));
  }

  failed(why: 'timeout' | 'transport error', error?: Error): void {
    const isTimeout = why === 'timeout';
    const kind = this.#cancel ? 'cancel' : isTimeout ? 'timeout' : 'transport failed';
    this.#fail(kind, new CallRefused(isTimeout ? 408 : 503, error?.message));
  }

  /** RFC 3261 9.1: not before the first provisional answer; hop by hop, with the INVITE's own branch. */
  #sendCancel(): void {
    const { transaction, extra } = { transaction: this.#transaction, extra: this.#cancel };
    if (this.#cancelSent || !transaction || !extra) return;
    this.#cancelSent = true;
    // Whatever becomes of the CANCEL, the answer that counts is that of the INVITE.
    const indifferent = { response: () => undefined, failed: () => undefined };
    this.#core.transactions.send(cancelOf(transaction.request, extra), transaction.channel, indifferent);
    this.#patience = this.#core.clock.after(patience(this.#core.timers), () => {
      transaction.abandon();
      this.#fail('cancel', new CallRefused(487));
    });
  }

  #refused(response: SipResponse): void {
    this.#fail(this.#cancel ? 'cancel' : 'rejected', CallRefused.by(response));
  }

  #fail(kind: LegEnd['kind'], refused: CallRefused): void {
    this.#outcome.reject(refused);
    this.#leg.end({ kind, reasons: [] });
    this.#stopTimers();
  }

  /** The first 2xx is the call; later ones are copies of it, or of other forks, which are hung up (13.2.2.4). */
  #accepted(response: SipResponse): void {
    const { request, channel } = this.#transaction ?? {};
    const tag = tagOf(response.to);
    const known = this.#acks.get(tag);
    if (known) {
      known.again();
      return;
    }
    if (!request || !channel || this.#acks.size >= MOST_FORKS) return;
    const isCall = this.#acks.size === 0 && !this.#leg.over;
    const leg = isCall ? this.#leg : new Leg(this.#core.legs);
    const state = DialogState.ofClient(request, response);
    const dialog = new InviteDialog(this.#core, { state, leg, source: channel.peer.address, isCaller: true });
    dialog.confirm();
    const { uri, routes, nextHop } = state.routing();
    const headers = state.headers('ACK', request.cseq.number, routes);
    this.#acks.set(tag, new SentAck(this.#core, { method: 'ACK', uri, headers, nextHop }));
    this.#stopTimers();
    if (!isCall) {
      dialog.hangUp({ kind: 'local', reasons: [] });
      return;
    }
    if (!this.#cancel) {
      this.#outcome.resolve({ dialog, body: sdpOf(response) });
      return;
    }
    this.#outcome.reject(new CallRefused(487));
    dialog.hangUp({ kind: 'cancel', reasons: [] });
  }

  /** The call is over, or the user agent closes before there was an answer. */
  #closed(): void {
    if (this.#acks.size === 0) this.#outcome.reject(new CallRefused(487));
    this.#stopTimers();
  }

  #stopTimers(): void {
    this.#ringing.cancel();
    this.#patience?.cancel();
  }
}

/** A name-addr for From and To: a bare URI gets its brackets, so that its parameters stay its own. Throws `SipParseError`. */
function bracketed(text: string): string {
  const address = text.includes('<') ? text : `<${text}>`;
  parseNameAddress(address);
  return address;
}
