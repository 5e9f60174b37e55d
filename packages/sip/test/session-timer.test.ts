import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { type Dialog, parseReason } from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { answerText, assertNothingLeft, bodyOf, newest, rawCall, rawCallee, rawCaller, reply } from './raw-call.ts';
import { SERVER, scene, sdp, textOf } from './scene.ts';

const MINUTES = 60_000;
const TIMER = ['Supported: timer', 'Allow: INVITE, UPDATE'];

test('the caller refreshes if it can: without a refresh the call ends 32 s before its time, with BYE and a Reason', async () => {
  const { stage, peer, dialog } = await rawCall([...TIMER, 'Session-Expires: 600']);
  const okay = newest(peer.heard, 'SIP/2.0 200');
  assert.equal(headerOf(okay, 'Session-Expires'), '600;refresher=uac');
  assert.equal(headerOf(okay, 'Require'), 'timer');
  await stage.clock.run(567_999);
  assert.equal(dialog.signal.aborted, false);
  await stage.clock.run(1);
  assert.equal(dialog.signal.reason.kind, 'timeout');
  const [reason] = parseReason(headerOf(newest(peer.heard, 'BYE'), 'Reason') ?? '');
  assert.deepEqual([reason.protocol, reason.cause], ['SIP', 408]);
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('for a short session the margin is a third of it', async () => {
  const { stage, dialog } = await rawCall([...TIMER, 'Session-Expires: 90']);
  await stage.clock.run(59_999);
  assert.equal(dialog.signal.aborted, false);
  await stage.clock.run(1);
  assert.equal(dialog.signal.reason.kind, 'timeout');
});

test('each refresh of the caller starts the time again, by UPDATE or re-INVITE, and is answered with the terms', async () => {
  const { stage, peer, say, dialog } = await rawCall([...TIMER, 'Session-Expires: 600']);
  dialog.onReInvite(() => ({ sdp: sdp('answer') }));
  const extra = ['Supported: timer', 'Session-Expires: 600;refresher=uac'];
  for (let cseq = 2; cseq < 6; cseq += 2) {
    await stage.clock.run(9 * MINUTES);
    const [updated] = await say({ method: 'UPDATE', cseq, extra });
    assert.equal(headerOf(updated, 'Session-Expires'), '600;refresher=uac');
    await stage.clock.run(9 * MINUTES);
    const [okay] = await say({ method: 'INVITE', cseq: cseq + 1, extra, body: 'same', branch: `z9hG4bK${cseq}` });
    assert.equal(headerOf(okay, 'Session-Expires'), '600;refresher=uac');
    await say({ method: 'ACK', cseq: cseq + 1 });
  }
  assert.equal(dialog.signal.aborted, false);
  assert.ok(!peer.heard.some(text => text.startsWith('UPDATE')), 'it is not ours to refresh');
  await say({ method: 'BYE', cseq: 9 });
  await assertNothingLeft(stage);
});

test('a caller without timers: we refresh at half time, by UPDATE where it takes it', async () => {
  const { stage, peer, say, dialog } = await rawCall(['Allow: INVITE, UPDATE']);
  const okay = newest(peer.heard, 'SIP/2.0 200');
  assert.equal(headerOf(okay, 'Session-Expires'), '1800;refresher=uas');
  assert.equal(headerOf(okay, 'Require'), undefined);
  for (let round = 0; round < 3; round++) {
    const before = peer.heard.length;
    await stage.clock.run(15 * MINUTES - 1);
    assert.equal(peer.heard.length, before);
    await stage.clock.run(1);
    assert.deepEqual(firstWords(peer.heard.slice(before)), ['UPDATE']);
    const update = newest(peer.heard, 'UPDATE');
    assert.equal(headerOf(update, 'Session-Expires'), '1800;refresher=uac');
    assert.equal(bodyOf(update), '');
    await reply(peer, 'UPDATE', { status: 200 });
  }
  assert.equal(dialog.signal.aborted, false);
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

test('and by a re-INVITE with the description unchanged where it does not; another answer than before is told', async () => {
  const { stage, peer, say, dialog } = await rawCall();
  const heard: unknown[] = [];
  dialog.onAnswer(answer => heard.push(textOf(answer)));
  for (const body of ['their answer', 'their answer', 'another']) {
    await stage.clock.run(15 * MINUTES);
    assert.equal(bodyOf(newest(peer.heard, 'INVITE')), 'answer', 'the same octets, so the same o= line');
    await reply(peer, 'INVITE', { status: 200, body });
    await settle();
  }
  assert.deepEqual(heard, ['their answer', 'another']);
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

test('a refresh that nobody answers, or that is unknown there, ends the call; another failure is tried again', async () => {
  const silent = await rawCall(['Allow: INVITE, UPDATE']);
  await silent.stage.clock.run(15 * MINUTES + 32_000);
  assert.equal(silent.dialog.signal.reason.kind, 'timeout');
  await assertNothingLeft(silent.stage);
  const gone = await rawCall(['Allow: INVITE, UPDATE']);
  await gone.stage.clock.run(15 * MINUTES);
  await reply(gone.peer, 'UPDATE', { status: 481 });
  assert.equal(gone.dialog.signal.reason.kind, 'rejected');
  const failing = await rawCall(['Allow: INVITE, UPDATE']);
  await failing.stage.clock.run(15 * MINUTES);
  await reply(failing.peer, 'UPDATE', { status: 503 });
  await failing.stage.clock.run(225_000);
  assert.equal(failing.peer.heard.filter(text => text.startsWith('UPDATE')).length, 2);
  await reply(failing.peer, 'UPDATE', { status: 503 });
  await failing.stage.clock.run(15 * MINUTES - 32_000 - 225_000);
  assert.equal(failing.dialog.signal.reason.kind, 'timeout', 'nothing worked in time');
});

test('a peer that lists UPDATE and does not do it is refreshed by re-INVITE', async () => {
  const { stage, peer, say, dialog } = await rawCall(['Allow: INVITE, UPDATE']);
  await stage.clock.run(15 * MINUTES);
  await reply(peer, 'UPDATE', { status: 501 });
  await stage.clock.run(225_000);
  await reply(peer, 'INVITE', { status: 200, body: 'x' });
  assert.equal(dialog.signal.aborted, false);
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

test('422 to a caller who asks for too little and knows timers; who does not know them is taken', async () => {
  const brief = await rawCaller(['Supported: timer', 'Session-Expires: 89']);
  assert.deepEqual(firstWords(brief.peer.heard), ['422 Session Interval Too Small']);
  assert.equal(headerOf(brief.peer.heard[0], 'Min-SE'), '90');
  assert.equal(brief.stage.agent.counts().transactions, 0);
  const proxied = await rawCaller(['Session-Expires: 89']);
  assert.equal(proxied.stage.invitations.length, 1);
  const stricter = await rawCaller(['Supported: timer', 'x: 600'], { sessionTimer: { expires: 3600, minimum: 1200 } });
  assert.equal(headerOf(stricter.peer.heard[0], 'Min-SE'), '1200');
  for (const broken of ['Session-Expires: soon', 'Min-SE: x']) {
    const { peer } = await rawCaller([broken]);
    assert.match(firstWords(peer.heard)[0], /^400 (Session-Expires|Min-SE): /);
  }
});

test('calling: we ask the other side to refresh, and meet a 422 with a longer session, a new CSeq and the same Call-ID', async () => {
  const { stage, peer, inviter, invite } = await rawCallee();
  assert.equal(headerOf(invite, 'Session-Expires'), '1800;refresher=uas');
  assert.match(headerOf(invite, 'Supported') ?? '', /timer/);
  await peer.ask(answerText(invite, { status: 422, toTag: 'x', extra: ['Min-SE: 3600'] }), SERVER);
  const again = newest(peer.heard, 'INVITE');
  assert.equal(headerOf(again, 'CSeq'), '2 INVITE');
  assert.equal(headerOf(again, 'Call-ID'), inviter.callId);
  assert.equal(headerOf(again, 'From'), headerOf(invite, 'From'));
  assert.equal(headerOf(again, 'Session-Expires'), '3600;refresher=uas');
  assert.equal(headerOf(again, 'Min-SE'), '3600');
  const extra = ['Session-Expires: 3600;refresher=uas', 'Require: timer'];
  assert.deepEqual(firstWords(await peer.ask(answerText(again, { status: 200, toTag: 'b', extra }), SERVER)), ['ACK']);
  assert.equal(headerOf(newest(peer.heard, 'ACK'), 'CSeq'), '2 ACK');
  const { dialog } = await inviter.answered;
  await stage.clock.run(3_567_999);
  assert.equal(dialog.signal.aborted, false);
  await stage.clock.run(1);
  assert.equal(dialog.signal.reason.kind, 'timeout');
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('a 422 that asks for no more than we offered, or again and again, is a refusal', async () => {
  const same = await rawCallee();
  await same.answer({ status: 422, toTag: 'x', extra: ['Min-SE: 90'] });
  await assert.rejects(same.inviter.answered, { status: 422 });
  const more = await rawCallee();
  for (let count = 1; count <= 4; count++)
    await reply(more.peer, 'INVITE', { status: 422, toTag: 'x', extra: [`Min-SE: ${count * 5000}`] });
  await assert.rejects(more.inviter.answered, { status: 422 });
  assert.equal(headerOf(newest(more.peer.heard, 'INVITE'), 'CSeq'), '4 INVITE');
  await assertNothingLeft(more.stage);
});

test('a refresh of ours that gets 422 goes again with the longer time', async () => {
  const { stage, peer, say } = await rawCall(['Allow: INVITE, UPDATE']);
  await stage.clock.run(15 * MINUTES);
  await reply(peer, 'UPDATE', { status: 422, extra: ['Min-SE: 2400'] });
  await stage.clock.run(0);
  const update = newest(peer.heard, 'UPDATE');
  assert.equal(headerOf(update, 'Session-Expires'), '2400;refresher=uac');
  assert.equal(headerOf(update, 'Min-SE'), '2400');
  await reply(peer, 'UPDATE', { status: 200 });
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

test('switched off: no tag, no header, no end', async () => {
  const { stage, peer, say, dialog } = await rawCall([], { sessionTimer: 'never' });
  const okay = newest(peer.heard, 'SIP/2.0 200');
  assert.equal(headerOf(okay, 'Session-Expires'), undefined);
  assert.equal(headerOf(okay, 'Supported'), '100rel');
  await stage.clock.run(24 * 60 * MINUTES);
  assert.equal(dialog.signal.aborted, false);
  await say({ method: 'BYE', cseq: 2 });
  const required = await rawCaller(['Require: timer'], { sessionTimer: 'never' });
  assert.deepEqual(firstWords(required.peer.heard), ['420 Bad Extension']);
});

test('two user agents: who is called refreshes, for hours; when it vanishes, both sides end', async () => {
  const stage = await scene();
  const called: Dialog[] = [];
  stage.onInvitation = invitation => void invitation.answer(sdp('answer')).then(dialog => called.push(dialog));
  const phone = await stage.another('10.0.0.9');
  const { dialog } = await phone.invite({ uri: 'sip:1001@10.0.0.1' }, { from: 'sip:a@10.0.0.9', body: sdp('o') })
    .answered;
  await settle();
  const before = stage.network.sent.length;
  await stage.clock.run(4 * 60 * MINUTES);
  const sent = stage.network.sent.slice(before);
  const refreshes = sent.filter(({ text }) => text.startsWith('UPDATE'));
  assert.ok(refreshes.length === 16 && refreshes.every(one => one.from.startsWith('10.0.0.1:')), `${refreshes.length}`);
  assert.equal(dialog.signal.aborted || called[0].signal.aborted, false);
  stage.network.loses = () => true;
  await stage.clock.run(31 * MINUTES);
  assert.deepEqual(
    [dialog, called[0]].map(({ signal }) => signal.reason.kind),
    ['timeout', 'timeout'],
  );
  await assertNothingLeft(stage);
  assert.equal(phone.counts().dialogs, 0);
});
