import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { answerText, assertNothingLeft, bodyOf, newest, rawCallee, rawCaller, reply } from './raw-call.ts';
import { SERVER, scene, sdp, textOf } from './scene.ts';

const SUPPORTED = ['Supported: 100rel'];
const REQUIRED = ['Require: 100rel'];
const rackOf = (text: string, cseq = 1) => `RAck: ${headerOf(text, 'RSeq')} ${cseq} INVITE`;

test('183 with a description: reliable where the caller can, repeated after T1 and then twice as late, until its PRACK', async () => {
  const { stage, peer, invitation, say } = await rawCaller(SUPPORTED);
  const acknowledged: unknown[] = [];
  invitation.ring();
  invitation.progress(sdp('early'), body => acknowledged.push(body));
  await settle();
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '180 Ringing', '183 Session Progress']);
  const [, ringing, early] = peer.heard;
  assert.equal(headerOf(ringing, 'RSeq'), undefined, 'without a description there is no need');
  assert.equal(headerOf(early, 'Require'), '100rel');
  const rseq = Number(headerOf(early, 'RSeq'));
  assert.ok(rseq >= 1 && rseq < 2 ** 31, `${rseq}`);
  const copies = () => peer.heard.filter(text => text === early).length;
  for (const [wait, count] of [
    [499, 1],
    [1, 2],
    [999, 2],
    [1, 3],
    [2000, 4],
    [4000, 5],
    [8000, 6],
  ]) {
    await stage.clock.run(wait);
    assert.equal(copies(), count);
  }
  assert.deepEqual(firstWords(await say({ method: 'PRACK', cseq: 2, extra: [rackOf(early)] })), ['200 OK']);
  assert.deepEqual(acknowledged, [undefined]);
  await stage.clock.run(20_000);
  assert.equal(copies(), 6);
  invitation.reject({ status: 486 });
  await assertNothingLeft(stage);
});

test('no PRACK for 64*T1: the INVITE gets 504 and the leg ends', async () => {
  const { stage, peer, invitation } = await rawCaller(SUPPORTED);
  invitation.progress(sdp('early'));
  const answered = assert.rejects(invitation.answer(sdp('answer')), { kind: 'no ack' });
  await stage.clock.run(31_999);
  assert.equal(invitation.signal.aborted, false);
  await stage.clock.run(1);
  assert.equal(firstWords(peer.heard).at(-1), '504 Server Time-out');
  assert.equal(invitation.signal.reason.kind, 'no ack');
  await answered;
  await assertNothingLeft(stage);
});

test('the 200 waits for the PRACK of a reliable description, carries none itself then, and a PRACK that does not fit gets 481', async () => {
  const { stage, peer, invitation, say } = await rawCaller(SUPPORTED);
  invitation.progress(sdp('early'));
  const dialog = invitation.answer(sdp('answer'));
  await settle();
  const early = newest(peer.heard, 'SIP/2.0 183');
  const rseq = Number(headerOf(early, 'RSeq'));
  for (const [cseq, rack] of [
    [2, `RAck: ${rseq + 1} 1 INVITE`],
    [3, `RAck: ${rseq} 2 INVITE`],
    [4, `RAck: ${rseq} 1 UPDATE`],
  ] as const)
    assert.deepEqual(firstWords(await say({ method: 'PRACK', cseq, extra: [rack] })), [
      '481 Call/Transaction Does Not Exist',
    ]);
  assert.ok(!peer.heard.some(text => text.startsWith('SIP/2.0 200')));
  const [pracked, okay] = await say({ method: 'PRACK', cseq: 5, extra: [rackOf(early)] });
  assert.equal(headerOf(pracked, 'CSeq'), '5 PRACK');
  assert.equal(headerOf(okay, 'CSeq'), '1 INVITE');
  assert.equal(bodyOf(okay), '', 'the answer was given already');
  // A second PRACK for the same response, as another transaction.
  assert.deepEqual(firstWords(await say({ method: 'PRACK', cseq: 6, extra: [rackOf(early)] })), [
    '481 Call/Transaction Does Not Exist',
  ]);
  await say({ method: 'ACK' });
  void (await dialog).bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('a caller who requires it gets every response reliably, one after the other, in order', async () => {
  const { stage, peer, invitation, say } = await rawCaller(REQUIRED);
  invitation.ring();
  invitation.progress(sdp('early'));
  await settle();
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '180 Ringing']);
  const [ringing] = peer.heard.slice(-1);
  const [, early] = await say({ method: 'PRACK', cseq: 2, extra: [rackOf(ringing)] });
  assert.deepEqual(firstWords([early]), ['183 Session Progress']);
  assert.equal(Number(headerOf(early, 'RSeq')), Number(headerOf(ringing, 'RSeq')) + 1);
  assert.equal(bodyOf(early), 'early');
  await say({ method: 'PRACK', cseq: 3, extra: [rackOf(early)] });
  // A second description would be a new offer, which no response may make.
  invitation.progress(sdp('again'));
  await settle();
  assert.equal(bodyOf(newest(peer.heard, 'SIP/2.0 183')), '');
  await say({ method: 'PRACK', cseq: 4, extra: [rackOf(newest(peer.heard, 'SIP/2.0 183'))] });
  invitation.reject({ status: 486 });
  await assertNothingLeft(stage);
});

