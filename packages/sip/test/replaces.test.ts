import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Dialog, Invitation, UserAgentOptions } from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { answerText, assertNothingLeft, newest, rawCall, rawCallee, rawCaller, reply } from './raw-call.ts';
import { SERVER, scene, sdp } from './scene.ts';

const TAKES: Partial<UserAgentOptions> = { replaces: true };

/** A call that is established, and a second INVITE that names it, or something else. */
async function replacing(replaces: (toTag: string) => readonly string[], method = 'INVITE') {
  const call = await rawCall([], TAKES);
  const extra = replaces(call.toTag);
  const invite = requestText({ method, callId: 'second', fromTag: 'other', body: SDP, extra });
  const heard = await call.peer.ask(invite, SERVER);
  return { ...call, heard, second: call.stage.invitations[1] as Invitation | undefined };
}

test('an INVITE with Replaces comes with the dialog it replaces; the application answers and ends the other', async () => {
  const { stage, peer, second, dialog } = await replacing(tag => [`Replaces: call1;to-tag=${tag};from-tag=from1`]);
  assert.equal(second?.replaces, dialog);
  const taken = second.answer(sdp('answer'));
  await settle();
  const toTag = /;tag=(\w+)/.exec(headerOf(newest(peer.heard, 'SIP/2.0 200'), 'To') ?? '')?.[1];
  await peer.ask(requestText({ method: 'ACK', callId: 'second', fromTag: 'other', toTag }), SERVER);
  void second.replaces?.bye();
  await settle();
  assert.equal(headerOf(newest(peer.heard, 'BYE'), 'Call-ID'), 'call1');
  await reply(peer, 'BYE', { status: 200 });
  void (await taken).bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

/** RFC 3891 section 3. */
const refusals: readonly (readonly [name: string, replaces: (tag: string) => readonly string[], status: string])[] = [
  ['an unknown call', tag => [`Replaces: other;to-tag=${tag};from-tag=from1`], '481 Call/Transaction Does Not Exist'],
  [
    'the tags the wrong way round',
    tag => [`Replaces: call1;to-tag=from1;from-tag=${tag}`],
    '481 Call/Transaction Does Not Exist',
  ],
  ['early-only, answered already', tag => [`Replaces: call1;early-only;to-tag=${tag};from-tag=from1`], '486 Busy Here'],
  [
    'twice',
    tag => Array.from({ length: 2 }, () => `Replaces: call1;to-tag=${tag};from-tag=from1`),
    '400 Replaces: appears more than once',
  ],
  ['in one field', tag => [`Replaces: a,call1;to-tag=${tag};from-tag=from1`], '400 Replaces: expected one Call-ID'],
  [
    'with Join',
    tag => [`Replaces: call1;to-tag=${tag};from-tag=from1`, 'Join: a;to-tag=b;from-tag=c'],
    '400 Replaces: stands beside Join',
  ],
  ['without tags', () => ['Replaces: call1'], '400 Replaces: to-tag and from-tag are needed'],
];

for (const [name, replaces, status] of refusals)
  test(`Replaces: ${name} -> ${status}, and costs no memory`, async () => {
    const { heard, second, stage } = await replacing(replaces);
    assert.deepEqual(firstWords(heard), [status]);
    assert.equal(second, undefined);
    assert.equal(stage.agent.counts().dialogs, 1);
  });

test('Replaces in another request than INVITE gets 400', async () => {
  const { heard } = await replacing(tag => [`Replaces: call1;to-tag=${tag};from-tag=from1`], 'OPTIONS');
  assert.deepEqual(firstWords(heard), ['400 Replaces: only an INVITE may have it']);
});

test('Replaces for a call whose BYE is under way gets 603', async () => {
  const { stage, peer, dialog, toTag } = await rawCall([], TAKES);
  void dialog.bye();
  await settle();
  const extra = [`Replaces: call1;to-tag=${toTag};from-tag=from1`];
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'INVITE', callId: 'second', extra }), SERVER)), [
    '603 Decline',
  ]);
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('an early dialog can be taken over where we are the caller, not where we are called', async () => {
  const called = await rawCaller([], TAKES);
  called.invitation.ring();
  await settle();
  const tag = /;tag=(\w+)/.exec(headerOf(newest(called.peer.heard, 'SIP/2.0 180'), 'To') ?? '')?.[1];
  const extra = [`Replaces: call1;to-tag=${tag};from-tag=from1`];
  const invite = requestText({ method: 'INVITE', callId: 'second', extra });
  assert.deepEqual(firstWords(await called.peer.ask(invite, SERVER)), ['481 Call/Transaction Does Not Exist']);

  const { stage, peer, inviter, answer } = await rawCallee({}, TAKES);
  let early: Dialog | undefined;
  inviter.onProgress((_status, _body, dialog) => {
    early = dialog;
  });
  await answer({ status: 180, toTag: 'ringing' });
  const ours = [`Replaces: ${inviter.callId};to-tag=${early?.localTag};from-tag=ringing;early-only`];
  await peer.ask(requestText({ method: 'INVITE', callId: 'pickup', extra: ours }), SERVER);
  assert.equal(stage.invitations[0].replaces, early);
  inviter.cancel('SIP;cause=200;text="Call completed elsewhere"');
  stage.invitations[0].reject({ status: 486 });
  await answer({ status: 487, toTag: 'ringing' });
  await assertNothingLeft(stage);
});

