import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import { CallRefused, type Dialog, type LegEnd } from '../src/index.ts';
import { firstWords, headerOf } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { NOTHING, type Scene, SERVER, scene, sdp, textOf } from './scene.ts';

const PHONE = '10.0.0.9';
const target = { uri: 'sip:1001@10.0.0.1' };
const from = '"Ann" <sip:ann@10.0.0.9>';

/** Two user agents in a call; the called one answers 'answer' to 'offer'. */
async function inCall(options: Parameters<typeof scene>[0] = {}) {
  const stage = await scene(options);
  const called: Dialog[] = [];
  stage.onInvitation = invitation => {
    invitation.ring();
    void invitation.answer(sdp('answer')).then(dialog => called.push(dialog));
  };
  const phone = await stage.another(PHONE);
  const inviter = phone.invite(target, { from, body: sdp('offer') });
  const { dialog, body } = await inviter.answered;
  await settle();
  return { stage, phone, inviter, caller: dialog, called: called[0], body };
}

/** Every method and status that went over the wire so far. */
const wire = (stage: Scene) => firstWords(stage.network.sent.map(({ text }) => text));

async function assertNothingLeft(stage: Scene, ...agents: { counts(): object }[]): Promise<void> {
  await stage.clock.run(64 * 500 + 5000);
  for (const agent of [stage.agent, ...agents]) assert.deepEqual(agent.counts(), NOTHING);
  assert.equal(stage.clock.timers, 0);
}

test('a call: ringing, answered, acknowledged, hung up by the caller; nothing is left', async () => {
  const { stage, phone, inviter, caller, called, body } = await inCall();
  assert.equal(textOf(body), 'answer');
  assert.equal(textOf(stage.invitations[0].offer), 'offer');
  assert.equal(called.callId, inviter.callId);
  assert.equal(called.remoteTag, caller.localTag);
  assert.deepEqual(wire(stage), ['INVITE', '100 Trying', '180 Ringing', '200 OK', 'ACK']);
  await caller.bye('Q.850;cause=16');
  assert.deepEqual(called.signal.reason, { kind: 'bye', reasons: ['Q.850;cause=16'] });
  assert.equal(caller.signal.reason.kind, 'local');
  assert.deepEqual(wire(stage).slice(5), ['BYE', '200 OK']);
  await assertNothingLeft(stage, phone);
});

test('the called side hangs up; a second bye sends nothing', async () => {
  const { stage, phone, caller, called } = await inCall();
  await Promise.all([called.bye(), called.bye()]);
  assert.equal(caller.signal.reason.kind, 'bye');
  await called.bye();
  await caller.bye();
  assert.deepEqual(wire(stage).slice(5), ['BYE', '200 OK']);
  await assertNothingLeft(stage, phone);
});

test('both sides hang up at once: each BYE gets 200', async () => {
  const { stage, phone, caller, called } = await inCall();
  await Promise.all([caller.bye(), called.bye()]);
  assert.deepEqual(wire(stage).slice(5).sort(), ['200 OK', '200 OK', 'BYE', 'BYE']);
  await assertNothingLeft(stage, phone);
});

test('a refusal reaches the caller with its status, reason and headers, and is acknowledged', async () => {
  const stage = await scene();
  stage.onInvitation = invitation =>
    invitation.reject({ status: 488, reason: 'No Codec', headers: [['Warning', '305 parley "PCMU, PCMA"']] });
  const phone = await stage.another(PHONE);
  const inviter = phone.invite(target, { from });
  const refused = await inviter.answered.then(
    () => assert.fail('answered'),
    (error: unknown) => error,
  );
  assert.ok(refused instanceof CallRefused);
  assert.equal(refused.code, 'SIP_CALL_REFUSED');
  assert.deepEqual([refused.status, refused.reason], [488, 'No Codec']);
  assert.ok(refused.headers.some(([name, value]) => name === 'Warning' && value === '305 parley "PCMU, PCMA"'));
  assert.equal(inviter.signal.reason.kind, 'rejected');
  assert.deepEqual(wire(stage), ['INVITE', '100 Trying', '488 No Codec', 'ACK']);
  await assertNothingLeft(stage, phone);
});

test('what is no refusal is thrown back, and the INVITE waits for one that is', async () => {
  const stage = await scene();
  const phone = await stage.another(PHONE);
  const thrown: unknown[] = [];
  stage.onInvitation = invitation => {
    for (const status of [99, 180, 200, 299, 700, Number.NaN])
      try {
        invitation.reject({ status });
      } catch (error) {
        thrown.push(error);
      }
    invitation.reject({ status: 480 });
  };
  await assert.rejects(phone.invite(target, { from, body: sdp('offer') }).answered, { status: 480 });
  assert.equal(thrown.filter(error => error instanceof Bug).length, 6);
  await assertNothingLeft(stage, phone);
});