test('the 200 does not wait for a ringing without description; its PRACK is answered after the 200 too', async () => {
  const { stage, peer, invitation, say } = await rawCaller(REQUIRED);
  invitation.ring();
  const dialog = invitation.answer(sdp('answer'));
  await settle();
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '180 Ringing', '200 OK']);
  assert.equal(bodyOf(peer.heard[2]), 'answer');
  await stage.clock.run(400);
  assert.deepEqual(firstWords(await say({ method: 'PRACK', cseq: 2, extra: [rackOf(peer.heard[1])] })), ['200 OK']);
  await say({ method: 'ACK' });
  await stage.clock.run(2000);
  assert.equal(firstWords(peer.heard).filter(word => word === '180 Ringing').length, 1, 'not repeated after the final');
  void (await dialog).bye();
  await stage.clock.run(1);
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('without an offer in the INVITE the first reliable response makes it and the PRACK answers it', async () => {
  const { stage, peer, invitation, say } = await rawCaller(SUPPORTED, { body: '' });
  const heard: unknown[] = [];
  invitation.progress(sdp('our offer'), body => heard.push(textOf(body)));
  await settle();
  const early = newest(peer.heard, 'SIP/2.0 183');
  assert.equal(bodyOf(early), 'our offer');
  await say({ method: 'PRACK', cseq: 2, extra: [rackOf(early)], body: SDP });
  assert.deepEqual(heard, [SDP]);
  const dialog = invitation.answer(sdp('our offer'));
  await settle();
  assert.equal(bodyOf(newest(peer.heard, 'SIP/2.0 200')), '');
  await say({ method: 'ACK' });
  assert.equal(textOf((await dialog).ackBody), SDP);
  await say({ method: 'BYE', cseq: 3 });
  await assertNothingLeft(stage);
});

test('without an offer a reliable ringing cannot be the first response, so it is left out', async () => {
  const { stage, peer, invitation } = await rawCaller(REQUIRED, { body: '' });
  invitation.ring();
  await settle();
  assert.deepEqual(firstWords(peer.heard), ['100 Trying']);
  invitation.progress(sdp('our offer'));
  await settle();
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '183 Session Progress']);
  invitation.reject({ status: 486 });
  await assertNothingLeft(stage);
});

test('a PRACK may make another offer: the handler of the early dialog answers it, at once or later, and the 200 waits', async () => {
  const { stage, peer, invitation, say } = await rawCaller(SUPPORTED);
  invitation.progress(sdp('early'));
  invitation.dialog?.onReInvite(async offer => ({ sdp: sdp(`answer to ${textOf(offer)}`) }));
  await settle();
  const early = newest(peer.heard, 'SIP/2.0 183');
  const heard = await say({ method: 'PRACK', cseq: 2, extra: [rackOf(early)], body: 'second' });
  assert.deepEqual(heard.map(bodyOf), ['answer to second']);
  invitation.reject({ status: 486 });
  await assertNothingLeft(stage);
});

test('PRACK: 400 without RAck or with a broken one, 481 where nothing waits', async () => {
  const { stage, invitation, say } = await rawCaller(SUPPORTED);
  invitation.ring();
  await settle();
  for (const [cseq, extra, status] of [
    [2, [], '400 RAck: missing'],
    [3, ['RAck: nonsense'], "400 RAck: expected the RSeq of a response, found 'n' at 0"],
    [4, ['RAck: 1 1 INVITE', 'RAck: 1 1 INVITE'], '400 RAck: appears more than once'],
    [5, ['RAck: 1 1 INVITE'], '481 Call/Transaction Does Not Exist'],
  ] as const)
    assert.deepEqual(firstWords(await say({ method: 'PRACK', cseq, extra })), [status]);
  invitation.reject({ status: 486 });
  await assertNothingLeft(stage);
});

test('a CANCEL while the 200 waits for a PRACK ends the INVITE with 487', async () => {
  const { stage, peer, invitation } = await rawCaller(SUPPORTED);
  invitation.progress(sdp('early'));
  const answered = assert.rejects(invitation.answer(sdp('answer')), { kind: 'cancel' });
  await settle();
  const branch = invitation.request.vias[0].branch;
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'CANCEL', branch }), SERVER)), [
    '200 OK',
    '487 Request Terminated',
  ]);
  await answered;
  await assertNothingLeft(stage);
});

test('the policy: never is 420 and no tag, required is 421 for who cannot and Require in our own INVITE', async () => {
  const never = await rawCaller(REQUIRED, { reliable: 'never' });
  assert.deepEqual(firstWords(never.peer.heard), ['420 Bad Extension']);
  assert.equal(headerOf(never.peer.heard[0], 'Unsupported'), '100rel');
  assert.ok(!(headerOf(never.peer.heard[0], 'Supported') ?? '').includes('100rel'));
  const required = await rawCaller([], { reliable: 'required' });
  assert.deepEqual(firstWords(required.peer.heard), ['421 Extension Required']);
  assert.equal(headerOf(required.peer.heard[0], 'Require'), '100rel');
  assert.deepEqual(required.stage.agent.counts(), never.stage.agent.counts());
  const { invite } = await rawCallee({}, { reliable: 'required' });
  assert.equal(headerOf(invite, 'Require'), '100rel');
});

