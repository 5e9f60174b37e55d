import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { SubscribeOptions, SubscriptionEnd } from '../src/index.ts';
import { answerTo } from './event-texts.ts';
import { firstWords, headerOf, type RawPeer, tagIn } from './memory-network.ts';
import { requestText } from './messages.ts';
import { NOTHING, SERVER, scene } from './scene.ts';

const TYPE = 'application/simple-message-summary';

interface Notified {
  readonly state: string;
  readonly cseq?: number;
  readonly fromTag?: string;
  readonly event?: string;
  readonly body?: string;
  readonly type?: string;
  readonly contact?: string;
  readonly extra?: readonly string[];
}

/** A subscription of ours with a notifier by hand. */
async function subscribing(options: Partial<SubscribeOptions> = {}) {
  const stage = await scene({ events: {} });
  const peer = await stage.network.peer('10.0.0.2');
  const heard: string[] = [];
  const subscription = stage.agent.subscribe(
    { uri: 'sip:1001@10.0.0.2' },
    { from: 'sip:ann@10.0.0.1', event: 'message-summary', accept: [TYPE], expires: 600, ...options },
  );
  subscription.onNotify(({ state, body }) => heard.push(`${state.state} ${body && Buffer.from(body.content)}`));
  await settle();
  /** The SUBSCRIBEs so far, copies left out. */
  const requests = () => {
    const seen = new Set<string | undefined>();
    return peer.heard.filter(text => {
      if (!text.startsWith('SUBSCRIBE ') || seen.has(headerOf(text, 'Via'))) return false;
      return seen.add(headerOf(text, 'Via'));
    });
  };
  let cseq = 0;
  const notify = (notified: Notified, request = requests()[0], from: RawPeer = peer) => {
    const {
      state,
      fromTag = 'notifier',
      event = 'message-summary',
      body = '',
      type = TYPE,
      contact,
      extra = [],
    } = notified;
    cseq += 1;
    const number = notified.cseq ?? cseq;
    const text = requestText({
      method: 'NOTIFY',
      callId: headerOf(request, 'Call-ID') ?? '',
      toTag: tagIn(request, 'From'),
      fromTag,
      cseq: number,
      branch: `z9hG4bK${fromTag}${cseq}`,
      via: `Via: SIP/2.0/UDP ${from.address}:5060;branch=z9hG4bK${fromTag}${cseq}`,
      contact: contact ?? '<sip:1001@10.0.0.2:5060>',
      extra: [`Event: ${event}`, `Subscription-State: ${state}`, ...extra],
      body,
      type,
    });
    return from.ask(text, SERVER);
  };
  const end = () => subscription.signal.reason as SubscriptionEnd | undefined;
  /** Until the next SUBSCRIBE. */
  const untilNext = async (): Promise<string> => {
    const before = requests().length;
    for (let seconds = 0; seconds < 700 && requests().length === before; seconds++) await stage.clock.run(1000);
    return requests().at(-1) ?? '';
  };
  return { stage, peer, subscription, heard, requests, notify, end, untilNext };
}

/** The same with a NOTIFY that has been taken. */
async function subscribed(options: Partial<SubscribeOptions> = {}, state = 'active;expires=600') {
  const on = await subscribing(options);
  await on.peer.ask(answerTo(on.requests()[0], 200, ['Expires: 600']), SERVER);
  await on.notify({ state, body: 'Messages-Waiting: no' });
  return on;
}

test('a SUBSCRIBE says what it is for, and the NOTIFYs that follow are heard', async () => {
  const on = await subscribing();
  const [request] = on.requests();
  assert.match(request, /^SUBSCRIBE sip:1001@10\.0\.0\.2 SIP/);
  const headers = ['Event', 'Expires', 'Accept', 'To', 'Contact'].map(name => headerOf(request, name));
  assert.deepEqual(headers, ['message-summary', '600', TYPE, '<sip:1001@10.0.0.2>', '<sip:10.0.0.1:5060>']);
  await on.peer.ask(answerTo(request, 200, ['Expires: 600']), SERVER);
  assert.deepEqual(firstWords(await on.notify({ state: 'pending;expires=600' })), ['200 OK']);
  assert.deepEqual(firstWords(await on.notify({ state: 'active', body: 'Messages-Waiting: yes' })), ['200 OK']);
  assert.deepEqual(on.heard, ['pending undefined', 'active Messages-Waiting: yes']);
  assert.deepEqual([on.stage.agent.counts().subscriptions, on.subscription.signal.aborted], [1, false]);
});

test('the first NOTIFY may come before the answer, and without it', async () => {
  const on = await subscribing();
  assert.deepEqual(firstWords(await on.notify({ state: 'active;expires=600' })), ['200 OK']);
  await on.stage.clock.run(40_000);
  assert.equal(on.subscription.signal.aborted, false);
  assert.equal(on.stage.agent.counts().dialogs, 1);
});

