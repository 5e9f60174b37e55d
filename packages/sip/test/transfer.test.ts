import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { defer, memoryLog, seeded, systemClock } from '@parley/base';
import {
  type Body,
  createUserAgent,
  type Dialog,
  type Invitation,
  MESSAGE_SUMMARY,
  MESSAGE_SUMMARY_TYPE,
  type MessageSummary,
  type Peer,
  parseMessageSummary,
  printMessageSummary,
  printUri,
  type ReferProgress,
  type Referral,
  type Subscriber,
  type UserAgent,
  type UserAgentOptions,
} from '../src/index.ts';
import { SDP } from './messages.ts';
import { sdp, textOf } from './scene.ts';

/** Three user agents of ours over real sockets; nobody waits for more than a round trip. */
const TIMERS = { T1: 50, T2: 200, T4: 250 };

interface Phone {
  readonly agent: UserAgent;
  readonly uri: string;
  /** Calls that were taken. */
  readonly calls: Dialog[];
}

let seed = 41;

async function start(t: TestContext, address: string, options: Partial<UserAgentOptions> = {}): Promise<Phone> {
  const calls: Dialog[] = [];
  const transport = 'udp';
  const agent = createUserAgent({
    listen: [{ transport, address, port: 0 }],
    clock: systemClock,
    log: memoryLog(),
    timers: TIMERS,
    random: seeded(seed++),
    admit: () => undefined,
    onInvitation: invitation => take(invitation, calls),
    events: {},
    ...options,
  });
  const [{ port }] = await agent.listen();
  t.after(() => agent.close());
  return { agent, uri: `sip:phone@${address}:${port}`, calls };
}

/** Answers; a call that takes the place of another ends that one. */
function take(invitation: Invitation, calls: Dialog[]): void {
  invitation.ring();
  invitation.answer(sdp(SDP)).then(
    dialog => {
      calls.push(dialog);
      void invitation.replaces?.bye();
    },
    () => undefined,
  );
}

/** Does what a REFER asks for, and tells how it goes. */
function obey(phone: () => Phone, { referTo }: Referral, progress: ReferProgress): void {
  const { replaces } = referTo;
  const inviter = phone().agent.invite(
    { uri: printUri(referTo.uri) },
    { from: phone().uri, body: sdp(SDP), ...(replaces ? { replaces } : {}) },
  );
  inviter.onProgress(status => progress.report(status));
  inviter.answered.then(
    ({ dialog }) => {
      phone().calls.push(dialog);
      progress.report(200);
    },
    ({ status, reason }) => progress.report(status, reason),
  );
}

const call = async (from: Phone, to: Phone): Promise<Dialog> =>
  (await from.agent.invite({ uri: to.uri }, { from: from.uri, body: sdp(SDP) }).answered).dialog;

/** A phone that does as it is told. */
async function obedient(t: TestContext, address: string): Promise<Phone> {
  const onRefer = (referral: Referral) => ({
    taken: (progress: ReferProgress) => obey(() => made, referral, progress),
  });
  const made: Phone = await start(t, address, { events: { onRefer } });
  return made;
}

test('a blind transfer: the phone that is asked calls the third party, and the server hears that it was answered', async t => {
  const [server, phone, third] = [
    await start(t, '127.0.0.2'),
    await obedient(t, '127.0.0.3'),
    await start(t, '127.0.0.4'),
  ];
  const dialog = await call(server, phone);
  const steps: number[] = [];
  const refer = dialog.refer({ to: third.uri, referredBy: server.uri });
  refer.onProgress(status => steps.push(status));
  assert.deepEqual(await refer.outcome, { kind: 'final', status: 200, reason: 'OK' });
  assert.equal(steps[0], 100);
  await dialog.bye();
  assert.equal(third.calls.length, 1);
  assert.equal(server.agent.counts().subscriptions, 0);
});

test('a blind transfer to somebody who is busy, told after the server has hung up', async t => {
  const busy = { onInvitation: (invitation: Invitation) => invitation.reject({ status: 486 }) };
  const [server, phone] = [await start(t, '127.0.0.2'), await obedient(t, '127.0.0.3')];
  const third = await start(t, '127.0.0.4', busy);
  const dialog = await call(server, phone);
  const refer = dialog.refer({ to: third.uri });
  const [outcome] = await Promise.all([refer.outcome, dialog.bye()]);
  assert.deepEqual(outcome, { kind: 'final', status: 486, reason: 'Busy Here' });
});

