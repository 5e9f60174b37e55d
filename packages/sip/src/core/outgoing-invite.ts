import { type Deferred, defer, type Timer } from '@parley/base';
import { tagOf } from '../dialog/dialog-state.ts';
import type { Uri } from '../message/grammar.ts';
import { checkedField, parseNameAddress, parseUri, printReplaces } from '../message/index.ts';
import type { RawHeader, SipResponse } from '../message/message.ts';
import { type ClientTransaction, cancelOf } from '../transaction/client-transaction.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { Peer } from '../transport/peer.ts';
import { CallRefused } from './call-refused.ts';
import { type Core, capabilities } from './core.ts';
import { Fork } from './fork.ts';
import { firstPeer, fromOf, identityHeaders } from './identity.ts';
import { Leg } from './leg.ts';
import { type SenderUser, send } from './sender.ts';
import { sdpOf } from './session-body.ts';
import { afterTooBrief, type SessionWish, wishHeaders } from './session-terms.ts';
import type { Body, Dialog, InviteOptions, Inviter, InviteTarget, LegEnd } from './user-agent.ts';

type Answer = { readonly dialog: Dialog; readonly body: Body | undefined };

/** How many forks of one INVITE have dialogs, or are hung up when they are answered too; further ones are ignored. */
const MOST_FORKS = 16;
/** How often a 422 is met with a longer session (RFC 4028 7.3): each proxy on the way may ask once. */
const MOST_TRIES = 4;

/** The calling side of an INVITE (RFC 3261 13.2). */
export class OutgoingInvite implements Inviter, SenderUser {
  readonly callId: string;
  readonly #core: Core;
  readonly #leg: Leg;
  readonly #options: InviteOptions;
  readonly #outcome: Deferred<Answer> = defer();
  /** Who has answered, by tag: the first one with a 2xx is the call, others are hung up. */
  readonly #forks = new Map<string, Fork>();
  readonly #ringing: Timer;
  readonly #sends: (sequence: number, session: SessionWish | undefined) => void;
  #call: Fork | undefined;
  #session: SessionWish | undefined;
  #onProgress: (status: number, body: Body | undefined, early: Dialog | undefined) => void = () => undefined;
  #transaction: ClientTransaction | undefined;
  #tries = 0;
  #provisional = false;
  /** Headers of the CANCEL that has been asked for. */
  #cancel: readonly RawHeader[] | undefined;
  #cancelSent = false;
  #patience: Timer | undefined;