test('without a NOTIFY the subscription ends at timer N, and without an answer at timer F', async () => {
  const answered = await subscribing();
  await answered.peer.ask(answerTo(answered.requests()[0], 200, ['Expires: 600']), SERVER);
  await answered.stage.clock.run(32_000);
  assert.deepEqual(answered.end(), { kind: 'no notify' });
  const silent = await subscribing();
  await silent.stage.clock.run(32_000);
  assert.deepEqual(silent.end(), { kind: 'refused', status: 408 });
  for (const { stage } of [answered, silent]) {
    await stage.clock.run(40_000);
    assert.deepEqual(stage.agent.counts(), NOTHING);
  }
});

test('a refusal ends it', async () => {
  const on = await subscribing();
  await on.peer.ask(answerTo(on.requests()[0], 489), SERVER);
  assert.deepEqual(on.end(), { kind: 'refused', status: 489 });
  assert.deepEqual(firstWords(await on.notify({ state: 'active' })), ['481 Call/Transaction Does Not Exist']);
});

test('423 makes it ask for what the notifier wants, and no more than a day', async () => {
  const on = await subscribing({ expires: 60 });
  await on.peer.ask(answerTo(on.requests()[0], 423, ['Min-Expires: 900']), SERVER);
  assert.deepEqual(
    on.requests().map(text => headerOf(text, 'Expires')),
    ['60', '900'],
  );
  await on.peer.ask(answerTo(on.requests()[1], 423, ['Min-Expires: 900']), SERVER);
  assert.deepEqual(on.end(), { kind: 'refused', status: 423 });
  const long = await subscribing({ expires: 60 });
  await long.peer.ask(answerTo(long.requests()[0], 423, ['Min-Expires: 99999999']), SERVER);
  assert.deepEqual(long.end(), { kind: 'refused', status: 423 });
});

test('a notifier that wants a little longer each time is not humoured without end, neither at first nor later', async () => {
  const first = await subscribing({ expires: 60 });
  for (let n = 0; n < 20 && first.end() === undefined; n++)
    await first.peer.ask(answerTo(first.requests()[n], 423, [`Min-Expires: ${61 + n}`]), SERVER);
  assert.deepEqual(first.end(), { kind: 'refused', status: 423 });
  assert.equal(first.requests().length, 5);
  const later = await subscribed({ expires: 100 }, 'active;expires=100');
  await later.untilNext();
  for (let n = 1; n < later.requests().length && n < 20; n++)
    await later.peer.ask(answerTo(later.requests()[n], 423, [`Min-Expires: ${100 + n}`]), SERVER);
  assert.equal(later.requests().length, 5);
});

test('NOTIFYs that are none of this subscription, or that cannot be read', async () => {
  const on = await subscribing();
  const said = async (notified: Notified) => firstWords(await on.notify(notified))[0];
  assert.equal(await said({ state: 'active', event: 'presence' }), '489 Bad Event');
  assert.equal(await said({ state: 'active', event: 'message-summary;id=1' }), '489 Bad Event');
  assert.match((await said({ state: '' })) ?? '', /^400 Subscription-State: expected a state/);
  assert.match((await said({ state: 'active;expires=x' })) ?? '', /^400 Subscription-State: expected a number/);
  assert.match((await said({ state: 'active', body: 'x', type: 'text/plain' })) ?? '', /^415 /);
  assert.deepEqual([on.heard, on.stage.agent.counts().dialogs], [[], 1]);
  assert.equal(await said({ state: 'active', cseq: 50 }), '200 OK');
  assert.equal(await said({ state: 'active', cseq: 49 }), '500 CSeq Out of Order');
  assert.equal(await said({ state: 'active', cseq: 51, event: 'presence' }), '481 Subscription does not exist');
  assert.deepEqual(on.heard, ['active undefined']);
});

test('it is refreshed in its dialog before it ends, at the address that the notifier named', async () => {
  const on = await subscribed();
  await on.notify({ state: 'active;expires=400', contact: '<sip:moved@10.0.0.2:5060>' });
  await on.stage.clock.run(299_000);
  assert.equal(on.requests().length, 1);
  await on.stage.clock.run(61_000);
  const [, refresh] = on.requests();
  assert.match(refresh, /^SUBSCRIBE sip:moved@10\.0\.0\.2:5060 SIP/);
  assert.deepEqual([headerOf(refresh, 'Expires'), headerOf(refresh, 'Event')], ['600', 'message-summary']);
  assert.equal(tagIn(refresh, 'To'), 'notifier');
  await on.peer.ask(answerTo(refresh, 200, ['Expires: 200']), SERVER);
  await on.stage.clock.run(149_000);
  assert.equal(on.requests().length, 2);
  await on.stage.clock.run(31_000);
  assert.equal(on.requests().length, 3);
});

