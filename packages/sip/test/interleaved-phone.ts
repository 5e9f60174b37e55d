import assert from 'node:assert/strict';
import type { Clock } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import {
  type Body,
  CallRefused,
  type Dialog,
  type Invitation,
  type Inviter,
  type InviteTarget,
  type ReferProgress,
  type Refusal,
  type ReInviteAnswer,
  type SentRefer,
  type Subscriber,
  type Subscription,
  type UserAgent,
} from '../src/index.ts';
import { NOTHING, sdp, textOf } from './scene.ts';

/** How an application decides on further offers. */
export type Decides = 'at once' | 'later' | 'slowly' | 'against';

/** What the phone of a call remembers of it. */
export interface Talk {
  readonly dialog: Dialog;
  /** The offer that was agreed on last. */
  agreed: string;
}

const STATE = { type: 'text/plain', content: Buffer.from('x') };

/** An application with a user agent: it takes, places and moves calls, and remembers what was agreed in them. */
export class Phone {
  readonly name: string;
  readonly address: string;
  readonly #clock: Clock;
  readonly #decides: Decides;
  readonly talks: Talk[] = [];
  readonly early: Dialog[] = [];
  readonly invitations: Invitation[] = [];
  readonly inviters: Inviter[] = [];
  readonly subscribers: Subscriber[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly reports: ReferProgress[] = [];
  readonly signals: AbortSignal[] = [];
  /** What is promised and not settled, by a word for it. */
  readonly promised = new Map<Promise<unknown>, string>();
  /** What was promised and came out in a way that it must not. */
  readonly faults: unknown[] = [];
  isClosed = false;
  #agent: UserAgent | undefined;
  #offers = 0;
  readonly #answered = new Set<Invitation>();
  readonly #agreed = new Map<Dialog, string>();

  constructor(name: string, address: string, options: { readonly clock: Clock; readonly decides: Decides }) {
    this.name = name;
    this.address = address;
    this.#clock = options.clock;
    this.#decides = options.decides;
  }

  set agent(agent: UserAgent) {
    this.#agent = agent;
  }

  get agent(): UserAgent {
    assert.ok(this.#agent);
    return this.#agent;
  }

  get uri(): string {
    return `sip:${this.name}@${this.address}`;
  }

  invited(invitation: Invitation): void {
    this.invitations.push(invitation);
    this.signals.push(invitation.signal);
    const { replaces } = invitation;
    if (!replaces) return;
    this.#answer(invitation);
    this.#watch(replaces.bye(), 'bye of what was replaced');
  }

  referred(progress: ReferProgress): void {
    this.reports.push(progress);
    this.signals.push(progress.signal);
  }

  subscribed(subscriber: Subscriber): void {
    this.subscribers.push(subscriber);
    this.signals.push(subscriber.signal);
  }

  call(target: InviteTarget, { hasOffer, replaces }: { readonly hasOffer: boolean; readonly replaces?: Dialog }): void {
    const offer = this.#offer();
    const inviter = this.agent.invite(target, {
      from: this.uri,
      ...(hasOffer && { body: sdp(offer) }),
      answerOffer: theirs => answerTo(theirs),
      // As its other end sees it.
      ...(replaces && {
        replaces: {
          callId: replaces.callId,
          toTag: replaces.remoteTag,
          fromTag: replaces.localTag,
          earlyOnly: false,
        },
      }),
    });
    this.inviters.push(inviter);
    this.signals.push(inviter.signal);
    inviter.onProgress((_status, _body, early) => {
      if (!early || this.early.includes(early)) return;
      this.early.push(early);
      this.#hears(early);
    });
    const answered = inviter.answered.then(({ dialog, body }) => {
      const described = textOf(body);
      if (hasOffer) assert.equal(described, `re:${offer}`, 'a call was answered with what was not meant for it');
      else assert.match(described ?? '', /^o\d/, 'a call without offer was answered without one');
      this.#inCall(dialog, hasOffer ? offer : (described ?? ''));
    });
    this.#watch(answered, 'a call');
  }

  treat(what: 'ring' | 'progress' | 'answer' | 'reject', invitation: Invitation): void {
    if (what === 'ring') invitation.ring();
    else if (what === 'progress') {
      invitation.progress(this.#matter(invitation));
      if (invitation.dialog) this.#hears(invitation.dialog);
    } else if (what === 'answer') this.#answer(invitation);
    else if (!this.#answered.has(invitation)) {
      this.#answered.add(invitation);
      invitation.reject({ status: 486 });
    }
  }

  /** Offers something else, in a call or before it. */
  move(dialog: Dialog, by: 'INVITE' | 'UPDATE'): void {
    const offer = this.#offer();
    const sent = by === 'INVITE' ? dialog.reInvite(sdp(offer)) : dialog.update(sdp(offer));
    const moved = sent.then(answer => {
      assert.equal(textOf(answer), `re:${offer}`, `${by} was answered with what was not meant for it`);
      this.#agree(dialog, offer);
    });
    this.#watch(moved, by);
  }

  ask(dialog: Dialog, what: 'bye' | 'refresh' | 'info' | 'ping'): void {
    if (what === 'bye') this.#watch(dialog.bye(), what);
    else if (what === 'refresh') this.#watch(dialog.update(), what);
    else if (what === 'ping') this.#watch(dialog.ping(), what);
    else this.#watch(dialog.info({ type: 'application/dtmf-relay', content: Buffer.from('Signal=1') }), what);
  }

  refer(sent: SentRefer): void {
    this.#watch(sent.outcome, 'REFER');
  }

  subscribe(target: InviteTarget): void {
    const subscription = this.agent.subscribe(target, {
      from: this.uri,
      event: 'message-summary',
      accept: ['text/plain'],
      expires: 60,
    });
    this.subscriptions.push(subscription);
    this.signals.push(subscription.signal);
  }

  notify(subscriber: Subscriber): void {
    subscriber.notify(STATE);
  }

  /** What an application owes: every call has its end. */
  finish(): void {
    for (const invitation of this.invitations) this.treat('reject', invitation);
    for (const inviter of this.inviters) inviter.cancel();
    for (const { dialog } of this.talks) this.ask(dialog, 'bye');
    for (const dialog of this.early) this.ask(dialog, 'bye');
    for (const subscriber of this.subscribers) subscriber.terminate('noresource');
    for (const subscription of this.subscriptions) this.#watch(subscription.unsubscribe(), 'unsubscribe');
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.agent.close();
    await settle();
    // A name server that is being asked has its time for an answer all the same.
    assert.deepEqual({ ...this.agent.counts(), timers: 0 }, NOTHING, `${this.name} is closed`);
  }

  /** Closes in the middle of whatever goes on. */
  leave(): void {
    this.#watch(this.close(), 'close');
  }

  #answer(invitation: Invitation): void {
    if (this.#answered.has(invitation)) return;
    this.#answered.add(invitation);
    const matter = this.#matter(invitation);
    const answered = invitation.answer(matter).then(dialog => {
      const text = textOf(matter) ?? '';
      if (!invitation.offer && dialog.ackBody) assert.equal(textOf(dialog.ackBody), `re:${text}`);
      this.#inCall(dialog, invitation.offer ? (textOf(invitation.offer) ?? '') : text);
    });
    this.#watch(answered, 'an answer');
    if (invitation.dialog) this.#hears(invitation.dialog);
  }

  readonly #matters = new Map<Invitation, Body>();

  /** The same in every response: the answer to the offer, or an offer. */
  #matter(invitation: Invitation): Body {
    const { offer } = invitation;
    const matter = this.#matters.get(invitation) ?? (offer ? answerTo(offer) : sdp(this.#offer()));
    this.#matters.set(invitation, matter);
    return matter;
  }

  #inCall(dialog: Dialog, first: string): void {
    const talk: Talk = { dialog, agreed: this.#agreed.get(dialog) ?? first };
    this.talks.push(talk);
    this.signals.push(dialog.signal);
    this.#hears(dialog);
    dialog.onInfo(() => 200);
  }

  #hears(dialog: Dialog): void {
    if (this.#decides === 'against') return;
    dialog.onReInvite((offer, _source, withdrawn) => {
      const result = { sdp: offer ? answerTo(offer) : sdp(this.#offer()) };
      if (this.#decides === 'at once') {
        if (offer) this.#agree(dialog, textOf(offer) ?? '');
        return result;
      }
      return this.#later(result, () => {
        if (!withdrawn.aborted && offer) this.#agree(dialog, textOf(offer) ?? '');
      });
    });
  }

  #later(result: ReInviteAnswer, decided: () => void): Promise<ReInviteAnswer | Refusal> {
    const millis = this.#decides === 'later' ? 300 : 20_000;
    return new Promise(resolve => {
      this.#clock.after(millis, () => {
        decided();
        resolve(result);
      });
    });
  }

  #agree(dialog: Dialog, offer: string): void {
    this.#agreed.set(dialog, offer);
    const talk = this.talks.find(one => one.dialog === dialog);
    if (talk) talk.agreed = offer;
  }

  #offer(): string {
    this.#offers += 1;
    return `o${this.#offers}.${this.name}`;
  }

  #watch(promise: Promise<unknown>, what: string): void {
    const watched = promise.then(
      () => undefined,
      (thrown: unknown) => {
        const isEnd = typeof thrown === 'object' && thrown !== null && 'kind' in thrown;
        if (!(thrown instanceof CallRefused) && !isEnd) this.faults.push(thrown);
      },
    );
    this.promised.set(watched, what);
    void watched.then(() => this.promised.delete(watched));
  }
}

const answerTo = (offer: Body): Body => sdp(`re:${textOf(offer)}`);