test('an attended transfer: the call of the server with the third party becomes one with the phone', async t => {
  const [server, phone] = [await start(t, '127.0.0.2'), await obedient(t, '127.0.0.3')];
  const third = await start(t, '127.0.0.4', { replaces: true });
  const withPhone = await call(server, phone);
  const withThird = await call(server, third);
  const replaced = once(withThird.signal, 'abort');
  const refer = withPhone.refer({ to: withThird.remoteTarget, replaces: withThird });
  assert.deepEqual(await refer.outcome, { kind: 'final', status: 200, reason: 'OK' });
  await replaced;
  assert.equal(withThird.signal.reason.kind, 'bye');
  assert.equal(withPhone.signal.aborted, false);
  await withPhone.bye();
  const joined = phone.calls.at(-1);
  const other = third.calls.find(({ callId }) => callId === joined?.callId);
  assert.ok(joined && other && !other.signal.aborted);
});

test('an attended transfer of a call that is gone fails, and nothing else changes', async t => {
  const [server, phone] = [await start(t, '127.0.0.2'), await obedient(t, '127.0.0.3')];
  const third = await start(t, '127.0.0.4', { replaces: true });
  const withPhone = await call(server, phone);
  const replaces = { callId: 'gone', localTag: 'a', remoteTag: 'b' };
  const outcome = await withPhone.refer({ to: third.uri, replaces }).outcome;
  assert.ok(outcome.kind === 'final' && outcome.status === 481);
  assert.equal(withPhone.signal.aborted, false);
});

test('a REFER outside any call: click to dial', async t => {
  const [server, phone, third] = [
    await start(t, '127.0.0.2'),
    await obedient(t, '127.0.0.3'),
    await start(t, '127.0.0.4'),
  ];
  const refer = server.agent.refer({ uri: phone.uri }, { from: server.uri, to: third.uri });
  assert.deepEqual(await refer.outcome, { kind: 'final', status: 200, reason: 'OK' });
  assert.equal(third.calls.length, 1);
  assert.equal(server.agent.counts().subscriptions, 0);
});

/** A lamp, subscribed to over one kind of transport. */
async function lamp(t: TestContext, transport: Peer['transport']) {
  const subscribers: Subscriber[] = [];
  const summary = (unread: number): Body =>
    printMessageSummary({ waiting: unread > 0, classes: new Map([['voice-message', { unread, read: 1 }]]) });
  const onSubscribe = () => ({
    state: summary(0),
    taken: (subscriber: Subscriber) => void subscribers.push(subscriber),
  });
  const packages = [{ name: MESSAGE_SUMMARY, contentType: MESSAGE_SUMMARY_TYPE, onSubscribe }];
  const at = (address: string) => [{ transport, address, port: 0 }] as const;
  const server = await start(t, '127.0.0.2', { listen: at('127.0.0.2'), events: { packages } });
  const phone = await start(t, '127.0.0.3', { listen: at('127.0.0.3') });
  const seen: MessageSummary[] = [];
  let hear = defer<void>();
  const subscription = phone.agent.subscribe(
    { uri: `${server.uri};transport=${transport}` },
    { from: phone.uri, event: MESSAGE_SUMMARY, accept: [MESSAGE_SUMMARY_TYPE] },
  );
  subscription.onNotify(({ body }) => {
    if (body) seen.push(parseMessageSummary(body.content));
    hear.resolve();
    hear = defer();
  });
  await hear.promise;
  return { server, phone, subscription, subscribers, seen, summary, heard: () => hear.promise };
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`a message-waiting lamp over ${transport}: subscribed, lit, put out`, async t => {
    const on = await lamp(t, transport);
    const unread = () => on.seen.map(({ classes }) => classes.get('voice-message')?.unread);
    assert.deepEqual(unread(), [0]);
    const heard = on.heard();
    on.subscribers[0].notify(on.summary(3));
    await heard;
    assert.deepEqual(unread(), [0, 3]);
    assert.equal(on.seen.at(-1)?.waiting, true);
    await on.subscription.unsubscribe();
    assert.equal(on.subscribers[0].signal.aborted, true);
    assert.equal(on.phone.agent.counts().subscriptions, 0);
  });
}

test('a lamp without a subscription: a NOTIFY that is taken, one that nobody wants, and one whose package is not known', async t => {
  const bodies: (string | undefined)[] = [];
  const onNotify = new Map([
    [
      MESSAGE_SUMMARY,
      ({ body }: { body: Body | undefined }) => {
        bodies.push(textOf(body));
        return 200;
      },
    ],
  ]);
  const server = await start(t, '127.0.0.2');
  const willing = await start(t, '127.0.0.3', { events: { onNotify } });
  const unwilling = await start(t, '127.0.0.4');
  const body = printMessageSummary({ waiting: true, classes: new Map() });
  const options = { from: server.uri, event: MESSAGE_SUMMARY, body };
  assert.equal(await server.agent.notify({ uri: willing.uri }, options), 200);
  assert.equal(await server.agent.notify({ uri: unwilling.uri }, options), 481);
  assert.equal(await server.agent.notify({ uri: willing.uri }, { ...options, event: 'presence' }), 489);
  assert.deepEqual(bodies, ['Messages-Waiting: yes\r\n']);
});
