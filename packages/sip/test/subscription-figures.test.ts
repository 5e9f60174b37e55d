import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Subscriber } from '../src/index.ts';
import { answerTo } from './event-texts.ts';
import { firstWords, headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { requestText } from './messages.ts';
import { assertNothingLeft } from './raw-call.ts';
import { type Scene, SERVER, scene } from './scene.ts';

/**
 * The arrows of RFC 6665 figures 1 and 2, each walked on a user agent: "state / event" -> state. What has no arrow there, because it
 * says nothing new, stays where it is.
 */
const SUBSCRIBER: Readonly<Record<string, string>> = {
  'notify_wait / NOTIFY active': 'active',
  'notify_wait / NOTIFY pending': 'pending',
  'notify_wait / NOTIFY terminated': 'terminated',
  'notify_wait / SUBSCRIBE succeeds': 'notify_wait',
  'notify_wait / SUBSCRIBE fails': 'terminated',
  'notify_wait / timer N': 'terminated',
  'pending / NOTIFY active': 'active',
  'pending / NOTIFY pending': 'pending',
  'pending / NOTIFY terminated': 'terminated',
  'pending / refresh succeeds': 'pending',
  'pending / refresh gets 481': 'terminated',
  'pending / refresh times out': 'terminated',
  'active / NOTIFY active': 'active',
  'active / NOTIFY terminated': 'terminated',
  'active / refresh succeeds': 'active',
  'active / refresh gets 481': 'terminated',
  'active / refresh times out': 'terminated',
  'terminated / NOTIFY active': 'terminated',
  'terminated / NOTIFY pending': 'terminated',
  'terminated / NOTIFY terminated': 'terminated',
};

const NOTIFIER: Readonly<Record<string, string>> = {
  'resp_wait / NOTIFY succeeds, authorization is pending': 'pending',
  'resp_wait / NOTIFY succeeds, authorized': 'active',
  'resp_wait / NOTIFY fails': 'terminated',
  'resp_wait / NOTIFY times out': 'terminated',
  'pending / authorized': 'active',
  'pending / refused': 'terminated',
  'pending / refreshed': 'pending',
  'pending / unsubscribed': 'terminated',
  'pending / expired': 'terminated',
  'pending / NOTIFY fails': 'terminated',
  'active / refused': 'terminated',
  'active / refreshed': 'active',
  'active / unsubscribed': 'terminated',
  'active / expired': 'terminated',
  'active / NOTIFY fails': 'terminated',
  'terminated / refreshed': 'terminated',
  'terminated / unsubscribed': 'terminated',
};

const STATE = { type: 'text/plain', content: Buffer.from('x') };

/** A subscription of ours, and a notifier that does what it is told. */
class SubscriberWalk {
  readonly stage: Scene;
  /** Ends it, as its application must. */
  readonly end: () => void;
  readonly #peer: RawPeer;
  readonly #heard: string[] = [];
  #cseq = 1;

  private constructor(stage: Scene, peer: RawPeer) {
    this.stage = stage;
    this.#peer = peer;
    const options = { from: 'sip:srv@10.0.0.1', event: 'x', accept: ['text/plain'], expires: 600 };
    const subscription = stage.agent.subscribe({ uri: 'sip:n@10.0.0.2' }, options);
    subscription.onNotify(({ state }) => void this.#heard.push(state.state));
    this.end = () => void subscription.unsubscribe();
  }

  static async begin(): Promise<SubscriberWalk> {
    const stage = await scene({ events: {} });
    const walk = new SubscriberWalk(stage, await stage.network.peer('10.0.0.2'));
    await settle();
    return walk;
  }

  notify(state: string): Promise<readonly string[]> {
    this.#cseq += 1;
    const [first] = this.#peer.heard;
    const ids = { callId: headerOf(first, 'Call-ID'), toTag: tagIn(first, 'From'), fromTag: 'notifier' };
    const extra = ['Event: x', `Subscription-State: ${state}`];
    return this.#peer.ask(requestText({ method: 'NOTIFY', cseq: this.#cseq, ...ids, extra }), SERVER);
  }

  answer = (status: number) => this.#peer.ask(answerTo(this.#newest(), status, ['Expires: 600']), SERVER);

  /** Lets time pass until the subscription is refreshed in its dialog. */
  async untilRefresh(): Promise<void> {
    for (let n = 0; n < 600 && tagIn(this.#newest(), 'To') === ''; n++) await this.stage.clock.run(1000);
  }

  /** The dialog knows no NOTIFY any more when it is over; else it is in the state that was told last. */
  async state(): Promise<string> {
    const before = this.#heard.at(-1) ?? 'notify_wait';
    const [probe] = firstWords(await this.notify(''));
    return probe?.startsWith('481') ? 'terminated' : before;
  }

  #newest(): string {
    return this.#peer.heard.findLast(text => text.startsWith('SUBSCRIBE')) ?? '';
  }
}

const subscriberBegins: Readonly<Record<string, (walk: SubscriberWalk) => Promise<unknown>>> = {
  notify_wait: async () => undefined,
  pending: walk => walk.answer(200).then(() => walk.notify('pending;expires=600')),
  active: walk => walk.answer(200).then(() => walk.notify('active;expires=600')),
  terminated: walk => walk.answer(200).then(() => walk.notify('terminated;reason=noresource')),
};

const subscriberEvents: Readonly<Record<string, (walk: SubscriberWalk) => Promise<unknown>>> = {
  'NOTIFY active': walk => walk.notify('active;expires=600'),
  'NOTIFY pending': walk => walk.notify('pending;expires=600'),
  'NOTIFY terminated': walk => walk.notify('terminated;reason=noresource'),
  'SUBSCRIBE succeeds': walk => walk.answer(200),
  'SUBSCRIBE fails': walk => walk.answer(403),
  'timer N': walk => walk.answer(200).then(() => walk.stage.clock.run(32_000)),
  'refresh succeeds': walk => walk.untilRefresh().then(() => walk.answer(200)),
  'refresh gets 481': walk => walk.untilRefresh().then(() => walk.answer(481)),
  'refresh times out': walk => walk.untilRefresh().then(() => walk.stage.clock.run(600_000)),
};

for (const [cell, expected] of Object.entries(SUBSCRIBER))
  test(`RFC 6665 figure 1: ${cell} -> ${expected}`, async () => {
    const [from, event] = cell.split(' / ');
    const walk = await SubscriberWalk.begin();
    await subscriberBegins[from](walk);
    assert.equal(await walk.state(), from);
    await subscriberEvents[event](walk);
    assert.equal(await walk.state(), expected);
    walk.end();
    await assertNothingLeft(walk.stage);
  });

/** A subscription to us, and a subscriber that does what it is told. */
class NotifierWalk {
  readonly stage: Scene;
  readonly subscribers: readonly Subscriber[];
  readonly #peer: RawPeer;
  #cseq = 0;

  private constructor(stage: Scene, peer: RawPeer, subscribers: readonly Subscriber[]) {
    this.stage = stage;
    this.#peer = peer;
    this.subscribers = subscribers;
  }

  static async begin(pending: boolean): Promise<NotifierWalk> {
    const subscribers: Subscriber[] = [];
    const onSubscribe = () => ({ state: STATE, pending, taken: (one: Subscriber) => void subscribers.push(one) });
    const stage = await scene({ events: { packages: [{ name: 'x', contentType: 'text/plain', onSubscribe }] } });
    const walk = new NotifierWalk(stage, await stage.network.peer('10.0.0.2'), subscribers);
    await walk.subscribe(600);
    return walk;
  }

  subscribe(expires: number): Promise<readonly string[]> {
    this.#cseq += 1;
    const extra = ['Event: x', `Expires: ${expires}`];
    const toTag = this.#cseq === 1 ? undefined : tagIn(this.#newest(), 'From');
    return this.#peer.ask(requestText({ method: 'SUBSCRIBE', cseq: this.#cseq, toTag, extra }), SERVER);
  }

  /** Answers the newest NOTIFY. */
  answer = (status: number) => this.#peer.ask(answerTo(this.#newest(), status), SERVER);

  /** What the newest NOTIFY said, if the subscriber is still there. */
  state(): string {
    if (this.subscribers[0].signal.aborted) return 'terminated';
    return (headerOf(this.#newest(), 'Subscription-State') ?? '').split(';')[0];
  }

  #newest(): string {
    return this.#peer.heard.findLast(text => text.startsWith('NOTIFY')) ?? '';
  }
}

const notifierEvents: Readonly<Record<string, (walk: NotifierWalk) => Promise<unknown>>> = {
  'NOTIFY succeeds, authorization is pending': walk => walk.answer(200),
  'NOTIFY succeeds, authorized': walk => walk.answer(200),
  'NOTIFY fails': walk => walk.subscribe(600).then(() => walk.answer(481)),
  'NOTIFY times out': walk => walk.stage.clock.run(32_000),
  authorized: async walk => walk.subscribers[0].activate(STATE),
  refused: async walk => walk.subscribers[0].terminate('rejected'),
  refreshed: walk => walk.subscribe(600),
  unsubscribed: walk => walk.subscribe(0),
  expired: walk => walk.stage.clock.run(600_000),
};

for (const [cell, expected] of Object.entries(NOTIFIER))
  test(`RFC 6665 figure 2: ${cell} -> ${expected}`, async () => {
    const [from, event] = cell.split(' / ');
    const walk = await NotifierWalk.begin(from === 'pending' || event.endsWith('pending'));
    if (from !== 'resp_wait') await walk.answer(200);
    if (from === 'terminated') {
      walk.subscribers[0].terminate('noresource');
      await settle();
      await walk.answer(200);
    }
    await notifierEvents[event](walk);
    await settle();
    assert.equal(walk.state(), expected);
    if (expected === 'terminated' && !event.startsWith('NOTIFY')) await walk.answer(200);
    else walk.subscribers[0].terminate('noresource');
    await assertNothingLeft(walk.stage);
  });
