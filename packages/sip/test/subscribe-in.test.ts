import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { EventPackage, SubscribeGrant, Subscriber, UserAgentOptions } from '../src/index.ts';
import { answerTo, notifies } from './event-texts.ts';
import { firstWords, headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { type RequestText, requestText } from './messages.ts';
import { NOTHING, type Scene, SERVER, scene } from './scene.ts';

const TYPE = 'application/simple-message-summary';
const lamp = (text: string) => ({ type: TYPE, content: Buffer.from(text) });

interface Stage extends Scene {
  readonly peer: RawPeer;
  readonly subscribers: Subscriber[];
  /** What the application answers. */
  grant: ReturnType<EventPackage['onSubscribe']>;
  readonly asked: number[];
}

async function stage(options: Partial<UserAgentOptions> = {}, more: Partial<EventPackage> = {}): Promise<Stage> {
  const subscribers: Subscriber[] = [];
  const asked: number[] = [];
  const taken = (subscriber: Subscriber) => void subscribers.push(subscriber);
  const events = {
    packages: [
      {
        name: 'message-summary',
        contentType: TYPE,
        onSubscribe: ({ expires }: { expires: number }) => {
          asked.push(expires);
          return made.grant;
        },
        ...more,
      },
    ],
  };
  const base = await scene({ events, ...options });
  const peer = await base.network.peer('10.0.0.2');
  const grant: SubscribeGrant = { state: lamp('first'), taken };
  const made: Stage = Object.assign(base, { peer, subscribers, asked, grant });
  return made;
}

const SUBSCRIBE = { method: 'SUBSCRIBE', extra: ['Event: message-summary', 'Expires: 600'] } satisfies RequestText;
const subscribe = (more: Partial<RequestText> = {}) => requestText({ ...SUBSCRIBE, ...more });

/** A subscription whose first NOTIFY has been answered. */
async function subscribed(options?: Partial<UserAgentOptions>, more?: Partial<EventPackage>) {
  const on = await stage(options, more);
  const [ok, notify] = await on.peer.ask(subscribe(), SERVER);
  await on.peer.ask(answerTo(notify, 200), SERVER);
  const toTag = tagIn(ok, 'To');
  const again = (cseq: number, extra: readonly string[]) =>
    on.peer.ask(requestText({ method: 'SUBSCRIBE', cseq, toTag, extra }), SERVER);
  return { on, ok, notify, toTag, again, subscriber: on.subscribers[0] };
}

test('a SUBSCRIBE is answered with its time and followed by the state at once', async () => {
  const { on, ok, notify, subscriber } = await subscribed();
  assert.deepEqual(firstWords([ok]), ['200 OK']);
  assert.equal(headerOf(ok, 'Expires'), '600');
  assert.equal(headerOf(ok, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.deepEqual(notifies([notify]), [['message-summary', 'active;expires=600', 'first']]);
  assert.equal(headerOf(notify, 'Content-Type'), TYPE);
  assert.equal(headerOf(notify, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.match(notify, /^NOTIFY sip:caller@10\.0\.0\.2:5060 SIP/);
  assert.equal(tagIn(notify, 'From'), tagIn(ok, 'To'));
  assert.equal(tagIn(notify, 'To'), 'from1');
  assert.deepEqual(on.asked, [600]);
  assert.equal(subscriber.signal.aborted, false);
  assert.equal(on.agent.counts().subscriptions, 1);
  assert.equal(on.agent.counts().dialogs, 1);
});

test('Allow, Allow-Events and Supported say what there is', async () => {
  const on = await stage();
  const [options] = await on.peer.ask(requestText({ method: 'OPTIONS' }), SERVER);
  assert.match(headerOf(options, 'Allow') ?? '', /NOTIFY, SUBSCRIBE$/);
  assert.equal(headerOf(options, 'Allow-Events'), 'message-summary');
});

for (const [name, more, words, header] of [
  ['a package that nobody knows', { extra: ['Event: presence'] }, '489 Bad Event', ['Allow-Events', 'message-summary']],
  ['no Event', { extra: [] }, '489 Bad Event', ['Allow-Events', 'message-summary']],
  ['an Event that cannot be read', { extra: ['Event: ;id=1'] }, "400 Event: expected an event package, found ';' at 0"],
  ['two of them', { extra: ['Event: message-summary', 'o: message-summary'] }, '400 Event: appears more than once'],
  ['REFER as a package', { extra: ['Event: refer'] }, '403 Forbidden'],
  [
    'a time that is too short',
    { extra: ['Event: message-summary', 'Expires: 59'] },
    '423 Interval Too Brief',
    ['Min-Expires', '60'],
  ],
  [
    'a time that is none',
    { extra: ['Event: message-summary', 'Expires: soon'] },
    "400 Expires: expected a number of seconds, found 's' at 0",
  ],
  [
    'bodies that we do not make',
    { extra: ['Event: message-summary', 'Accept: text/plain'] },
    '406 Not Acceptable',
    ['Accept', TYPE],
  ],
  ['nowhere to send a NOTIFY', { contact: null }, '400 Contact: exactly one SIP URI is needed'],
] as const) {
  test(`a SUBSCRIBE with ${name} gets ${words}, and leaves nothing`, async () => {
    const on = await stage();
    const [answer] = await on.peer.ask(subscribe(more), SERVER);
    assert.deepEqual(firstWords([answer]), [words]);
    if (header) assert.equal(headerOf(answer, header[0]), header[1]);
    assert.deepEqual(on.asked, []);
    await on.clock.run(40_000);
    assert.deepEqual(on.agent.counts(), NOTHING);
  });
}

test('the application may refuse, and grant less than was asked for', async () => {
  const on = await stage();
  on.grant = { status: 404 };
  assert.deepEqual(firstWords(await on.peer.ask(subscribe({ callId: 'no' }), SERVER)), ['404 Not Found']);
  on.grant = { state: undefined, expires: 120 };
  const [ok, notify] = await on.peer.ask(subscribe({ callId: 'less' }), SERVER);
  assert.equal(headerOf(ok, 'Expires'), '120');
  assert.deepEqual(notifies([notify]), [['message-summary', 'active;expires=120', '']]);
  const toTag = tagIn(ok, 'To');
  await on.peer.ask(answerTo(notify, 200), SERVER);
  const extra = ['Event: message-summary', 'Expires: 9999'];
  const [refreshed] = await on.peer.ask(
    requestText({ method: 'SUBSCRIBE', callId: 'less', cseq: 2, toTag, extra }),
    SERVER,
  );
  assert.equal(headerOf(refreshed, 'Expires'), '120');
});

test('a longer time than the package has is cut, and without Expires the usual one holds', async () => {
  const on = await stage({}, { expires: { usual: 300, least: 10, most: 900 } });
  const [long] = await on.peer.ask(
    subscribe({ callId: 'a', extra: ['Event: message-summary', 'Expires: 99999999999'] }),
    SERVER,
  );
  const [none] = await on.peer.ask(subscribe({ callId: 'b', extra: ['Event: message-summary'] }), SERVER);
  assert.deepEqual([headerOf(long, 'Expires'), headerOf(none, 'Expires')], ['900', '300']);
});

test('the state is told when it changes: the newest of what happens within a second, and one NOTIFY at a time', async () => {
  const { on, subscriber } = await subscribed();
  const before = on.peer.heard.length;
  const news = () => notifies(on.peer.heard.slice(before)).map(([, state, body]) => [state, body]);
  subscriber.notify(lamp('second'));
  subscriber.notify(lamp('third'));
  await settle();
  assert.deepEqual(news(), []);
  await on.clock.run(1000);
  assert.deepEqual(news(), [['active;expires=599', 'third']]);
  await on.peer.ask(answerTo(on.peer.heard.at(-1) ?? '', 200), SERVER);
  await on.clock.run(5000);
  subscriber.notify(lamp('fourth'));
  subscriber.notify(lamp('fifth'));
  await settle();
  assert.deepEqual(news().slice(1), [['active;expires=594', 'fourth']]);
  // Unanswered: the next one waits for it, however long that takes. Copies of it do not count.
  await on.clock.run(3000);
  assert.ok(news().every(([, body]) => body !== 'fifth'));
  await on.peer.ask(answerTo(on.peer.heard.at(-1) ?? '', 200), SERVER);
  assert.deepEqual(news().at(-1), ['active;expires=591', 'fifth']);
});

test('a refresh prolongs it and repeats the state; a time that is too short is refused and changes nothing', async () => {
  const { on, again, subscriber } = await subscribed();
  await on.clock.run(500_000);
  const [ok, notify] = await again(2, ['Event: message-summary', 'Expires: 600']);
  assert.deepEqual(firstWords([ok, notify]), ['200 OK', 'NOTIFY']);
  assert.deepEqual(notifies([notify]), [['message-summary', 'active;expires=600', 'first']]);
  await on.peer.ask(answerTo(notify, 200), SERVER);
  assert.deepEqual(firstWords(await again(3, ['Event: message-summary', 'Expires: 5'])), ['423 Interval Too Brief']);
  await on.clock.run(599_000);
  assert.equal(subscriber.signal.aborted, false);
  await on.clock.run(1000);
  assert.deepEqual(subscriber.signal.reason, { kind: 'expired' });
  const last = on.peer.heard.at(-1) ?? '';
  assert.deepEqual(notifies([last]), [['message-summary', 'terminated;reason=timeout', 'first']]);
  await on.peer.ask(answerTo(last, 200), SERVER);
  await on.clock.run(40_000);
  assert.deepEqual(on.agent.counts(), NOTHING);
});

test('Expires 0 ends it, with a last NOTIFY', async () => {
  const { on, again, subscriber } = await subscribed();
  const [ok, notify] = await again(2, ['Event: message-summary', 'Expires: 0']);
  assert.equal(headerOf(ok, 'Expires'), '0');
  assert.deepEqual(notifies([notify]), [['message-summary', 'terminated;reason=timeout', 'first']]);
  assert.deepEqual(subscriber.signal.reason, { kind: 'unsubscribed' });
  assert.deepEqual(firstWords(await again(3, ['Event: message-summary', 'Expires: 60'])), [
    '481 Subscription does not exist',
  ]);
  await on.peer.ask(answerTo(notify, 200), SERVER);
  assert.equal(on.agent.counts().subscriptions, 0);
  assert.equal(on.agent.counts().dialogs, 0);
});

test('a fetch gets the state once, and nobody to tell more', async () => {
  const on = await stage();
  const [ok, notify] = await on.peer.ask(subscribe({ extra: ['Event: message-summary;id=7', 'Expires: 0'] }), SERVER);
  assert.equal(headerOf(ok, 'Expires'), '0');
  assert.deepEqual(notifies([notify]), [['message-summary;id=7', 'terminated;reason=timeout', 'first']]);
  assert.deepEqual(on.asked, [0]);
  assert.equal(on.subscribers.length, 0);
  await on.peer.ask(answerTo(notify, 200), SERVER);
  await on.clock.run(40_000);
  assert.deepEqual(on.agent.counts(), NOTHING);
});

test('an Event with another id, or another package, is no refresh', async () => {
  const { again } = await subscribed();
  assert.deepEqual(firstWords(await again(2, ['Event: message-summary;id=2', 'Expires: 600'])), [
    '481 Subscription does not exist',
  ]);
  assert.deepEqual(firstWords(await again(3, ['Event: presence', 'Expires: 600'])), ['489 Bad Event']);
});

test('requests in the dialog that are none of a subscription', async () => {
  const { on, toTag } = await subscribed();
  const ask = (method: string, cseq: number, extra: readonly string[] = []) =>
    on.peer.ask(requestText({ method, cseq, toTag, extra }), SERVER);
  assert.deepEqual(firstWords(await ask('OPTIONS', 5)), ['200 OK']);
  assert.deepEqual(firstWords(await ask('INFO', 6)), ['405 Method Not Allowed']);
  assert.deepEqual(firstWords(await ask('INFO', 4)), ['500 CSeq Out of Order']);
  assert.deepEqual(firstWords(await ask('NOTIFY', 7, ['Event: message-summary', 'Subscription-State: active'])), [
    '481 Subscription does not exist',
  ]);
});

test('pending keeps the state back until the application has decided', async () => {
  const on = await stage();
  const subscribers: Subscriber[] = [];
  on.grant = { state: lamp('secret'), pending: true, taken: subscriber => void subscribers.push(subscriber) };
  const [, notify] = await on.peer.ask(subscribe(), SERVER);
  assert.deepEqual(notifies([notify]), [['message-summary', 'pending;expires=600', '']]);
  await on.peer.ask(answerTo(notify, 200), SERVER);
  subscribers[0].notify(lamp('still secret'));
  await on.clock.run(5000);
  assert.equal(notifies(on.peer.heard).length, 1);
  subscribers[0].activate(undefined);
  await settle();
  assert.deepEqual(notifies(on.peer.heard.slice(-1)), [['message-summary', 'active;expires=595', 'still secret']]);
});

test('the application ends it with a reason and a time to stay away', async () => {
  const { on, subscriber } = await subscribed();
  subscriber.terminate('probation', 90);
  subscriber.terminate('rejected');
  subscriber.notify(lamp('too late'));
  await settle();
  const last = on.peer.heard.at(-1) ?? '';
  assert.deepEqual(notifies([last]), [['message-summary', 'terminated;reason=probation;retry-after=90', 'first']]);
  assert.deepEqual(subscriber.signal.reason, { kind: 'terminated' });
  await on.peer.ask(answerTo(last, 503, ['Retry-After: 5']), SERVER);
  await on.clock.run(40_000);
  assert.equal(notifies(on.peer.heard).length, 2);
  assert.deepEqual(on.agent.counts(), NOTHING);
});

for (const [name, status, extra, kept] of [
  ['481', 481, [], false],
  ['481 with Retry-After', 481, ['Retry-After: 5'], false],
  ['500', 500, [], false],
  ['489', 489, [], false],
  ['503 with Retry-After', 503, ['Retry-After: 5 (busy)'], true],
] as const) {
  test(`a NOTIFY answered ${name} ${kept ? 'is sent again later' : 'ends the subscription'}`, async () => {
    const on = await stage();
    const [, notify] = await on.peer.ask(subscribe(), SERVER);
    await on.peer.ask(answerTo(notify, status, extra), SERVER);
    const [subscriber] = on.subscribers;
    assert.equal(subscriber.signal.aborted, !kept);
    if (!kept) assert.deepEqual(subscriber.signal.reason, { kind: 'notify failed', status });
    assert.equal(on.agent.counts().subscriptions, kept ? 1 : 0);
    await on.clock.run(4900);
    assert.equal(notifies(on.peer.heard).length, 1);
    await on.clock.run(100);
    assert.equal(notifies(on.peer.heard).length, kept ? 2 : 1);
  });
}

test('a NOTIFY that is not answered ends the subscription', async () => {
  const on = await stage();
  await on.peer.ask(subscribe(), SERVER);
  await on.clock.run(32_000);
  assert.deepEqual(on.subscribers[0].signal.reason, { kind: 'notify failed', status: 408 });
  await on.clock.run(40_000);
  assert.deepEqual(on.agent.counts(), NOTHING);
});

test('subscriptions are limited in all and for each source', async () => {
  const on = await stage({ budgets: { subscriptions: 3, subscriptionsPerSource: 2 } });
  const ask = async (peer: RawPeer, callId: string) => {
    const via = `Via: SIP/2.0/UDP ${peer.address}:5060;branch=z9hG4bK${callId}`;
    const [answer, notify] = await peer.ask(subscribe({ callId, via }), SERVER);
    if (notify) await on.peer.ask(answerTo(notify, 200), SERVER);
    return firstWords([answer])[0];
  };
  const other = await on.network.peer('10.0.0.3');
  const third = await on.network.peer('10.0.0.4');
  assert.equal(await ask(on.peer, '1'), '200 OK');
  assert.equal(await ask(on.peer, '2'), '200 OK');
  assert.equal(await ask(on.peer, '3'), '503 Service Unavailable');
  assert.equal(await ask(other, '4'), '200 OK');
  assert.equal(await ask(third, '5'), '503 Service Unavailable');
  on.subscribers[0].terminate('noresource');
  await settle();
  await on.peer.ask(answerTo(on.peer.heard.at(-1) ?? '', 200), SERVER);
  assert.equal(await ask(third, '6'), '200 OK');
});

test('over UDP few NOTIFYs go to addresses that have not answered one', async () => {
  const on = await stage({ budgets: { unansweredSubscriptions: 2 } });
  const ask = (callId: string) => on.peer.ask(subscribe({ callId }), SERVER);
  const [, notify] = await ask('1');
  await ask('2');
  assert.deepEqual(firstWords(await ask('3')), ['503 Service Unavailable']);
  await on.peer.ask(answerTo(notify, 200), SERVER);
  assert.deepEqual(firstWords(await ask('4')), ['200 OK', 'NOTIFY']);
  assert.deepEqual(firstWords(await ask('5')), ['503 Service Unavailable']);
  // Those who never answer are gone after 64*T1.
  await on.clock.run(33_000);
  assert.deepEqual(firstWords(await ask('6')), ['200 OK', 'NOTIFY']);
  assert.equal(on.agent.counts().subscriptions, 2);
});

test('closing the user agent ends subscriptions without a word, and leaves no timer', async () => {
  const { on, subscriber } = await subscribed();
  const before = on.peer.heard.length;
  await on.agent.close();
  assert.deepEqual(subscriber.signal.reason, { kind: 'local' });
  assert.equal(on.peer.heard.length, before);
  assert.deepEqual(on.agent.counts(), NOTHING);
});

test('a subscription is refused when admission refuses it', async () => {
  const on = await stage();
  on.admit = () => ({ status: 403 });
  assert.deepEqual(firstWords(await on.peer.ask(subscribe(), SERVER)), ['403 Forbidden']);
  assert.deepEqual(on.asked, []);
});
