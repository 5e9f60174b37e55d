import { type Deferred, defer, type Timer } from '@parley/base';
import { CallRefused } from '../core/call-refused.ts';
import { answer, type Core, type Exchange } from '../core/core.ts';
import type { DialogHost } from '../core/dialog-host.ts';
import type { DialogId } from '../dialog/dialog-state.ts';
import type { Event } from '../message/event.ts';
import { SipParseError, singleHeader } from '../message/index.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { parseSubscriptionState } from '../message/subscription-state.ts';
import { patience } from '../transaction/sip-timers.ts';
import type { ReferOutcome, SentRefer } from './events.ts';
import { mediaTypeOf } from './media-range.ts';
import { isFalse } from './receive-refer.ts';
import { REFER } from './receive-subscribe.ts';
import { parseStatusFragment, SIPFRAG, type StatusFragment } from './sipfrag.ts';
import type { DialogSubscription, Held } from './subscription-table.ts';

type Unknown = Extract<ReferOutcome, { kind: 'unknown' }>['why'];

const NOWHERE: DialogId = { callId: '', localTag: '', remoteTag: '' };

/** Hears how a REFER of ours goes, until it is refused, its outcome is known, or it has been waited for long enough. */
export class ReferWatch implements SentRefer, DialogSubscription, Held {
  readonly role = 'subscriber';
  readonly source = undefined;
  /** Number of the REFER, which its NOTIFYs may have as "id" (RFC 3515 section 2.4.6). */
  sequence = 0;
  readonly #core: Core;
  readonly #outcome: Deferred<ReferOutcome> = defer();
  readonly #limit: Timer;
  /** No NOTIFY within that time: there is no subscription (RFC 6665 section 4.1.2.4). */
  #timerN: Timer | undefined;
  #host: DialogHost | undefined;
  #letGo: (() => void) | undefined;
  #ended: () => void = () => undefined;
  #onProgress: (status: number, reason: string) => void = () => undefined;
  #notified = false;
  #last = 0;
  #over = false;

  constructor(core: Core, limitMillis: number = core.budgets.referMillis) {
    this.#core = core;
    this.#limit = core.clock.after(limitMillis, () => this.#giveUp('time limit'));
    core.subscriptions.hold(this);
  }

  get dialog(): DialogId {
    return this.#host?.id ?? NOWHERE;
  }

  get isSettled(): boolean {
    return this.#host !== undefined;
  }

  get outcome(): Promise<ReferOutcome> {
    return this.#outcome.promise;
  }

  onProgress(handler: (status: number, reason: string) => void): void {
    this.#onProgress = handler;
  }

  onEnd(ended: () => void): void {
    this.#ended = ended;
  }

  /** The dialog that the NOTIFYs come in is known. */
  settleIn(host: DialogHost): void {
    this.#host = host;
    this.#letGo = host.retain();
    this.#core.subscriptions.add(this);
  }

  /** The first REFER of a dialog may be reported on without "id". */
  matches(event: Event): boolean {
    return event.package === REFER && (event.id === '' || event.id === String(this.sequence));
  }

  /** The answer to the REFER. */
  answered(response: SipResponse | CallRefused): void {
    const { status, reason, headers } = response;
    if (!(response instanceof CallRefused)) this.sequence = response.cseq.number;
    // What has been reported on was accepted, even though the answer did not come.
    if (this.#over || (response instanceof CallRefused && this.#notified)) return;
    if (status >= 300) this.#end({ kind: 'refused', status, reason, headers });
    else if (!(response instanceof CallRefused) && isFalse(response.header('refer-sub') ?? ''))
      this.#end({ kind: 'accepted', status });
    else if (!this.#notified) this.#awaitNotify();
  }

  take(exchange: Exchange): void {
    const { request } = exchange;
    const text = singleHeader(request, 'Subscription-State');
    if (text === undefined) throw new SipParseError('Subscription-State', 'missing');
    const { state } = parseSubscriptionState(text);
    const fragment = fragmentOf(request);
    this.#notified = true;
    this.#timerN?.cancel();
    this.#host?.refreshTarget(request, exchange.transaction.channel.peer);
    answer(this.#core, exchange, { status: 200, toTag: this.dialog.localTag });
    this.#told(fragment, state === 'terminated');
  }

  close(): void {
    this.#giveUp('local');
  }

  #awaitNotify(): void {
    this.#timerN = this.#core.clock.after(patience(this.#core.timers), () => this.#giveUp('no notify'));
  }

  #told(fragment: StatusFragment | undefined, isLast: boolean): void {
    if (this.#over) return;
    if (fragment && fragment.status >= 200) {
      this.#end({ kind: 'final', ...fragment });
      return;
    }
    if (fragment) {
      this.#last = fragment.status;
      this.#onProgress(fragment.status, fragment.reason);
    }
    if (isLast) this.#giveUp('report ended');
  }

  #giveUp(why: Unknown): void {
    this.#end({ kind: 'unknown', why, last: this.#last });
  }

  /** NOTIFYs that come later get 481, which ends the report at its source. */
  #end(outcome: ReferOutcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#limit.cancel();
    this.#timerN?.cancel();
    if (this.#host) this.#core.subscriptions.remove(this);
    this.#core.subscriptions.release(this);
    this.#letGo?.();
    this.#ended();
    this.#outcome.resolve(outcome);
  }
}

/** The status line that a NOTIFY carries; undefined for one without a body. Throws `SipParseError`, 415 for a body of another type. */
function fragmentOf(notify: SipRequest): StatusFragment | undefined {
  if (notify.body.length === 0) return undefined;
  if (mediaTypeOf(notify.header('content-type') ?? '') !== SIPFRAG)
    throw new SipParseError('Content-Type', `expected ${SIPFRAG}`, { status: 415 });
  return parseStatusFragment(notify.body);
}
