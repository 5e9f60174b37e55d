import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialog, Overload, UserAgent } from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { PROXY, proxyScene } from './proxy-scene.ts';
import { type Scene, SERVER, scene, sdp } from './scene.ts';

/** Nothing is held any more: no transaction, no dialog, no timer. */
const isIdle = (agent: UserAgent) => Object.values(agent.counts()).every(count => count === 0);
const PHONE = '10.0.0.5';
const OFFER = sdp('the offer');

/** A call between the phone and the server of the scene. */
async function callFrom(stage: Scene, address = PHONE): Promise<Dialog> {
  // Rejects when the call ends before the ACK: the phone's own promise tells the tests of that.
  stage.onInvitation = invitation => void invitation.answer(OFFER).catch(() => undefined);
  const phone = await stage.another(address);
  const { dialog } = await phone.invite(
    { uri: `sip:1001@${SERVER.address}` },
    { from: `sip:p@${address}`, body: OFFER },
  ).answered;
  stage.onInvitation = () => undefined;
  return dialog;
}

const octets = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);

test('a flood of INVITEs from one source: others call, its own call goes on, answers and tables are bounded, all of it goes', async () => {
  const stage = await scene({ budgets: { requestsPerSecond: 50, answersPerSecond: 10, transactionsPerSource: 40 } });
  const attacker = '10.0.0.66';
  const own = await callFrom(stage, attacker);
  const others = await callFrom(stage);
  const flood = await stage.network.peer(attacker, 6000);
  const asked: string[] = [];
  for (let n = 0; n < 3000; n++) {
    const text = requestText({
      method: 'INVITE',
      callId: `f${n}`,
      via: `Via: SIP/2.0/UDP ${attacker}:6000;rport;branch=z9hG4bKf${n}`,
    });
    asked.push(text);
    await flood.ask(text, SERVER);
  }
  // 50 in the bucket, less those of its call; of these 40 get a transaction; of the rest 10 get an answer.
  const flooded = stage.invitations.slice(2);
  const words = firstWords(flood.heard);
  assert.equal(words.filter(word => word === '100 Trying').length, flooded.length);
  assert.ok(flooded.length <= 40, `${flooded.length} invitations`);
  assert.equal(words.filter(word => word === '503 Service Unavailable').length, 10);
  assert.ok(octets(flood.heard) < octets(asked) / 20);
  const refused = stage.agent.refusals();
  assert.ok(refused['too many requests'] >= 2940 && refused['too many transactions'] > 0, JSON.stringify(refused));
  const lines = stage.lines.filter(({ event }) => event === 'sip request refused');
  assert.ok(lines.length <= 10, `${lines.length} lines`);
  assert.ok(lines.every(({ fields }) => fields.source === attacker && typeof fields.change === 'string'));
  // What belongs to calls gets through, from the attacked and from the attacker.
  assert.equal(await own.info(OFFER), 415);
  assert.equal(await others.info(OFFER), 415);
  const late = await callFrom(stage, '10.0.0.7');
  for (const invitation of flooded) invitation.reject({ status: 486 });
  const ends = Promise.all([own, others, late].map(dialog => dialog.bye()));
  await stage.clock.run(100_000);
  await ends;
  assert.ok(isIdle(stage.agent));
});

test('a source with all the transactions that it may have gets more when they are over; others have their own', async () => {
  const stage = await scene({ budgets: { transactionsPerSource: 2 } });
  stage.onInvitation = invitation => invitation.reject({ status: 486 });
  const peer = await stage.network.peer('10.0.0.2');
  const other = await stage.network.peer('10.0.0.3');
  const invite = async (from: typeof peer, callId: string) =>
    firstWords(await from.ask(requestText({ method: 'INVITE', callId }), SERVER)).join();
  for (const callId of ['a', 'b']) assert.equal(await invite(peer, callId), '100 Trying,486 Busy Here');
  assert.equal(await invite(peer, 'c'), '503 Service Unavailable');
  assert.equal(await invite(other, 'd'), '100 Trying,486 Busy Here');
  await stage.clock.run(32_000);
  for (const callId of ['e', 'f']) assert.equal(await invite(peer, callId), '100 Trying,486 Busy Here');
  assert.equal(await invite(peer, 'g'), '503 Service Unavailable');
});

