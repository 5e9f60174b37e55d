import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { type Body, CallRefused, type ReInviteAnswer } from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { answerText, assertNothingLeft, bodyOf, newest, rawCall, rawCallee, rawCaller, reply } from './raw-call.ts';
import { SERVER, sdp, textOf } from './scene.ts';

const ALLOW = ['Allow: INVITE, UPDATE, PRACK', 'Supported: 100rel'];
const RELIABLE = ['Require: 100rel', 'RSeq: 1', 'Allow: UPDATE'];

test('an UPDATE is answered by the handler, moves the target and refreshes; without an offer nobody is asked', async () => {
  const { stage, peer, say, dialog } = await rawCall();
  let asked = 0;
  dialog.onReInvite(offer => {
    asked += 1;
    return { sdp: sdp(`answer to ${textOf(offer)}`) };
  });
  const contact = '<sip:moved@10.0.0.2:5070>';
  const [okay] = await say({ method: 'UPDATE', cseq: 2, body: 'hold', contact });
  assert.deepEqual(firstWords([okay]), ['200 OK']);
  assert.equal(bodyOf(okay), 'answer to hold');
  assert.equal(headerOf(okay, 'Contact'), '<sip:10.0.0.1:5060>');
  const [refreshed] = await say({ method: 'UPDATE', cseq: 3 });
  assert.equal(bodyOf(refreshed), '');
  assert.equal(headerOf(refreshed, 'Session-Expires'), '1800;refresher=uas');
  assert.equal(asked, 1);
  await say({ method: 'UPDATE', cseq: 4, contact });
  void dialog.bye();
  await settle();
  assert.match(stage.network.sent.at(-1)?.text ?? '', /^BYE sip:moved@10\.0\.0\.2:5070 /);
  void peer;
  await assertNothingLeft(stage);
});

test('an UPDATE with an offer and no handler gets 488, one with a body that is no SDP 415', async () => {
  const { stage, say, dialog } = await rawCall();
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 2, body: SDP })), ['488 Not Acceptable Here']);
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 3, body: 'x', type: 'text/plain' })), [
    '415 Unsupported Media Type',
  ]);
  assert.equal(dialog.signal.aborted, false);
  await say({ method: 'BYE', cseq: 4 });
  await assertNothingLeft(stage);
});

/** A call whose handler answers when it is told to. */
async function deciding() {
  const call = await rawCall(ALLOW);
  let decide: (result: ReInviteAnswer | { status: number }) => void = () => undefined;
  let withdrawn: AbortSignal | undefined;
  call.dialog.onReInvite((_offer, _source, signal) => {
    withdrawn = signal;
    return new Promise(resolve => {
      decide = resolve;
    });
  });
  return {
    ...call,
    decide: (result: ReInviteAnswer | { status: number }) => decide(result),
    withdrawn: () => withdrawn,
  };
}

test('while a re-INVITE is being decided it has its 100, other offers get 500 with Retry-After, INFO and refreshes go on', async () => {
  const { stage, say, dialog, decide } = await deciding();
  dialog.onInfo(() => 200);
  assert.deepEqual(firstWords(await say({ method: 'INVITE', cseq: 2, body: SDP })), ['100 Trying']);
  for (const request of [
    { method: 'INVITE', cseq: 3, body: SDP, branch: 'z9hG4bK3' },
    { method: 'UPDATE', cseq: 4, body: SDP },
  ]) {
    const [busy] = await say(request);
    assert.deepEqual(firstWords([busy]), ['500 Server Internal Error']);
    const wait = Number(headerOf(busy, 'Retry-After'));
    assert.ok(wait >= 0 && wait <= 10, `${wait}`);
  }
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 5 })), ['200 OK']);
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 6 })), ['200 OK']);
  decide({ sdp: sdp('decided') });
  await settle();
  const okay = stage.network.sent.at(-1)?.text ?? '';
  assert.equal(headerOf(okay, 'CSeq'), '2 INVITE');
  assert.equal(bodyOf(okay), 'decided');
  await say({ method: 'ACK', cseq: 2 });
  const { timers } = stage.agent.counts();
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 7, body: SDP })), []);
  assert.equal(stage.agent.counts().timers, timers + 1, 'the time that is left to decide');
  decide({ status: 488 });
  await settle();
  assert.equal(stage.agent.counts().timers, timers + 1, 'timer J');
  await say({ method: 'BYE', cseq: 8 });
  await assertNothingLeft(stage);
});

