import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { createUserAgent, type Dialog, type Invitation, type LegEnd } from '../src/index.ts';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { assertNothingLeft, newest, rawCallee, reply } from './raw-call.ts';
import { SERVER, sdp, textOf } from './scene.ts';

const reliable = (toTag: string, body = '') => ({
  status: 183,
  toTag,
  body,
  extra: ['Require: 100rel', 'RSeq: 1', 'Allow: UPDATE'],
});

/** Our call has rung at two places. */
async function forked() {
  const call = await rawCallee();
  const early = new Map<string, Dialog>();
  call.inviter.onProgress((_status, _body, dialog) => {
    if (dialog) early.set(dialog.remoteTag, dialog);
  });
  await call.answer(reliable('one', 'answer of one'));
  await reply(call.peer, 'PRACK', { status: 200 });
  await call.answer({ status: 180, toTag: 'two' });
  const [one, two] = [early.get('one'), early.get('two')];
  assert.ok(one && two);
  return { ...call, one, two };
}

test('each place that rings has its early dialog; the one that answers is the call, the other ends with "local"', async () => {
  const { stage, peer, inviter, answer, one, two } = await forked();
  assert.equal(stage.agent.counts().dialogs, 2);
  await answer({ status: 200, toTag: 'two', body: 'answer of two' });
  const { dialog, body } = await inviter.answered;
  assert.equal(dialog, two);
  assert.equal(textOf(body), 'answer of two');
  assert.deepEqual(one.signal.reason, { kind: 'local', reasons: [] });
  assert.equal(two.signal.aborted, false);
  // The other one answers too, a moment later.
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK', 'BYE']);
  assert.equal(tagIn(newest(peer.heard, 'BYE'), 'To'), 'one');
  await reply(peer, 'BYE', { status: 200 });
  assert.equal(inviter.signal.aborted, false);
  void dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  assert.equal(inviter.signal.reason.kind, 'local');
  await assertNothingLeft(stage);
});

test('the end of the call is that of its dialog, with the same reason', async () => {
  const { stage, peer, inviter, answer, one, two } = await forked();
  await answer({ status: 200, toTag: 'one' });
  const bye = requestText({ method: 'BYE', callId: inviter.callId, fromTag: 'one', extra: ['Reason: Q.850;cause=16'] });
  const from = headerOf(newest(peer.heard, 'INVITE'), 'From');
  assert.deepEqual(firstWords(await peer.ask(bye.replace(/To: .*/, `To: ${from}`), SERVER)), ['200 OK']);
  const end: LegEnd = { kind: 'bye', reasons: ['Q.850;cause=16'] };
  assert.deepEqual([one.signal.reason, inviter.signal.reason], [end, end]);
  assert.equal(two.signal.reason.kind, 'local');
  await assertNothingLeft(stage);
});

test('one place alone may be told to stop ringing with BYE; if it answers all the same it is hung up', async () => {
  const { stage, peer, inviter, answer, one } = await forked();
  void one.bye();
  await settle();
  assert.equal(tagIn(newest(peer.heard, 'BYE'), 'To'), 'one');
  await reply(peer, 'BYE', { status: 200 });
  assert.equal(inviter.signal.aborted, false);
  await answer({ status: 200, toTag: 'two', body: 'x' });
  assert.equal((await inviter.answered).dialog.remoteTag, 'two');
  assert.deepEqual(firstWords(await answer({ status: 200, toTag: 'one' })), ['ACK', 'BYE']);
  await reply(peer, 'BYE', { status: 200 });
  void (await inviter.answered).dialog.bye();
  await settle();
  await reply(peer, 'BYE', { status: 200 });
  await assertNothingLeft(stage);
});

test('a refusal, or CANCEL, ends every early dialog', async () => {
  const refused = await forked();
  await refused.answer({ status: 486, toTag: 'one' });
  await assert.rejects(refused.inviter.answered, { status: 486 });
  for (const { signal } of [refused.one, refused.two]) assert.equal(signal.reason.kind, 'rejected');
  await assertNothingLeft(refused.stage);
  const cancelled = await forked();
  cancelled.inviter.cancel();
  await cancelled.answer({ status: 487, toTag: 'one' });
  for (const { signal } of [cancelled.one, cancelled.two]) assert.equal(signal.reason.kind, 'cancel');
  await assertNothingLeft(cancelled.stage);
});