test('a notifier who sets no time, or one that is longer than was asked for, gets refreshes all the same', async () => {
  for (const state of ['active', 'active;expires=99999999']) {
    const on = await subscribed({}, state);
    await on.stage.clock.run(540_000);
    assert.equal(on.requests().length, 2, state);
  }
});

test('a refresh that is refused for good ends it; one that fails for now leaves it to its end', async () => {
  const gone = await subscribed();
  await gone.peer.ask(answerTo(await gone.untilNext(), 404), SERVER);
  assert.deepEqual(gone.end(), { kind: 'refused', status: 404 });
  const busy = await subscribed();
  await busy.peer.ask(answerTo(await busy.untilNext(), 503), SERVER);
  assert.equal(busy.subscription.signal.aborted, false);
  assert.deepEqual(firstWords(await busy.notify({ state: 'active;expires=600' })), ['200 OK']);
});

test('a refresh asks for longer when it has to', async () => {
  const on = await subscribed({ expires: 100 }, 'active;expires=100');
  await on.peer.ask(answerTo(await on.untilNext(), 423, ['Min-Expires: 300']), SERVER);
  assert.equal(headerOf(on.requests()[2], 'Expires'), '300');
  assert.equal(tagIn(on.requests()[2], 'To'), 'notifier');
});

/** Ends that lead to a new subscription, and when. */
for (const [reason, from, to] of [
  ['deactivated', 0, 0],
  ['timeout', 0, 0],
  ['probation;retry-after=90', 90_000, 90_000],
  ['probation', 60_000, 120_000],
  ['giveup;retry-after=5', 5_000, 5_000],
  ['giveup', 60_000, 120_000],
  ['somethingnew;retry-after=30', 30_000, 30_000],
  ['', 60_000, 120_000],
] as const) {
  test(`a subscription that ends with "${reason}" is made anew after ${from / 1000} to ${to / 1000} s`, async () => {
    const on = await subscribed();
    await on.notify({ state: reason === '' ? 'terminated' : `terminated;reason=${reason}`, body: 'bye' });
    assert.equal(on.heard.at(-1), 'terminated bye');
    await on.stage.clock.run(Math.max(0, from - 1));
    assert.equal(on.requests().length, from === 0 ? 2 : 1);
    await on.stage.clock.run(to - from + 1);
    assert.equal(on.requests().length, 2);
    const [first, second] = on.requests();
    assert.notEqual(headerOf(first, 'Call-ID'), headerOf(second, 'Call-ID'));
    assert.equal(tagIn(second, 'To'), '');
    assert.deepEqual(firstWords(await on.notify({ state: 'active;expires=600' })), [
      '481 Call/Transaction Does Not Exist',
    ]);
    assert.deepEqual(firstWords(await on.notify({ state: 'active;expires=600' }, second)), ['200 OK']);
    assert.equal(on.stage.agent.counts().subscriptions, 1);
  });
}

for (const reason of ['rejected', 'noresource', 'invariant']) {
  test(`a subscription that ends with "${reason}" is over for good`, async () => {
    const on = await subscribed();
    await on.notify({ state: `terminated;reason=${reason};retry-after=1` });
    assert.deepEqual(on.end(), { kind: 'terminated', reason });
    await on.stage.clock.run(4_000_000);
    assert.equal(on.requests().length, 1);
    assert.deepEqual(on.stage.agent.counts(), NOTHING);
  });
}

test('a notifier who ends each subscription at once is asked less and less often', async () => {
  const on = await subscribed();
  const times: number[] = [];
  for (let round = 1; round <= 8; round++) {
    await on.notify({ state: 'terminated;reason=deactivated' }, on.requests().at(-1));
    const before = on.stage.clock.monotonic();
    while (on.requests().length === round) await on.stage.clock.run(250);
    times.push((on.stage.clock.monotonic() - before) / 1000);
    await on.peer.ask(answerTo(on.requests().at(-1) ?? '', 200), SERVER);
    await on.notify({ state: 'active;expires=600' }, on.requests().at(-1));
  }
  assert.equal(times[0], 0.25);
  for (const [index, seconds] of times.slice(1, 6).entries())
    assert.ok(seconds >= 2 ** index && seconds <= 2 ** (index + 1) + 0.25, `round ${index + 1}: ${seconds} s`);
});