test('a BYE while a re-INVITE is being decided ends it with 487, and what is decided then is not sent', async () => {
  const { stage, peer, say, decide, withdrawn, dialog } = await deciding();
  await say({ method: 'INVITE', cseq: 2, body: SDP });
  assert.deepEqual(firstWords(await say({ method: 'BYE', cseq: 3 })), ['200 OK', '487 Request Terminated']);
  assert.ok(withdrawn()?.aborted);
  assert.equal(dialog.signal.reason.kind, 'bye');
  const before = peer.heard.length;
  decide({ sdp: sdp('late') });
  await settle();
  assert.equal(peer.heard.length, before);
  await assertNothingLeft(stage);
});

test('a CANCEL of a re-INVITE that is being decided: 487 with the tag of the dialog, which goes on', async () => {
  const { stage, peer, say, withdrawn, dialog, toTag } = await deciding();
  await say({ method: 'INVITE', cseq: 2, body: SDP, branch: 'z9hG4bKre' });
  const cancel = requestText({ method: 'CANCEL', cseq: 2, branch: 'z9hG4bKre', toTag });
  const [okay, terminated] = await peer.ask(cancel, SERVER);
  assert.deepEqual(firstWords([okay, terminated]), ['200 OK', '487 Request Terminated']);
  assert.match(headerOf(terminated, 'To') ?? '', new RegExp(`;tag=${toTag}$`));
  assert.ok(withdrawn()?.aborted);
  assert.equal(dialog.signal.aborted, false);
  assert.deepEqual(firstWords(await say({ method: 'INVITE', cseq: 3, body: SDP, branch: 'z9hG4bKre2' })), [
    '100 Trying',
  ]);
  await say({ method: 'BYE', cseq: 4 });
  await assertNothingLeft(stage);
});

test('an UPDATE that nobody decides gets 504 after 32*T1, a second one meanwhile 500', async () => {
  const { stage, peer, say, withdrawn } = await deciding();
  assert.deepEqual(await say({ method: 'UPDATE', cseq: 2, body: SDP }), []);
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 3 })), ['500 Server Internal Error']);
  await stage.clock.run(15_999);
  assert.equal(withdrawn()?.aborted, false);
  await stage.clock.run(1);
  assert.deepEqual(firstWords(peer.heard.slice(-1)), ['504 Server Time-out']);
  assert.ok(withdrawn()?.aborted);
  await say({ method: 'BYE', cseq: 4 });
  await assertNothingLeft(stage);
});

test('a handler that fails costs a 500, thrown or rejected, and the call goes on', async () => {
  const { stage, say, dialog } = await rawCall();
  dialog.onReInvite(() => Promise.reject(new Error('broken')));
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 2, body: SDP })), ['500 Server Internal Error']);
  dialog.onReInvite(() => {
    throw new Error('broken');
  });
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 3, body: SDP })), ['500 Server Internal Error']);
  dialog.onReInvite(() => ({ sdp: sdp('well') }));
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 4, body: SDP })), ['200 OK']);
  assert.deepEqual(
    stage.lines.filter(({ level }) => level === 'error').map(({ event }) => event),
    ['sip offer failed', 'sip request failed'],
  );
  await say({ method: 'BYE', cseq: 5 });
});