test('who does not take over: not in Supported, ignored, 420 when required', async () => {
  const { stage, peer, toTag } = await rawCall();
  const replaces = `Replaces: call1;to-tag=${toTag};from-tag=from1`;
  await peer.ask(requestText({ method: 'INVITE', callId: 'b', extra: [replaces] }), SERVER);
  assert.equal(stage.invitations[1].replaces, undefined);
  const [refused] = await peer.ask(
    requestText({ method: 'INVITE', callId: 'c', extra: [replaces, 'Require: replaces'] }),
    SERVER,
  );
  assert.deepEqual(firstWords([refused]), ['420 Bad Extension']);
  assert.equal(headerOf(refused, 'Unsupported'), 'replaces');
});

test('calling with Replaces: the header and Require; between two user agents it finds the dialog', async () => {
  const stage = await scene(TAKES);
  const called: Dialog[] = [];
  stage.onInvitation = invitation => {
    void invitation.answer(sdp('answer')).then(dialog => called.push(dialog));
    void invitation.replaces?.bye('SIP;cause=200;text="Replaced"');
  };
  const phone = await stage.another('10.0.0.9');
  const other = await stage.another('10.0.0.10', TAKES);
  const target = { uri: 'sip:1001@10.0.0.1' };
  const first = await phone.invite(target, { from: 'sip:a@10.0.0.9', body: sdp('o') }).answered;
  const { callId, localTag, remoteTag } = first.dialog;
  const replaces = { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false };
  const second = await other.invite(target, { from: 'sip:b@10.0.0.10', body: sdp('o'), replaces }).answered;
  await settle();
  const invite =
    stage.network.sent.find(({ text, from }) => text.startsWith('INVITE') && from.startsWith('10.0.0.10'))?.text ?? '';
  assert.equal(headerOf(invite, 'Require'), 'replaces');
  assert.deepEqual(first.dialog.signal.reason, { kind: 'bye', reasons: ['SIP;cause=200;text="Replaced"'] });
  assert.equal(second.dialog.signal.aborted, false);
  await second.dialog.bye();
  await assertNothingLeft(stage);
});

test('answerText keeps a tag that is there', () => {
  assert.match(answerText('X\r\nTo: <sip:a@b>;tag=1\r\n\r\n', { status: 200, toTag: '2' }), /To: <sip:a@b>;tag=1\r/);
});
