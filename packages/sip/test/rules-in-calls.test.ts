import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { Dialog } from '../src/index.ts';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { type RequestText, requestText, SDP } from './messages.ts';
import { ALLOW, NOTHING, SERVER, scene, sdp } from './scene.ts';

/** A raw peer in a call with us. */
async function inCall(body = SDP) {
  const stage = await scene();
  const dialogs: Dialog[] = [];
  stage.onInvitation = invitation => {
    // A call that ends before its ACK rejects here; the tests look at the signal instead.
    invitation.answer(sdp('answer')).then(
      dialog => dialogs.push(dialog),
      () => undefined,
    );
  };
  const peer = await stage.network.peer('10.0.0.2');
  const [, okay] = await peer.ask(
    requestText({ method: 'INVITE', body, extra: ['Record-Route: <sip:10.0.0.2;lr>'] }),
    SERVER,
  );
  const toTag = tagIn(okay, 'To');
  const say = (request: RequestText) => peer.ask(requestText({ toTag, ...request }), SERVER);
  return { stage, peer, okay, say, toTag, dialogs };
}

test('the 200 to an INVITE has what 12.1.1 and 13.3.1.4 ask for', async () => {
  const { okay } = await inCall();
  assert.equal(headerOf(okay, 'Record-Route'), '<sip:10.0.0.2;lr>');
  assert.equal(headerOf(okay, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.equal(headerOf(okay, 'Allow'), ALLOW);
  assert.equal(headerOf(okay, 'Supported'), '100rel, timer');
  assert.equal(headerOf(okay, 'Content-Type'), 'application/sdp');
  assert.ok(okay.endsWith('\r\n\r\nanswer'));
});

test('inside a dialog: order of CSeq, OPTIONS, an unknown method, a re-INVITE before the ACK', async () => {
  const { stage, say, dialogs } = await inCall();
  assert.deepEqual(firstWords(await say({ method: 'INVITE', cseq: 2, body: SDP })), ['491 Request Pending']);
  await say({ method: 'ACK' });
  assert.equal(dialogs.length, 1);
  assert.deepEqual(firstWords(await say({ method: 'OPTIONS', cseq: 5 })), ['200 OK']);
  assert.deepEqual(firstWords(await say({ method: 'INFO', cseq: 4 })), ['500 CSeq Out of Order']);
  assert.deepEqual(firstWords(await say({ method: 'UPDATE', cseq: 6 })), ['200 OK']);
  assert.deepEqual(firstWords(await say({ method: 'BYE', cseq: 7 })), ['200 OK']);
  assert.deepEqual(firstWords(await say({ method: 'BYE', cseq: 8 })), ['481 Call/Transaction Does Not Exist']);
  await stage.clock.run(40_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('a re-INVITE whose 200 is not acknowledged is repeated, then ends the call; a copy of it gets the same 200', async () => {
  const { stage, peer, say, dialogs } = await inCall();
  await say({ method: 'ACK' });
  const acknowledged: unknown[] = [];
  dialogs[0].onReInvite(() => ({ sdp: sdp('again'), acknowledged: body => acknowledged.push(body?.type) }));
  const reInvite: RequestText = {
    method: 'INVITE',
    cseq: 2,
    branch: 'z9hG4bKre',
    contact: '<sip:moved@10.0.0.2:5070>',
  };
  assert.deepEqual(firstWords(await say(reInvite)), ['200 OK']);
  await stage.clock.run(500);
  await say(reInvite);
  assert.equal(peer.heard.filter(text => text.endsWith('again')).length, 2);
  await say({ method: 'ACK', cseq: 2, body: SDP });
  assert.deepEqual(acknowledged, ['application/sdp']);
  assert.deepEqual(firstWords(await say({ ...reInvite, cseq: 3, branch: 'z9hG4bKre3' })), ['200 OK']);
  await stage.clock.run(32_000);
  assert.equal(dialogs[0].signal.reason.kind, 'no ack');
  const bye = stage.network.sent.find(({ text }) => text.startsWith('BYE'));
  assert.match(bye?.text ?? '', /^BYE sip:moved@10\.0\.0\.2:5070 /);
  assert.equal(headerOf(bye?.text ?? '', 'Route'), '<sip:10.0.0.2;lr>');
  await stage.clock.run(70_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('a request of our dialog from another address is asked for; once let in, its new address is known', async () => {
  const { stage, say, toTag } = await inCall();
  await say({ method: 'ACK' });
  const elsewhere = await stage.network.peer('10.0.0.3');
  stage.admit = () => ({ status: 403 });
  const via = 'Via: SIP/2.0/UDP 10.0.0.3:5060;branch=z9hG4bK';
  const bye = (n: number) =>
    elsewhere.ask(requestText({ method: 'OPTIONS', toTag, cseq: 2 + n, via: `${via}${n}` }), SERVER);
  assert.deepEqual(firstWords(await bye(1)), ['403 Forbidden']);
  stage.admit = () => undefined;
  assert.deepEqual(firstWords(await bye(2)), ['200 OK']);
  stage.admit = () => ({ status: 403 });
  assert.deepEqual(firstWords(await bye(3)), ['200 OK']);
  assert.deepEqual(firstWords(await say({ method: 'BYE', cseq: 9 })), ['200 OK']);
});

test('a CANCEL from where the INVITE came needs no admission, from anywhere else it does', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  const via = 'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKinvite';
  await peer.ask(requestText({ method: 'INVITE', via }), SERVER);
  stage.admit = () => ({ status: 403 });
  const cancel = requestText({ method: 'CANCEL', via });
  const stranger = await stage.network.peer('10.0.0.3');
  assert.deepEqual(firstWords(await stranger.ask(cancel, SERVER)), ['403 Forbidden']);
  assert.equal(stage.invitations[0].signal.aborted, false);
  assert.deepEqual(firstWords(await peer.ask(cancel, SERVER)), ['200 OK', '487 Request Terminated']);
});

test('the body of an ACK counts only when the 200 held the offer', async () => {
  const { say, dialogs } = await inCall();
  await say({ method: 'ACK', body: SDP });
  assert.equal(dialogs[0].ackBody, undefined);
});

test('BYE in an early dialog ends the INVITE with 487; BYE before the ACK ends the call', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  const [, ringing] = await peer.ask(requestText({ method: 'INVITE' }), SERVER);
  const toTag = tagIn(ringing, 'To');
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'INVITE', cseq: 2, toTag }), SERVER)), [
    '500 Server Internal Error',
  ]);
  assert.deepEqual(firstWords(await peer.ask(requestText({ method: 'BYE', cseq: 3, toTag }), SERVER)), [
    '200 OK',
    '487 Request Terminated',
  ]);
  assert.equal(stage.invitations[0].signal.reason.kind, 'bye');
  const second = await inCall();
  assert.deepEqual(firstWords(await second.say({ method: 'BYE', cseq: 2 })), ['200 OK']);
  await second.stage.clock.run(40_000);
  assert.deepEqual(second.stage.agent.counts(), NOTHING);
});

test('who is called says no BYE before the call is answered: the INVITE ends instead', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const peer = await stage.network.peer('10.0.0.2');
  await peer.ask(requestText({ method: 'INVITE' }), SERVER);
  void stage.invitations[0].dialog?.bye();
  await settle();
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '180 Ringing', '487 Request Terminated']);
  await stage.clock.run(40_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

/** Answered, and hung up by us before the ACK has come. */
async function hungUpEarly() {
  const stage = await scene();
  stage.onInvitation = invitation => {
    // Rejects as the call is over before the ACK, which is what is tested.
    invitation.answer(sdp('answer')).catch(() => undefined);
    void invitation.dialog?.bye('SIP;cause=200;text="Never mind"');
  };
  const peer = await stage.network.peer('10.0.0.2');
  const [, ok] = await peer.ask(requestText({ method: 'INVITE' }), SERVER);
  const toTag = tagIn(ok, 'To');
  return { stage, peer, toTag, say: (request: RequestText) => peer.ask(requestText({ toTag, ...request }), SERVER) };
}

test('nor before the ACK: until then the 200 is sent again, and the BYE comes after it', async () => {
  const { stage, peer, say } = await hungUpEarly();
  assert.equal(stage.invitations[0].signal.reason.kind, 'local');
  await stage.clock.run(1600);
  assert.deepEqual(firstWords(peer.heard), ['100 Trying', '200 OK', '200 OK', '200 OK']);
  const [bye, ...others] = await say({ method: 'ACK' });
  assert.deepEqual(
    [headerOf(bye, 'CSeq'), headerOf(bye, 'Reason'), others],
    ['1 BYE', 'SIP;cause=200;text="Never mind"', []],
  );
  await stage.clock.run(80_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('a BYE that waits for an ACK goes when that is given up, not when the other side has hung up, nor when all is closed', async () => {
  const alone = await hungUpEarly();
  await alone.stage.clock.run(31_999);
  assert.ok(!firstWords(alone.peer.heard).includes('BYE'));
  await alone.stage.clock.run(1);
  assert.equal(firstWords(alone.peer.heard).at(-1), 'BYE');
  const crossed = await hungUpEarly();
  await crossed.say({ method: 'BYE', cseq: 2 });
  const closed = await hungUpEarly();
  await closed.stage.agent.close();
  assert.equal(closed.stage.clock.timers, 0);
  for (const { stage, peer } of [alone, crossed, closed]) {
    await stage.clock.run(80_000);
    assert.deepEqual(stage.agent.counts(), NOTHING);
    assert.equal(firstWords(peer.heard).includes('BYE'), peer === alone.peer);
  }
});

test('an offer inside multipart/mixed is found; an optional body that we do not know is ignored', async () => {
  const parts = `--b1\r\nContent-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n\r\nxx\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n${SDP}\r\n--b1--\r\n`;
  const stage = await scene();
  const peer = await stage.network.peer('10.0.0.2');
  await peer.ask(requestText({ method: 'INVITE', body: parts, type: 'multipart/mixed;boundary="b1"' }), SERVER);
  assert.equal(Buffer.from(stage.invitations[0].offer?.content ?? []).toString(), SDP);
  const extra = ['Content-Disposition: render;handling=optional'];
  await peer.ask(requestText({ method: 'INVITE', callId: 'c2', body: 'hi', type: 'text/plain', extra }), SERVER);
  assert.equal(stage.invitations.length, 2);
  assert.equal(stage.invitations[1].offer, undefined);
});