test('our UPDATE: offer and answer, the target moves with its 2xx; glare is tried again, at last refused', async () => {
  const { stage, peer, dialog, say } = await rawCall(ALLOW);
  const answered = dialog.update(sdp('new codec'));
  await settle();
  const update = newest(peer.heard, 'UPDATE');
  assert.equal(headerOf(update, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.equal(headerOf(update, 'Session-Expires'), '1800;refresher=uac');
  // Their offers cross ours.
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 2, body: SDP })), ['491 Request Pending']);
  assert.deepEqual(firstWords(await say({ method: 'INVITE', cseq: 3, body: SDP })), ['491 Request Pending']);
  await peer.ask(answerText(update, { status: 200, body: 'agreed', contact: '<sip:b@10.0.0.2:5099>' }), SERVER);
  assert.equal(textOf(await answered), 'agreed');
  const refused = assert.rejects(dialog.update(sdp('x')), { status: 491 });
  for (let count = 1; count <= 4; count++) {
    await stage.clock.run(2000);
    const ours = stage.network.sent.findLast(({ text }) => text.startsWith('UPDATE'))?.text ?? '';
    assert.match(ours, /^UPDATE sip:b@10\.0\.0\.2:5099 /);
    await peer.ask(answerText(ours, { status: 491 }), SERVER);
  }
  await refused;
  await say({ method: 'BYE', cseq: 4 });
  await assertNothingLeft(stage);
});