/** A reliable 1xx of the called side. */
const reliable = (status: number, rseq: number, toTag: string, body = '') => ({
  status,
  toTag,
  body,
  extra: ['Require: 100rel', `RSeq: ${rseq}`, 'Allow: UPDATE'],
});

test('calling: a PRACK for each new reliable response in order, none for copies and gaps, on every fork', async () => {
  const { stage, peer, inviter, answer } = await rawCallee();
  const heard: unknown[] = [];
  inviter.onProgress((status, body, early) => heard.push([status, textOf(body), early?.remoteTag]));
  const racks = () => peer.heard.filter(text => text.startsWith('PRACK')).map(text => headerOf(text, 'RAck'));
  await answer(reliable(180, 7, 'one'));
  await answer(reliable(180, 7, 'one'));
  await answer(reliable(183, 9, 'one', 'gap'));
  await answer(reliable(183, 8, 'one', 'early'));
  await answer(reliable(183, 1, 'two', 'other'));
  assert.deepEqual(racks(), ['7 1 INVITE', '8 1 INVITE', '1 1 INVITE']);
  assert.deepEqual(heard, [
    [180, undefined, 'one'],
    [183, 'early', 'one'],
    [183, 'other', 'two'],
  ]);
  const prack = newest(peer.heard, 'PRACK');
  assert.match(prack, /^PRACK sip:bob@10\.0\.0\.2:5060 SIP/);
  assert.equal(tagIn(prack, 'To'), 'two');
  assert.equal(headerOf(prack, 'CSeq'), '2 PRACK');
  assert.equal(stage.agent.counts().dialogs, 2);
  for (const text of peer.heard.filter(one => one.startsWith('PRACK')))
    await peer.ask(answerText(text, { status: 200 }), SERVER);
  // The answer came with the 183, so the 200 needs none.
  await answer({ status: 200, toTag: 'one' });
  const { dialog, body } = await inviter.answered;
  assert.equal(textOf(body), 'early');
  assert.equal(stage.agent.counts().dialogs, 1, 'the early dialog of the other fork is over');
  void dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('calling: a server that never comes to an end of reliable responses is not acknowledged without end', async () => {
  const { stage, peer, inviter, answer } = await rawCallee();
  for (let rseq = 1; rseq <= 200; rseq++)
    await answer({ status: 180, toTag: 'a', extra: ['Require: 100rel', `RSeq: ${rseq}`] });
  assert.equal(peer.heard.filter(text => text.startsWith('PRACK ')).length, 64);
  await answer({ status: 486, toTag: 'a' });
  await assert.rejects(inviter.answered, { status: 486 });
  await assertNothingLeft(stage);
});

test('calling without an offer: the answer to that of a reliable response goes with the PRACK', async () => {
  const answers: unknown[] = [];
  const { stage, peer, inviter, answer } = await rawCallee({
    body: undefined,
    answerOffer: offer => {
      answers.push(textOf(offer));
      return sdp('our answer');
    },
  });
  await answer(reliable(183, 1, 'one', 'their offer'));
  assert.equal(bodyOf(newest(peer.heard, 'PRACK')), 'our answer');
  await reply(peer, 'PRACK', { status: 200 });
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK']);
  assert.equal(bodyOf(newest(peer.heard, 'ACK')), '');
  assert.deepEqual(answers, ['their offer']);
  const { dialog, body } = await inviter.answered;
  assert.equal(textOf(body), 'their offer');
  void dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('calling without an offer: the answer to that of the 2xx goes with the ACK', async () => {
  const { peer, inviter, answer } = await rawCallee({ body: undefined, answerOffer: () => sdp('our answer') });
  await answer({ status: 200, toTag: 'one', body: 'their offer' });
  assert.equal(bodyOf(newest(peer.heard, 'ACK')), 'our answer');
  assert.equal(textOf((await inviter.answered).body), 'their offer');
});

for (const lost of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`two user agents with reliable responses survive the loss of datagram ${lost}`, async () => {
    const stage = await scene();
    let count = 0;
    stage.network.loses = () => {
      count += 1;
      return count === lost;
    };
    stage.onInvitation = invitation => {
      invitation.progress(sdp('early'));
      void invitation.answer(sdp('answer'));
    };
    const phone = await stage.another('10.0.0.9');
    const inviter = phone.invite({ uri: 'sip:1001@10.0.0.1' }, { from: 'sip:ann@10.0.0.9', body: sdp('offer') });
    await stage.clock.run(3000);
    const { dialog, body } = await inviter.answered;
    assert.equal(textOf(body), 'early');
    const ended = dialog.bye();
    await stage.clock.run(3000);
    await ended;
    assert.equal(stage.invitations[0].signal.reason.kind, 'bye');
    await assertNothingLeft(stage);
    assert.equal(phone.counts().dialogs, 0);
  });
}
