import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import type { Dialog } from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { requestText } from './messages.ts';
import { answerText, assertNothingLeft, bodyOf, newest, rawCall, rawCallee, rawCaller, reply } from './raw-call.ts';
import { SERVER, scene, sdp, textOf } from './scene.ts';

/** A reliable 183 with everything that the other side can do. */
const reliable = (rseq: number, toTag: string, body = '') => ({
  status: 183,
  toTag,
  body,
  extra: ['Require: 100rel', `RSeq: ${rseq}`, 'Allow: INVITE, UPDATE, PRACK'],
});

/** Our call rings at a place that has acknowledged as many reliable answers. */
async function ringing(answers: number) {
  const call = await rawCallee();
  const early: Dialog[] = [];
  call.inviter.onProgress((_status, _body, dialog) => {
    if (dialog && !early.includes(dialog)) early.push(dialog);
  });
  for (let rseq = 1; rseq <= answers; rseq++) {
    await call.answer(reliable(rseq, 'one', rseq === 1 ? 'answer' : ''));
    await reply(call.peer, 'PRACK', { status: 200 });
  }
  return { ...call, early };
}

const cseqs = (heard: readonly string[], method: string) =>
  heard.filter(text => text.startsWith(`${method} `)).map(text => headerOf(text, 'CSeq'));