test('requests inside a call have twice the room of their source, and no more: others are served, the call can end', async () => {
  const stage = await scene({ budgets: { transactionsPerSource: 10, answersPerSecond: 5, transactions: 30 } });
  // Rejects when the call ends before the ACK: the phone's own promise tells the tests of that.
  stage.onInvitation = invitation => void invitation.answer(OFFER);
  const peer = await stage.network.peer(PHONE);
  const via = (n: number) => `Via: SIP/2.0/UDP ${PHONE}:5060;branch=z9hG4bKi${n}`;
  await peer.ask(requestText({ method: 'INVITE', via: via(0) }), SERVER);
  const toTag = headerOf(peer.heard.at(-1) ?? '', 'To')?.split(';tag=')[1];
  const inside = (method: string, n: number) =>
    peer.ask(requestText({ method, cseq: Math.max(1, n), toTag, via: via(n) }), SERVER);
  await inside('ACK', 0);
  for (let n = 2; n < 200; n++) await inside('INFO', n);
  assert.equal(stage.agent.counts().transactions, 20);
  assert.ok(stage.agent.refusals()['too many transactions'] > 150);
  const other = await stage.network.peer('10.0.0.9');
  stage.onInvitation = invitation => invitation.reject({ status: 486 });
  const text = requestText({ method: 'INVITE', callId: 'o', via: 'Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKo' });
  assert.deepEqual(firstWords(await other.ask(text, SERVER)), ['100 Trying', '486 Busy Here']);
  await stage.clock.run(32_000);
  assert.deepEqual(firstWords(await inside('BYE', 300)), ['200 OK']);
  await stage.clock.run(64_000);
  assert.ok(isIdle(stage.agent));
});

test('a CANCEL and the ACK of a refusal get through when their source has sent too much', async () => {
  const stage = await scene({ budgets: { requestsPerSecond: 3, answersPerSecond: 1 } });
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  const branch = 'z9hG4bKone';
  await peer.ask(requestText({ method: 'INVITE', callId: 'a', branch }), SERVER);
  for (let n = 0; n < 20; n++) await peer.ask(requestText({ method: 'OPTIONS', callId: `o${n}` }), SERVER);
  assert.deepEqual(await peer.ask(requestText({ method: 'BYE', toTag: 'x' }), SERVER), []);
  assert.deepEqual(
    firstWords(await peer.ask(requestText({ method: 'CANCEL', callId: 'a', branch }), SERVER)).toSorted(),
    ['200 OK', '487 Request Terminated'],
  );
  assert.ok(stage.invitations[0].signal.aborted);
  const toTag = headerOf(peer.heard.find(text => text.startsWith('SIP/2.0 487')) ?? '', 'To')?.split(';tag=')[1];
  await peer.ask(requestText({ method: 'ACK', callId: 'a', branch, toTag }), SERVER);
  const before = peer.heard.length;
  await stage.clock.run(30_000);
  assert.equal(peer.heard.length, before, 'the 487 is not repeated after its ACK');
});

test('a source is the /64 of an IPv6 address; a source of one’s own is not limited', async () => {
  const mine = new Set<string>();
  const budgets = { requestsPerSecond: 5, answersPerSecond: 5 };
  const stage = await scene({ budgets, unlimited: ({ address }) => mine.has(address) });
  const answers = async (address: string) => {
    const peer = await stage.network.peer(address);
    let answered = 0;
    for (let n = 0; n < 10; n++)
      answered += (await peer.ask(requestText({ method: 'OPTIONS', callId: `${address}${n}` }), SERVER)).length;
    return answered;
  };
  assert.equal(await answers('2001:db8:0:1::1'), 5);
  assert.equal(await answers('2001:db8:0:1::2'), 0);
  assert.equal(await answers('2001:db8:0:2::1'), 5);
  mine.add('10.0.0.3');
  assert.equal(await answers('10.0.0.3'), 10);
});

test('forged sources without end get no more than their own few answers each, and leave nothing', async () => {
  const stage = await scene({ budgets: { sources: 100, answersPerSecond: 2, malformedAnswersPerSecond: 1 } });
  const peer = await stage.network.peer('10.0.0.2');
  for (let n = 0; n < 500; n++) {
    const forged = await stage.network.peer(`10.9.${n >> 8}.${n & 255}`);
    for (let turn = 0; turn < 3; turn++)
      await forged.ask(requestText({ method: 'DANCE', callId: `${n}.${turn}` }), SERVER);
    assert.equal(forged.heard.length, 2);
  }
  assert.equal(firstWords(await peer.ask(requestText({ method: 'OPTIONS' }), SERVER)).join(), '200 OK');
  assert.equal(stage.agent.refusals()['not supported'], 1500);
  assert.equal(stage.agent.refusals().unanswered, 500);
  assert.ok(isIdle(stage.agent));
});