test('500 with Retry-After to our UPDATE is waited for, 504 is a refusal, 481 ends the call', async () => {
  const { stage, peer, dialog } = await rawCall(ALLOW);
  const updates = () => peer.heard.filter(text => text.startsWith('UPDATE')).length;
  const answered = dialog.update(sdp('x'));
  await settle();
  await reply(peer, 'UPDATE', { status: 500, extra: ['Retry-After: 3'] });
  await stage.clock.run(2999);
  assert.equal(updates(), 1);
  await stage.clock.run(1);
  assert.equal(updates(), 2);
  await reply(peer, 'UPDATE', { status: 200, body: 'agreed' });
  assert.equal(textOf(await answered), 'agreed');
  const tooLate = assert.rejects(dialog.update(sdp('x')), { status: 504 });
  await settle();
  await reply(peer, 'UPDATE', { status: 504 });
  await tooLate;
  const gone = assert.rejects(dialog.update(), { status: 481 });
  await settle();
  await reply(peer, 'UPDATE', { status: 481 });
  await gone;
  assert.equal(dialog.signal.reason.kind, 'rejected');
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('an UPDATE to who does not list it is refused here', async () => {
  const { dialog, say } = await rawCall();
  await assert.rejects(
    dialog.update(sdp('x')),
    (thrown: unknown) => thrown instanceof CallRefused && thrown.status === 405,
  );
  await say({ method: 'BYE', cseq: 2 });
});

test('UPDATE before the answer, called side: theirs only once the offer of the INVITE is answered, ours after the PRACK', async () => {
  const { stage, peer, invitation, say } = await rawCaller(ALLOW);
  invitation.ring();
  invitation.dialog?.onReInvite(offer => ({ sdp: sdp(`answer to ${textOf(offer)}`) }));
  await settle();
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 2, body: 'early' })), ['500 Server Internal Error']);
  invitation.progress(sdp('early answer'));
  const ours = invitation.dialog?.update(sdp('ours'));
  await stage.clock.run(499);
  assert.ok(!peer.heard.some(text => text.startsWith('UPDATE')), 'the answer waits for its PRACK');
  const early = newest(peer.heard, 'SIP/2.0 183');
  await say({ method: 'PRACK', cseq: 3, extra: [`RAck: ${headerOf(early, 'RSeq')} 1 INVITE`] });
  await stage.clock.run(500);
  await reply(peer, 'UPDATE', { status: 200, body: 'agreed' });
  assert.equal(textOf(await ours), 'agreed');
  const [okay] = await say({ method: 'UPDATE', cseq: 4, body: 'theirs' });
  assert.equal(bodyOf(okay), 'answer to theirs');
  const dialog = invitation.answer(sdp('early answer'));
  await say({ method: 'ACK' });
  void (await dialog).bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('UPDATE before the answer, calling side: in the early dialog of its fork, both ways', async () => {
  const { stage, peer, inviter, answer } = await rawCallee();
  const early: Promise<Body | undefined>[] = [];
  inviter.onProgress((_status, _body, dialog) => {
    dialog?.onReInvite(offer => ({ sdp: sdp(`answer to ${textOf(offer)}`) }));
    if (dialog && early.length === 0) early.push(dialog.update(sdp('ours')));
  });
  await answer({ status: 183, toTag: 'one', body: 'early', extra: RELIABLE });
  await reply(peer, 'PRACK', { status: 200 });
  await stage.clock.run(500);
  const update = newest(peer.heard, 'UPDATE');
  assert.equal(headerOf(update, 'CSeq'), '3 UPDATE');
  await reply(peer, 'UPDATE', { status: 200, body: 'agreed' });
  assert.equal(textOf(await early[0]), 'agreed');
  const from = headerOf(update, 'From') ?? '';
  const theirs = requestText({ method: 'UPDATE', callId: inviter.callId, fromTag: 'one', body: 'theirs' }).replace(
    /To: .*/,
    `To: ${from}`,
  );
  assert.deepEqual((await peer.ask(theirs, SERVER)).map(bodyOf), ['answer to theirs']);
  // A re-INVITE while our INVITE is under way.
  const crossing = theirs.replaceAll('UPDATE', 'INVITE').replace('CSeq: 1', 'CSeq: 2');
  assert.deepEqual(firstWords(await peer.ask(crossing, SERVER)), ['491 Request Pending']);
  await answer({ status: 200, toTag: 'one' });
  void (await inviter.answered).dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('a reliable response to our re-INVITE is acknowledged, moves the target, and may hold the answer (RFC 6141)', async () => {
  const { stage, peer, dialog, say } = await rawCall(ALLOW);
  const answered = dialog.reInvite(sdp('re'));
  await settle();
  const invite = newest(peer.heard, 'INVITE');
  const parts = { status: 183, body: 'soon', contact: '<sip:b@10.0.0.2:5070>', extra: RELIABLE };
  const elsewhere = await stage.network.peer('10.0.0.2', 5070);
  await peer.ask(answerText(invite, parts), SERVER);
  const prack = newest(elsewhere.heard, 'PRACK');
  assert.equal(headerOf(prack, 'RAck'), `1 ${headerOf(invite, 'CSeq')}`);
  await elsewhere.ask(answerText(prack, { status: 200 }), SERVER);
  await peer.ask(answerText(invite, { status: 200, contact: '<sip:b@10.0.0.2:5070>' }), SERVER);
  assert.equal(textOf(await answered), 'soon');
  await say({ method: 'BYE', cseq: 2 });
  await assertNothingLeft(stage);
});

test('ping: the status of OPTIONS; 481 ends the call, an ended call gives 481 without asking', async () => {
  const { stage, peer, dialog } = await rawCall();
  const first = dialog.ping();
  await settle();
  await reply(peer, 'OPTIONS', { status: 200 });
  assert.equal(await first, 200);
  const second = dialog.ping();
  await settle();
  await reply(peer, 'OPTIONS', { status: 481 });
  assert.equal(await second, 481);
  assert.ok(dialog.signal.aborted);
  assert.equal(await dialog.ping(), 481);
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('inside a dialog: 405 with Allow for what is known and not done, 501 for what nobody knows', async () => {
  const { stage, say } = await rawCall();
  const [refused] = await say({ method: 'PUBLISH', cseq: 2 });
  assert.deepEqual(firstWords([refused]), ['405 Method Not Allowed']);
  assert.match(headerOf(refused, 'Allow') ?? '', /INVITE/);
  assert.deepEqual(firstWords(await say({ method: 'DANCE', cseq: 3 })), ['501 Not Implemented']);
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 4 })), ['415 Unsupported Media Type']);
  await say({ method: 'BYE', cseq: 5 });
  await assertNothingLeft(stage);
});