test('another place answers at the same moment: the one that is given up is hung up with the next number of its dialog', async () => {
  const { stage, peer, inviter, answer } = await ringing(3);
  await answer({ status: 200, toTag: 'two', body: 'x' });
  await inviter.answered;
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK', 'BYE']);
  assert.deepEqual(cseqs(peer.heard, 'PRACK').at(-1), '4 PRACK');
  // With a lower one it would be refused (RFC 3261 12.2.2), and the place would stay in a call with nobody.
  assert.deepEqual(cseqs(peer.heard, 'BYE'), ['5 BYE']);
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK']);
  await reply(peer, 'BYE', { status: 200 });
  void (await inviter.answered).dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('the answer crosses a BYE to the only place that rings: there is no call, and nobody believes there is', async () => {
  const { stage, peer, inviter, answer, early } = await ringing(1);
  void early[0].bye();
  await settle();
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK']);
  await assert.rejects(inviter.answered, { status: 487 });
  assert.equal(inviter.signal.reason.kind, 'local');
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('the answer comes when that BYE is done: there is another one, for the call that it would have been', async () => {
  const { stage, peer, inviter, answer, early } = await ringing(1);
  void early[0].bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  // What the place still has to say while it rings is not listened to.
  assert.deepEqual(await answer(reliable(2, 'one')), []);
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK', 'BYE']);
  assert.deepEqual(cseqs(peer.heard, 'BYE'), ['3 BYE', '4 BYE']);
  await assert.rejects(inviter.answered, { status: 487 });
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('a request that a later one has overtaken on its way is sent again with a new number', async () => {
  const { stage, peer, dialog } = await rawCall();
  const informed = dialog.info(sdp('first'));
  const pinged = dialog.ping();
  await settle();
  await reply(peer, 'OPTIONS', { status: 200 });
  assert.equal(await pinged, 200);
  await reply(peer, 'INFO', { status: 500 });
  assert.deepEqual(cseqs(peer.heard, 'INFO'), ['1 INFO', '3 INFO']);
  // Where nothing has overtaken it, 500 is what it says.
  await reply(peer, 'INFO', { status: 500 });
  assert.equal(await informed, 500);
  const again = dialog.info(sdp('second'));
  await settle();
  void dialog.bye();
  await settle();
  await reply(peer, 'INFO', { status: 500 });
  assert.equal(await again, 500, 'it has no place after the end of the call');
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('a REFER after the end of the call is refused where it is asked for', async () => {
  const { stage, peer, say, dialog } = await rawCall([], { events: {} });
  await say({ method: 'BYE', cseq: 2 });
  const { outcome } = dialog.refer({ to: 'sip:carol@10.0.0.3' });
  assert.deepEqual(await outcome.then(({ kind, ...rest }) => [kind, 'status' in rest && rest.status]), [
    'refused',
    481,
  ]);
  assert.deepEqual(cseqs(peer.heard, 'REFER'), []);
  await assertNothingLeft(stage);
});

test('our offer in an UPDATE stays open when the answer to the INVITE overtakes its own', async () => {
  const { stage, peer, inviter, answer, early } = await ringing(1);
  const updated = early[0].update(sdp('moved'));
  await settle();
  // Many repeat in the 200 what a reliable 183 has said: that does not answer the UPDATE.
  await answer({ status: 200, toTag: 'one', body: 'answer' });
  const { dialog, body } = await inviter.answered;
  assert.equal(textOf(body), 'answer');
  const again = dialog.reInvite(sdp('again'));
  await settle();
  assert.deepEqual(cseqs(peer.heard, 'INVITE'), ['1 INVITE'], 'two offers at once (RFC 3311 5.1)');
  await reply(peer, 'UPDATE', { status: 200, body: 'moved, too' });
  assert.equal(textOf(await updated), 'moved, too');
  await stage.clock.run(500);
  await reply(peer, 'INVITE', { status: 200, body: 'again, too' });
  assert.equal(textOf(await again), 'again, too');
  void dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('who is called: his offer in an UPDATE stays open when the ACK overtakes its answer', async () => {
  const { stage, peer, invitation, say } = await rawCaller(['Supported: 100rel', 'Allow: INVITE, UPDATE, PRACK']);
  invitation.progress(sdp('early'));
  await settle();
  const rseq = headerOf(newest(peer.heard, 'SIP/2.0 183'), 'RSeq');
  await say({ method: 'PRACK', cseq: 2, extra: [`RAck: ${rseq} 1 INVITE`] });
  const updated = invitation.dialog?.update(sdp('moved'));
  await settle();
  const answered = invitation.answer(sdp('early'));
  await settle();
  await say({ method: 'ACK', cseq: 1 });
  const dialog = await answered;
  const again = dialog.reInvite(sdp('again'));
  await settle();
  assert.deepEqual(cseqs(peer.heard, 'INVITE'), [], 'two offers at once (RFC 3311 5.1)');
  await peer.ask(answerText(newest(peer.heard, 'UPDATE'), { status: 200, body: 'moved, too' }), SERVER);
  assert.equal(textOf(await updated), 'moved, too');
  await stage.clock.run(500);
  assert.equal(bodyOf(newest(peer.heard, 'INVITE')), 'again');
  await say({ method: 'BYE', cseq: 3 });
  await assert.rejects(again, { status: 487 });
  await peer.ask(answerText(newest(peer.heard, 'INVITE'), { status: 487 }), SERVER);
  await assertNothingLeft(stage);
});

test('a call without offer has its first one before an UPDATE makes another (RFC 3311 5.1)', async () => {
  const { stage, peer, invitation, say } = await rawCaller(['Allow: INVITE, UPDATE'], { body: '' });
  invitation.ring();
  const updated = invitation.dialog?.update(sdp('too early'));
  await settle();
  const answered = invitation.answer(sdp('first'));
  await settle();
  await say({ method: 'ACK', cseq: 1, body: 'answer' });
  assert.deepEqual(cseqs(peer.heard, 'UPDATE'), []);
  assert.equal(textOf((await answered).ackBody), 'answer');
  await stage.clock.run(500);
  await peer.ask(answerText(newest(peer.heard, 'UPDATE'), { status: 200, body: 'moved, too' }), SERVER);
  assert.equal(textOf(await updated), 'moved, too');
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

test('a call that is cancelled while its next try looks for its way says no CANCEL for the one that is refused (RFC 3261 9.1)', async () => {
  const stage = await scene({
    resolver: {
      naptr: async () => [],
      srv: async () => [],
      addresses: async (_name, family) => {
        await sleep(stage.clock, 20);
        return family === 4 ? [{ address: '10.0.0.2', ttl: 0 }] : [];
      },
    },
  });
  const peer = await stage.network.peer('10.0.0.2');
  const inviter = stage.agent.invite({ uri: 'sip:bob@bob.test' }, { from: 'sip:ann@10.0.0.1', body: sdp('offer') });
  await stage.clock.run(20);
  await reply(peer, 'INVITE', { status: 100 });
  await reply(peer, 'INVITE', { status: 422, toTag: 'one', extra: ['Min-SE: 3600'] });
  inviter.cancel();
  await assert.rejects(Promise.all([inviter.answered, stage.clock.run(20)]));
  assert.deepEqual(firstWords(peer.heard), ['INVITE', 'ACK']);
  assert.equal(inviter.signal.reason.kind, 'cancel');
  await assertNothingLeft(stage);
});

test('what comes in one segment with the ACK, or the answer, waits until the application has its dialog', async () => {
  const called = await rawCaller();
  const take = async () => {
    const dialog = await called.invitation.answer(sdp('answer'));
    dialog.onReInvite(() => ({ sdp: sdp('held') }));
    dialog.onInfo(() => 200);
    return dialog;
  };
  const taken = take();
  await settle();
  void called.say({ method: 'ACK', cseq: 1 });
  void called.say({ method: 'INFO', cseq: 2 });
  const heard = await called.say({ method: 'INVITE', cseq: 3, body: 'hold' });
  assert.deepEqual(firstWords(heard), ['200 OK', '200 OK']);
  assert.equal(bodyOf(newest(heard, 'SIP/2.0')), 'held');
  void called.say({ method: 'ACK', cseq: 3 });
  await called.say({ method: 'BYE', cseq: 4 });
  assert.equal((await taken).signal.reason.kind, 'bye');
  await assertNothingLeft(called.stage);
  const calling = await rawCallee();
  void calling.inviter.answered.then(({ dialog }) => dialog.onInfo(() => 200));
  void calling.answer({ status: 200, toTag: 'one', body: 'answer' });
  const from = headerOf(calling.invite, 'From');
  const info = requestText({ method: 'INFO', callId: calling.inviter.callId, fromTag: 'one' });
  await calling.peer.ask(info.replace(/To: .*/, `To: ${from}`), SERVER);
  assert.deepEqual(firstWords(calling.peer.heard.slice(1)), ['ACK', '200 OK']);
});