  /** Throws `SipParseError` when a URI cannot be read, and `Bug` for a header that could break out of its line. */
  constructor(core: Core, target: InviteTarget, options: InviteOptions) {
    this.#core = core;
    this.#options = options;
    this.callId = core.ids.callId();
    this.#session = core.invites.session;
    const { uri } = target;
    const nextHop: Uri | Peer = target.via ?? parseUri(uri);
    const headers = this.#headers(target);
    this.#sends = (sequence, session) => {
      const asked = session ? wishHeaders(session, 'uas') : [];
      const all: RawHeader[] = [...headers, ['CSeq', `${sequence} INVITE`], ...asked];
      send(core, { method: 'INVITE', uri, headers: all, body: options.body, nextHop, withContact: true }, this);
    };
    this.#leg = new Leg(core.legs);
    // Who awaits `answered` hears of the failure there; for everybody else the signal tells it, so it is no unhandled rejection.
    this.#outcome.promise.catch(() => undefined);
    this.#leg.onEnd(() => this.#closed());
    this.#ringing = core.clock.after(core.budgets.ringMillis, () => this.cancel());
    try {
      this.#send(1);
    } catch (thrown) {
      // There was no call: nothing of it stays.
      this.#leg.end({ kind: 'local', reasons: [] });
      throw thrown;
    }
  }

  get signal(): AbortSignal {
    return this.#leg.signal;
  }

  get answered(): Promise<Answer> {
    return this.#outcome.promise;
  }

  onProgress(handler: (status: number, body: Body | undefined, early: Dialog | undefined) => void): void {
    this.#onProgress = handler;
  }

  cancel(reason?: string): void {
    if (this.#leg.over || this.#cancel || this.#call) return;
    if (reason !== undefined) checkedField(['Reason', reason]);
    this.#cancel = reason === undefined ? [] : [['Reason', reason]];
    if (this.#provisional) this.#sendCancel();
  }

  /** Another server, or another try with credentials, has said nothing yet: neither may it be cancelled (9.1), nor has it forks. */
  began(transaction: ClientTransaction): void {
    this.#transaction = transaction;
    this.#provisional = false;
    this.#dropOthers(undefined);
    this.#forks.clear();
  }

  wanted(): boolean {
    return !this.#cancel && !this.#leg.over;
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status >= 300) this.#refused(response);
    else if (status >= 200) this.#accepted(response);
    else this.#progress(response);
  }

  failed(why: 'timeout' | 'transport error', error?: Error): void {
    const isTimeout = why === 'timeout';
    const kind = this.#cancel ? 'cancel' : isTimeout ? 'timeout' : 'transport failed';
    this.#fail(kind, new CallRefused(isTimeout ? 408 : 503, error?.message));
  }

  /** All that does not change from one try to the next. */
  #headers(target: InviteTarget): readonly RawHeader[] {
    const { invites, ids } = this.#core;
    const { to, replaces, headers = [] } = this.#options;
    const peer = firstPeer(target);
    const all: RawHeader[] = [
      ['Max-Forwards', '70'],
      ['From', `${bracketed(fromOf(this.#options))};tag=${ids.tag()}`],
      ['To', bracketed(to ?? target.uri)],
      ['Call-ID', this.callId],
      ...capabilities(this.#core),
      ...identityHeaders(this.#options, peer !== undefined && invites.isTrusted(peer)),
    ];
    if (invites.reliable === 'required') all.push(['Require', '100rel']);
    // RFC 3891 section 6.2: who cannot replace must not take it for a new call.
    if (replaces) all.push(['Replaces', printReplaces(replaces)], ['Require', 'replaces']);
    return [...all, ...headers];
  }

  #send(sequence: number): void {
    this.#tries += 1;
    this.#sends(sequence, this.#session);
  }

  #progress(response: SipResponse): void {
    this.#provisional = true;
    const fork = response.status > 100 ? this.#forkOf(response) : undefined;
    const counts = fork ? fork.provisional(response) : response.status > 100;
    if (this.#cancel) this.#sendCancel();
    else if (counts) this.#onProgress(response.status, sdpOf(response), fork?.dialog);
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
    const longer = response.status === 422 && this.#session && afterTooBrief(this.#session, response);
    if (longer && !this.#cancel && this.#tries < MOST_TRIES && !this.#leg.over) {
      this.#session = longer;
      const sequence = (this.#transaction?.request.cseq.number ?? 1) + 1;
      // Until the next one has found its way there is nothing that could be cancelled.
      this.#transaction = undefined;
      this.#provisional = false;
      this.#send(sequence);
      return;
    }
    this.#fail(this.#cancel ? 'cancel' : 'rejected', CallRefused.by(response));
  }

  #fail(kind: LegEnd['kind'], refused: CallRefused): void {
    this.#outcome.reject(refused);
    this.#leg.end({ kind, reasons: [] });
    this.#stopTimers();
  }

  /** The first 2xx is the call; later ones are copies of it, or of other forks, which are hung up (13.2.2.4). */
  #accepted(response: SipResponse): void {
    const known = this.#forks.get(tagOf(response.to));
    if (known?.isAccepted) {
      known.accepted(response);
      return;
    }
    const fork = this.#forkOf(response);
    if (!fork) return;
    // Whose early dialog is over already has answered too late.
    const isCall = !this.#call && !this.#leg.over && !fork.leg.over;
    if (isCall) this.#call = fork;
    fork.accepted(response);
    this.#stopTimers();
    if (!isCall) {
      fork.dialog.hangUpAnswered();
      // After a 2xx an INVITE has no other final answer to wait for.
      if (!this.#call) this.#fail(fork.leg.over?.kind ?? 'local', new CallRefused(487));
      return;
    }
    fork.leg.onEnd(end => this.#leg.end(end));
    this.#dropOthers(fork);
    if (!this.#cancel) {
      fork.dialog.firstTurn.begin();
      this.#outcome.resolve({ dialog: fork.dialog, body: fork.description });
      return;
    }
    this.#outcome.reject(new CallRefused(487));
    fork.dialog.hangUp({ kind: 'cancel', reasons: [] });
  }

  /** Who has sent this response, new or known; undefined without a tag, or when there are too many. */
  #forkOf(response: SipResponse): Fork | undefined {
    const tag = tagOf(response.to);
    const known = this.#forks.get(tag);
    const transaction = this.#transaction;
    const isOne = tag !== '' || response.status >= 200;
    if (known || !transaction || !isOne || this.#forks.size >= MOST_FORKS) return known;
    const { body: offer, answerOffer } = this.#options;
    const fork = new Fork(this.#core, {
      transaction,
      response,
      call: this.#call || this.#leg.over ? undefined : this.#leg,
      session: this.#session,
      offer,
      answerOffer: description => answerOffer?.(description),
    });
    this.#forks.set(tag, fork);
    return fork;
  }

  /** The early dialogs that do not become the call are over (RFC 3261 13.2.2.4); who answers all the same is hung up. */
  #dropOthers(call: Fork | undefined): void {
    for (const fork of this.#forks.values())
      if (fork !== call && !fork.isAccepted) fork.leg.end({ kind: 'local', reasons: [] });
  }

  /** The call is over, or the user agent closes before there was an answer. */
  #closed(): void {
    if (!this.#call) this.#outcome.reject(new CallRefused(487));
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