test('a reason that could break out of its line is thrown back, and what was to end goes on until it is ended', async () => {
  const { stage, phone, caller, called } = await inCall();
  assert.throws(() => caller.bye('SIP;text="a\r\nb"'), Bug);
  assert.equal(caller.signal.aborted, false);
  await caller.bye();
  assert.equal(called.signal.reason.kind, 'bye');
  stage.onInvitation = invitation => invitation.ring();
  const inviter = phone.invite(target, { from, body: sdp('offer') });
  const refused = assert.rejects(inviter.answered, { status: 487 });
  await settle();
  assert.throws(() => inviter.cancel('SIP\r\nX: 1'), Bug);
  assert.equal(inviter.signal.aborted, false);
  inviter.cancel();
  await refused;
  await assertNothingLeft(stage, phone);
});

test('a user agent listens once at a time', async () => {
  const stage = await scene();
  await assert.rejects(stage.agent.listen(), Bug);
  await stage.agent.close();
  assert.equal(stage.network.sockets, 0);
  assert.equal((await stage.agent.listen()).length, 1);
  await stage.agent.close();
  assert.equal(stage.network.sockets, 0);
});

test('an application that throws costs its caller a 500, nobody else anything', async () => {
  const stage = await scene();
  stage.onInvitation = () => {
    throw new Error('broken flow');
  };
  const phone = await stage.another(PHONE);
  await assert.rejects(phone.invite(target, { from }).answered, { status: 500 });
  assert.equal(stage.lines.at(-1)?.event, 'sip request failed');
  assert.ok(stage.invitations[0].signal.aborted, 'the leg has an end');
  await assertNothingLeft(stage, phone);
});

test('an application that throws when it has made an early dialog leaves none', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => {
    invitation.progress(sdp('early'));
    throw new Error('broken flow');
  };
  const phone = await stage.another(PHONE);
  await assert.rejects(phone.invite(target, { from }).answered, { status: 500 });
  assert.ok(stage.invitations[0].dialog?.signal.aborted);
  await assertNothingLeft(stage, phone);
});

test('CANCEL while ringing: 200 to the CANCEL, 487 to the INVITE with the same tag, the Reason is told', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const phone = await stage.another(PHONE);
  const inviter = phone.invite(target, { from });
  inviter.onProgress(status => status === 180 && inviter.cancel('SIP;cause=200;text="Call completed elsewhere"'));
  await assert.rejects(inviter.answered, { status: 487 });
  await settle();
  assert.deepEqual(wire(stage), [
    'INVITE',
    '100 Trying',
    '180 Ringing',
    'CANCEL',
    '200 OK',
    '487 Request Terminated',
    'ACK',
  ]);
  const [, , ringing, , okay, terminated] = stage.network.sent.map(({ text }) => headerOf(text, 'To'));
  assert.equal(okay, ringing);
  assert.equal(terminated, ringing);
  const end: LegEnd = stage.invitations[0].signal.reason;
  assert.deepEqual(end, { kind: 'cancel', reasons: ['SIP;cause=200;text="Call completed elsewhere"'] });
  assert.equal(inviter.signal.reason.kind, 'cancel');
  // What the flow does after it, because it has not heard yet, is ignored.
  stage.invitations[0].ring();
  stage.invitations[0].reject({ status: 486 });
  await assert.rejects(stage.invitations[0].answer(sdp('late')), (reason: LegEnd) => reason.kind === 'cancel');
  assert.equal(stage.network.sent.length, 7);
  await assertNothingLeft(stage, phone);
});

test('a CANCEL that was asked for before any answer waits for the first provisional one', async () => {
  const stage = await scene();
  const phone = await stage.another(PHONE);
  const inviter = phone.invite(target, { from });
  inviter.cancel();
  await assert.rejects(inviter.answered, { status: 487 });
  assert.deepEqual(wire(stage).slice(0, 3), ['INVITE', '100 Trying', 'CANCEL']);
  await assertNothingLeft(stage, phone);
});

test('a CANCEL that crosses the 200: the call is acknowledged and hung up', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => {
    invitation.ring();
    invitation.answer(sdp('answer')).then(
      () => undefined,
      () => undefined,
    );
  };
  const phone = await stage.another(PHONE);
  const inviter = phone.invite(target, { from });
  inviter.onProgress(() => inviter.cancel());
  await assert.rejects(inviter.answered, { status: 487 });
  await settle();
  assert.deepEqual(wire(stage).slice(4), ['CANCEL', 'ACK', 'BYE', '200 OK', '200 OK']);
  await assertNothingLeft(stage, phone);
});