test('a notifier who has forgotten it, or lets it end, gets a new one', async () => {
  const forgotten = await subscribed();
  await forgotten.peer.ask(answerTo(await forgotten.untilNext(), 481), SERVER);
  await forgotten.stage.clock.run(1);
  assert.equal(forgotten.requests().length, 3);
  assert.equal(tagIn(forgotten.requests()[2], 'To'), '');
  const silent = await subscribed();
  await silent.stage.clock.run(600_001);
  assert.equal(tagIn(silent.requests()[2], 'To'), '');
});

test('unsubscribe says so and waits for the last NOTIFY', async () => {
  const on = await subscribed();
  let over = false;
  const done = on.subscription.unsubscribe().then(() => {
    over = true;
  });
  await settle();
  const [, last] = on.requests();
  assert.deepEqual([headerOf(last, 'Expires'), tagIn(last, 'To')], ['0', 'notifier']);
  await on.peer.ask(answerTo(last, 200, ['Expires: 0']), SERVER);
  assert.equal(over, false);
  assert.deepEqual(firstWords(await on.notify({ state: 'terminated;reason=timeout', body: 'last' })), ['200 OK']);
  await done;
  assert.deepEqual([on.heard.at(-1), on.end()], ['terminated last', { kind: 'unsubscribed' }]);
  await on.subscription.unsubscribe();
  await on.stage.clock.run(40_000);
  assert.deepEqual(on.stage.agent.counts(), NOTHING);
});

test('unsubscribe gives up a notifier who says nothing, and one who has not been heard yet', async () => {
  const silent = await subscribed();
  void silent.subscription.unsubscribe();
  await silent.stage.clock.run(32_000);
  assert.deepEqual(silent.end(), { kind: 'unsubscribed' });
  const early = await subscribing();
  void early.subscription.unsubscribe();
  await early.peer.ask(answerTo(early.requests()[0], 200), SERVER);
  assert.equal(early.requests().length, 1);
  await early.notify({ state: 'active;expires=600' });
  assert.deepEqual(
    early.requests().map(text => headerOf(text, 'Expires')),
    ['600', '0'],
  );
  await early.stage.clock.run(32_000);
  assert.deepEqual(early.end(), { kind: 'unsubscribed' });
  const waiting = await subscribed();
  await waiting.notify({ state: 'terminated;reason=probation;retry-after=60' });
  await waiting.subscription.unsubscribe();
  for (const { stage } of [silent, early, waiting]) {
    await stage.clock.run(80_000);
    assert.deepEqual(stage.agent.counts(), NOTHING);
  }
});

test('a fetch ends with the NOTIFY that it asked for', async () => {
  const on = await subscribing({ expires: 0 });
  assert.equal(headerOf(on.requests()[0], 'Expires'), '0');
  await on.peer.ask(answerTo(on.requests()[0], 200, ['Expires: 0']), SERVER);
  await on.notify({ state: 'terminated;reason=timeout', body: 'state' });
  assert.deepEqual([on.heard, on.end()], [['terminated state'], { kind: 'fetched' }]);
  await on.stage.clock.run(40_000);
  assert.deepEqual(on.stage.agent.counts(), NOTHING);
});

test('of several notifiers that one request reached, as many are heard as were wanted', async () => {
  const one = await subscribed();
  assert.deepEqual(firstWords(await one.notify({ state: 'active', fromTag: 'other' })), [
    '481 Call/Transaction Does Not Exist',
  ]);
  const two = await subscribed({ notifiers: 2 });
  assert.deepEqual(firstWords(await two.notify({ state: 'active', fromTag: 'other' })), ['200 OK']);
  assert.deepEqual(firstWords(await two.notify({ state: 'active', fromTag: 'third' })), [
    '481 Call/Transaction Does Not Exist',
  ]);
  await two.notify({ state: 'terminated;reason=noresource', fromTag: 'other' });
  assert.equal(two.subscription.signal.aborted, false);
  await two.notify({ state: 'terminated;reason=noresource' });
  assert.deepEqual(two.end(), { kind: 'terminated', reason: 'noresource' });
});

test('a NOTIFY from an address that is not the notifier needs admission', async () => {
  const on = await subscribing();
  const asked: string[] = [];
  on.stage.admit = request => {
    asked.push(request.method);
    return { status: 403 };
  };
  const stranger = await on.stage.network.peer('10.0.0.66');
  assert.deepEqual(firstWords(await on.notify({ state: 'active' }, on.requests()[0], stranger)), ['403 Forbidden']);
  assert.deepEqual(firstWords(await on.notify({ state: 'active' })), ['200 OK']);
  assert.deepEqual(asked, ['NOTIFY']);
});

test('closing the user agent ends it', async () => {
  const on = await subscribed();
  await on.stage.agent.close();
  assert.deepEqual(on.end(), { kind: 'local' });
  assert.deepEqual(on.stage.agent.counts(), NOTHING);
});