test('malformed requests of one source do not keep others from their answers', async () => {
  const stage = await scene({ budgets: { malformedAnswersPerSecond: 2 } });
  const broken = requestText({ method: 'INVITE' }).replace(/From:.*\r\n/, '');
  const noisy = await stage.network.peer('10.0.0.66');
  for (let n = 0; n < 50; n++) await noisy.ask(broken, SERVER);
  assert.equal(noisy.heard.length, 2);
  const peer = await stage.network.peer('10.0.0.2');
  assert.deepEqual(firstWords(await peer.ask(broken, SERVER)), ['400 From: missing']);
  assert.equal(stage.agent.refusals().malformed, 51);
});

test('who sends from another port than the one that he listens at, as old phones do, hears refusals where his Via says', async () => {
  const stage = await scene({ budgets: { requestsPerSecond: 2 }, unlimited: () => false });
  const proxy = await proxyScene({ budgets: { requestsPerSecond: 2 }, unlimited: () => false });
  for (const [network, server] of [
    [stage.network, SERVER],
    [proxy.network, PROXY],
  ] as const) {
    const listening = await network.peer('10.0.0.2', 5060);
    const sending = await network.peer('10.0.0.2', 50_077);
    const ask = (text: string) => sending.ask(text, server);
    await ask(requestText({ method: 'OPTIONS', callId: 'a' }).replace(/From:.*\r\n/, ''));
    for (const callId of ['b', 'c']) await ask(requestText({ method: 'OPTIONS', callId, maxForwards: 0 }));
    assert.deepEqual(sending.heard, []);
    const words = firstWords(listening.heard).map(word => word.slice(0, 3));
    assert.deepEqual([words[0], words.at(-1)], ['400', '503']);
  }
});

test('too much to do: new calls are sent away for a time that differs, calls that are here go on', async () => {
  let overload: Overload | undefined;
  const stage = await scene({ overload: () => overload });
  const dialog = await callFrom(stage);
  overload = { retryAfterSeconds: 20 };
  const peer = await stage.network.peer('10.0.0.2');
  const waits = new Set<number>();
  for (let n = 0; n < 40; n++) {
    const method = n % 2 === 0 ? 'INVITE' : 'OPTIONS';
    const [answer] = await peer.ask(requestText({ method, callId: `c${n}` }), SERVER);
    assert.deepEqual(firstWords([answer]), ['503 Service Unavailable']);
    waits.add(Number(headerOf(answer, 'Retry-After')));
  }
  assert.ok(waits.size > 3, 'they must not all come back at once');
  assert.ok(
    [...waits].every(seconds => seconds >= 20 && seconds <= 30),
    [...waits].join(),
  );
  assert.equal(stage.invitations.length, 1);
  assert.equal(await dialog.info(OFFER), 415);
  assert.equal(stage.agent.refusals().overload, 40);
  const [line] = stage.lines.filter(({ event }) => event === 'sip request refused');
  assert.equal(line.level, 'warn');
  assert.equal(line.fields.rule, 'overload');
  overload = undefined;
  stage.onInvitation = invitation => invitation.reject({ status: 486 });
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'INVITE', callId: 'later' }), SERVER)), [
    '100 Trying',
    '486 Busy Here',
  ]);
  const bye = dialog.bye();
  await stage.clock.run(64_000);
  await bye;
  assert.ok(isIdle(stage.agent));
});

test('each rule that refuses is counted under its name', async () => {
  const stage = await scene({ budgets: { dialogs: 1 } });
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  const ask = (request: Parameters<typeof requestText>[0]) => peer.ask(requestText(request), SERVER);
  await ask({ method: 'INVITE', callId: 'a', branch: 'z9hG4bKa' });
  await ask({ method: 'INVITE', callId: 'a', branch: 'z9hG4bKb' });
  await ask({ method: 'INVITE', callId: 'b' });
  await ask({ method: 'BYE', callId: 'x', toTag: 'y' });
  await ask({ method: 'DANCE', callId: 'd' });
  await ask({ method: 'INVITE', callId: 'c', contact: null });
  stage.admit = request => (request.callId === 'e' ? { status: 403 } : { status: 401 });
  await ask({ method: 'INVITE', callId: 'e' });
  await ask({ method: 'INVITE', callId: 'f' });
  assert.deepEqual(stage.agent.refusals(), {
    'too many requests': 0,
    'too many transactions': 0,
    'tables full': 1,
    overload: 0,
    'not admitted': 1,
    'not authorized': 1,
    malformed: 1,
    'not supported': 1,
    'no dialog': 1,
    merged: 1,
    unanswered: 0,
  });
});