test('a CANCEL without effect ends after 64*T1', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const phone = await stage.another(PHONE);
  stage.network.loses = ({ text }) => text.startsWith('SIP/2.0 487');
  const inviter = phone.invite(target, { from });
  inviter.onProgress(() => inviter.cancel());
  const outcome = assert.rejects(inviter.answered, { status: 487 });
  await stage.clock.run(32_000);
  await outcome;
  await assertNothingLeft(stage, phone);
});

test('nobody there: the INVITE is sent 7 times, doubling, and gives 408 after 64*T1', async () => {
  const stage = await scene();
  const phone = await stage.another(PHONE);
  const inviter = phone.invite({ uri: 'sip:1001@10.0.0.77' }, { from });
  const outcome = assert.rejects(inviter.answered, { status: 408 });
  const times: number[] = [];
  for (let at = 0; at <= 32_000; at += 500) {
    if (stage.network.sent.length > times.length) times.push(at);
    await stage.clock.run(500);
  }
  await outcome;
  assert.deepEqual(times, [0, 500, 1500, 3500, 7500, 15_500, 31_500]);
  assert.equal(inviter.signal.reason.kind, 'timeout');
  await assertNothingLeft(stage, phone);
});

test('an INVITE that only rings is cancelled at the ring limit', async () => {
  const stage = await scene();
  stage.onInvitation = invitation => invitation.ring();
  const phone = await stage.another(PHONE, { budgets: { ringMillis: 20_000 } });
  const inviter = phone.invite(target, { from });
  const outcome = assert.rejects(inviter.answered, { status: 487 });
  await stage.clock.run(20_000);
  await outcome;
  assert.equal(stage.invitations[0].signal.reason.kind, 'cancel');
  await assertNothingLeft(stage, phone);
});

test('no ACK: the 200 is sent again after T1, doubling to T2, then BYE, and the answer rejects with "no ack"', async () => {
  const stage = await scene();
  stage.network.loses = ({ text }) => text.startsWith('ACK ');
  let outcome: Promise<unknown> = Promise.resolve();
  stage.onInvitation = invitation => {
    outcome = invitation.answer(sdp('answer')).catch((reason: unknown) => reason);
  };
  const phone = await stage.another(PHONE);
  const { dialog } = await phone.invite(target, { from }).answered;
  const copies = () =>
    stage.network.sent.filter(({ text }) => text.startsWith('SIP/2.0 200') && text.includes('INVITE'));
  assert.equal(copies().length, 1);
  for (const [wait, count] of [
    [500, 2],
    [1000, 3],
    [2000, 4],
    [4000, 5],
    [4000, 6],
  ]) {
    await stage.clock.run(wait);
    assert.equal(copies().length, count);
  }
  await stage.clock.run(20_500);
  assert.deepEqual(await outcome, { kind: 'no ack', reasons: [] });
  assert.equal(stage.invitations[0].signal.reason.kind, 'no ack');
  assert.equal(dialog.signal.reason.kind, 'bye');
  await assertNothingLeft(stage, phone);
});

test('an ACK with the answer to our offer comes with the dialog', async () => {
  const stage = await scene();
  const called: Dialog[] = [];
  stage.onInvitation = invitation => {
    assert.equal(invitation.offer, undefined);
    void invitation.answer(sdp('our offer')).then(dialog => called.push(dialog));
  };
  const raw = await stage.network.peer('10.0.0.2');
  const [, okay] = await raw.ask(requestText({ method: 'INVITE' }), SERVER);
  const toTag = /To: .*;tag=(\S+)/.exec(okay)?.[1];
  await raw.ask(requestText({ method: 'ACK', toTag, body: SDP }), SERVER);
  assert.equal(textOf(called[0].ackBody), SDP);
  void called[0].bye();
  await stage.clock.run(1);
  await assertNothingLeft(stage);
});

for (const lost of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`a call and its end survive the loss of datagram ${lost}`, async () => {
    const stage = await scene();
    let count = 0;
    stage.network.loses = () => {
      count += 1;
      return count === lost;
    };
    const ends: LegEnd[] = [];
    stage.onInvitation = invitation => {
      invitation.ring();
      void invitation.answer(sdp('answer'));
      invitation.signal.addEventListener('abort', () => ends.push(invitation.signal.reason));
    };
    const phone = await stage.another(PHONE);
    const inviter = phone.invite(target, { from });
    await stage.clock.run(2000);
    const { dialog } = await inviter.answered;
    const ended = dialog.bye();
    await stage.clock.run(2000);
    await ended;
    assert.deepEqual(ends, [{ kind: 'bye', reasons: [] }]);
    assert.equal(stage.invitations.length, 1);
    await assertNothingLeft(stage, phone);
  });
}