test('what rang before the call was tried again is over: the next try has early dialogs of its own', async () => {
  const { stage, peer, inviter, answer, one } = await forked();
  await answer({ status: 422, toTag: 'one', extra: ['Min-SE: 3600'] });
  assert.equal(one.signal.reason.kind, 'local');
  assert.equal(stage.agent.counts().dialogs, 0);
  await reply(peer, 'INVITE', { ...reliable('one', 'again') });
  assert.equal(headerOf(newest(peer.heard, 'PRACK'), 'RAck'), '1 2 INVITE');
  await reply(peer, 'PRACK', { status: 200 });
  inviter.cancel();
  await settle();
  assert.equal(headerOf(newest(peer.heard, 'CANCEL'), 'CSeq'), '2 CANCEL');
  await reply(peer, 'INVITE', { status: 487, toTag: 'one' });
  await assertNothingLeft(stage);
});

test('no more than 16 places have dialogs', async () => {
  const { stage, inviter, answer } = await rawCallee();
  let told = 0;
  inviter.onProgress(() => {
    told += 1;
  });
  for (let count = 0; count < 40; count++) await answer({ status: 180, toTag: `t${count}` });
  assert.equal(stage.agent.counts().dialogs, 16);
  assert.equal(told, 40);
  inviter.cancel();
  await answer({ status: 487, toTag: 't0' });
  await assertNothingLeft(stage);
});

test('target and route set are those of the 2xx, not of the 1xx before it', async () => {
  const { stage, peer, inviter, answer } = await rawCallee();
  await stage.network.peer('10.0.0.20');
  const other = await stage.network.peer('10.0.0.21');
  await answer({
    status: 180,
    toTag: 'one',
    extra: ['Record-Route: <sip:10.0.0.20;lr>'],
    contact: '<sip:early@10.0.0.2>',
  });
  await answer({
    status: 200,
    toTag: 'one',
    extra: ['Record-Route: <sip:10.0.0.21;lr>'],
    contact: '<sip:late@10.0.0.2>',
  });
  const ack = newest(other.heard, 'ACK');
  assert.match(ack, /^ACK sip:late@10\.0\.0\.2 SIP/);
  assert.equal(headerOf(ack, 'Route'), '<sip:10.0.0.21;lr>');
  void peer;
  void (await inviter.answered).dialog.bye();
  await assertNothingLeft(stage);
});

test('a caller whose TCP connection is gone is refreshed in vain, and the call ends by its session timer', async t => {
  const clock = new FakeClock();
  const invitations: Invitation[] = [];
  let invited: (invitation: Invitation) => void = () => undefined;
  const arrived = new Promise<Invitation>(resolve => {
    invited = resolve;
  });
  const agent = createUserAgent({
    listen: [{ transport: 'tcp', address: '127.0.0.2', port: 0 }],
    clock,
    log: silentLog,
    admit: () => undefined,
    onInvitation: invitation => {
      invitations.push(invitation);
      invited(invitation);
    },
  });
  t.after(() => agent.close());
  const [{ port }] = await agent.listen();
  const socket = connect({ host: '127.0.0.2', port, localAddress: '127.0.0.3' });
  const via = 'Via: SIP/2.0/TCP 127.0.0.3:9;branch=z9hG4bKtcp';
  const contact = '<sip:caller@127.0.0.3:9;transport=tcp>';
  socket.write(requestText({ method: 'INVITE', via, contact, body: SDP }));
  const answered = (await arrived).answer(sdp('answer'));
  const okay = await new Promise<string>(resolve => {
    let heard = '';
    socket.on('data', chunk => {
      heard += String(chunk);
      if (heard.includes('SIP/2.0 200') && heard.endsWith('answer')) resolve(heard.slice(heard.indexOf('SIP/2.0 200')));
    });
  });
  socket.write(requestText({ method: 'ACK', via: `${via}a`, contact, toTag: tagIn(okay, 'To') }));
  const dialog = await answered;
  const closed = new Promise(resolve => socket.once('close', resolve));
  socket.destroy();
  await closed;
  const ended = new Promise(resolve => dialog.signal.addEventListener('abort', resolve));
  // Nobody listens at port 9: the refresh at half time fails at once, or after 64*T1.
  await clock.run(15 * 60_000 + 33_000);
  await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 2000).unref())]);
  assert.ok(dialog.signal.aborted, 'the call would be there for ever');
  assert.match(dialog.signal.reason.kind, /^(transport failed|timeout)$/);
});