test('re-INVITE: the handler answers, the target follows the new Contact', async () => {
  const { stage, phone, caller, called } = await inCall();
  called.onReInvite(offer => ({ sdp: sdp(`answer to ${textOf(offer)}`) }));
  assert.equal(textOf(await caller.reInvite(sdp('hold'))), 'answer to hold');
  await settle();
  assert.deepEqual(wire(stage).slice(5), ['INVITE', '200 OK', 'ACK']);
  await called.bye();
  await assertNothingLeft(stage, phone);
});

test('re-INVITE without a handler gets 488 and the call goes on', async () => {
  const { stage, phone, caller, called } = await inCall();
  await assert.rejects(caller.reInvite(sdp('hold')), { status: 488 });
  assert.equal(called.signal.aborted, false);
  await caller.bye();
  await assertNothingLeft(stage, phone);
});

test('glare: both re-INVITEs get 491, wait as 14.1 says, and succeed one after the other', async () => {
  const { stage, phone, caller, called } = await inCall();
  for (const dialog of [caller, called]) dialog.onReInvite(offer => ({ sdp: sdp(`re ${textOf(offer)}`) }));
  const both = Promise.all([caller.reInvite(sdp('A')), called.reInvite(sdp('B'))]);
  await settle();
  assert.equal(wire(stage).filter(word => word === '491 Request Pending').length, 2);
  await stage.clock.run(4000);
  assert.deepEqual((await both).map(textOf), ['re A', 're B']);
  await caller.bye();
  await assertNothingLeft(stage, phone);
});

test('two re-INVITEs of one side do not overlap', async () => {
  const { stage, phone, caller, called } = await inCall();
  called.onReInvite(offer => ({ sdp: sdp(`re ${textOf(offer)}`) }));
  const both = Promise.all([caller.reInvite(sdp('A')), caller.reInvite(sdp('B'))]);
  await stage.clock.run(4000);
  assert.deepEqual((await both).map(textOf), ['re A', 're B']);
  await caller.bye();
  await assertNothingLeft(stage, phone);
});

test('a call that ends while a re-INVITE waits rejects it', async () => {
  const { stage, phone, caller, called } = await inCall();
  stage.network.loses = ({ text }) => text.startsWith('INVITE ');
  const outcome = assert.rejects(caller.reInvite(sdp('hold')), { status: 487 });
  await called.bye();
  await outcome;
  stage.network.loses = () => false;
  await assertNothingLeft(stage, phone);
});

test('a re-INVITE to a peer that has gone away ends the call: 64*T1, then BYE', async () => {
  const { stage, phone, caller, called } = await inCall();
  stage.network.loses = ({ from: sender }) => sender.startsWith(PHONE);
  const outcome = assert.rejects(called.reInvite(sdp('hold')), { status: 408 });
  await stage.clock.run(32_000);
  await outcome;
  assert.equal(called.signal.reason.kind, 'timeout');
  stage.network.loses = () => false;
  await caller.bye();
  await assertNothingLeft(stage, phone);
});

test('INFO reaches the handler and its status comes back; without a handler 415', async () => {
  const { stage, phone, caller, called } = await inCall();
  const relay = { type: 'application/dtmf-relay', content: Buffer.from('Signal=5\r\nDuration=160\r\n') };
  assert.equal(await caller.info(relay), 415);
  const heard: string[] = [];
  called.onInfo(request => {
    heard.push(`${request.header('content-type')} ${Buffer.from(request.body).toString()}`);
    return 200;
  });
  assert.equal(await caller.info(relay), 200);
  assert.deepEqual(heard, ['application/dtmf-relay Signal=5\r\nDuration=160\r\n']);
  await caller.bye();
  assert.equal(await caller.info(relay), 481);
  await assertNothingLeft(stage, phone);
});

test('closing ends every leg with "local" and leaves nothing', async () => {
  const { stage, phone, caller, called } = await inCall();
  stage.onInvitation = invitation => invitation.ring();
  const ringing = phone.invite(target, { from });
  await settle();
  const ended = called.bye();
  await Promise.all([stage.agent.close(), phone.close()]);
  await ended;
  assert.equal(caller.signal.reason.kind, 'local');
  await assert.rejects(ringing.answered, { code: 'SIP_CALL_REFUSED' });
  assert.deepEqual(stage.agent.counts(), NOTHING);
  assert.deepEqual(phone.counts(), NOTHING);
  assert.equal(stage.clock.timers, 0);
});
