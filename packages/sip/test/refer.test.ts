import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type {
  Dialog,
  ReferOptions,
  ReferOutcome,
  ReferProgress,
  Referral,
  Refusal,
  UserAgentOptions,
} from '../src/index.ts';
import { answerTo, notifies } from './event-texts.ts';
import { firstWords, headerOf, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { NOTHING, SERVER, scene, sdp } from './scene.ts';

const ROOM = { seconds: 240 };

/** A call of a peer by hand that the server has taken, and what reaches the server's application. */
async function called(options: Partial<UserAgentOptions> = {}) {
  const referrals: Referral[] = [];
  const reports: ReferProgress[] = [];
  const answer: { refusal: Refusal | undefined } = { refusal: undefined };
  const onRefer = (referral: Referral) => {
    referrals.push(referral);
    return answer.refusal ?? { taken: (progress: ReferProgress) => void reports.push(progress) };
  };
  const stage = await scene({ events: { onRefer }, sessionTimer: 'never', ...options });
  const dialogs: Dialog[] = [];
  stage.onInvitation = invitation => {
    invitation.answer(sdp(SDP)).then(
      dialog => dialogs.push(dialog),
      () => undefined,
    );
  };
  const peer = await stage.network.peer('10.0.0.2');
  const [, ok] = await peer.ask(requestText({ method: 'INVITE', body: SDP }), SERVER);
  const toTag = tagIn(ok, 'To');
  await peer.ask(requestText({ method: 'ACK', toTag, branch: 'z9hG4bKack' }), SERVER);
  const [dialog] = dialogs;
  const refer = (cseq: number, extra: readonly string[]) =>
    peer.ask(requestText({ method: 'REFER', cseq, toTag, extra }), SERVER);
  const newest = () => peer.heard.at(-1) ?? '';
  const bye = async (cseq: number) => peer.ask(requestText({ method: 'BYE', cseq, toTag }), SERVER);
  /** A NOTIFY about a REFER of ours, by hand. */
  const notify = (cseq: number, notified: { event?: string; state: string; frag?: string; type?: string }) => {
    const { event = 'refer', state, frag = '', type = 'message/sipfrag;version=2.0' } = notified;
    const extra = [`Event: ${event}`, `Subscription-State: ${state}`];
    return peer.ask(requestText({ method: 'NOTIFY', cseq, toTag, extra, body: frag, type }), SERVER);
  };
  return { stage, peer, toTag, dialog, refer, newest, bye, notify, referrals, reports, answer };
}

test('a REFER in a call is accepted, and each step of what it leads to is told', async () => {
  const call = await called();
  const [accepted, trying] = await call.refer(7, [
    'Refer-To: "Bob" <sip:bob@example.org;method=INVITE?Subject=moved&From=x>',
    'Referred-By: <sip:ann@example.org>',
  ]);
  assert.deepEqual(firstWords([accepted]), ['202 Accepted']);
  assert.equal(tagIn(accepted, 'To'), call.toTag);
  assert.equal(headerOf(accepted, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.deepEqual(notifies([trying]), [['refer;id=7', `active;expires=${ROOM.seconds}`, 'SIP/2.0 100 Trying\r\n']]);
  assert.equal(headerOf(trying, 'Content-Type'), 'message/sipfrag;version=2.0');
  const [{ referTo, referredBy, wantsReport }] = call.referrals;
  assert.deepEqual(
    [referTo.display, referTo.method, [...referTo.headers], referTo.ignored, wantsReport],
    ['Bob', 'INVITE', [['subject', 'moved']], ['from'], true],
  );
  assert.equal(referredBy?.address.uriText, 'sip:ann@example.org');
  await call.peer.ask(answerTo(trying, 200), SERVER);
  await call.stage.clock.run(2000);
  const [report] = call.reports;
  report.report(180);
  report.report(180);
  await settle();
  assert.deepEqual(notifies([call.newest()]), [['refer;id=7', 'active;expires=238', 'SIP/2.0 180 Ringing\r\n']]);
  await call.peer.ask(answerTo(call.newest(), 200), SERVER);
  await call.stage.clock.run(2000);
  report.report(180);
  await settle();
  assert.equal(notifies(call.peer.heard).length, 2);
  // The first final answer is the last NOTIFY.
  report.report(486, 'Not now');
  report.report(200);
  await settle();
  const last = call.newest();
  assert.deepEqual(notifies([last]), [['refer;id=7', 'terminated;reason=noresource', 'SIP/2.0 486 Not now\r\n']]);
  assert.deepEqual(report.signal.reason, { kind: 'terminated' });
  await call.peer.ask(answerTo(last, 200), SERVER);
  assert.equal(notifies(call.peer.heard).length, 3);
  assert.equal(call.stage.agent.counts().subscriptions, 0);
  assert.equal(call.stage.agent.counts().dialogs, 1);
});

test('the report goes on after the end of the call, and the dialog stays as long as that', async () => {
  const call = await called();
  const [, trying] = await call.refer(2, ['Refer-To: <sip:bob@example.org>']);
  await call.peer.ask(answerTo(trying, 200), SERVER);
  assert.deepEqual(firstWords(await call.bye(3)), ['200 OK']);
  assert.equal(call.dialog.signal.aborted, true);
  assert.equal(call.stage.agent.counts().dialogs, 1);
  assert.deepEqual(
    firstWords(await call.peer.ask(requestText({ method: 'INFO', cseq: 4, toTag: call.toTag }), SERVER)),
    ['481 Call/Transaction Does Not Exist'],
  );
  call.reports[0].report(200);
  await settle();
  const last = call.newest();
  assert.deepEqual(notifies([last]), [['refer;id=2', 'terminated;reason=noresource', 'SIP/2.0 200 OK\r\n']]);
  await call.peer.ask(answerTo(last, 200), SERVER);
  await call.stage.clock.run(40_000);
  assert.deepEqual(call.stage.agent.counts(), NOTHING);
});

for (const [name, extra, words] of [
  ['no Refer-To', [], '400 Refer-To: missing'],
  ['two of them', ['Refer-To: <sip:a@b>', 'r: <sip:c@d>'], '400 Refer-To: appears more than once'],
  [
    'a scheme of another kind',
    ['Refer-To: <http://example.org/>'],
    '416 Refer-To: only sip, sips and tel URIs can be referred to',
  ],
  [
    'a line break in a header of the URI',
    ['Refer-To: <sip:a@b?Subject=x%0d%0aVia:y>'],
    '400 Refer-To: a header in the URI has control characters',
  ],
  [
    'a Replaces that cannot be read',
    ['Refer-To: <sip:a@b?Replaces=x>'],
    '400 Replaces: to-tag and from-tag are needed',
  ],
  [
    'a Referred-By that cannot be read',
    ['Refer-To: <sip:a@b>', 'Referred-By: <'],
    '400 Referred-By: expected     after the URI, found the end at 1',
  ],
] as const) {
  test(`a REFER with ${name} gets ${words}`, async () => {
    const call = await called();
    const [answer, ...more] = await call.refer(2, extra);
    assert.deepEqual([firstWords([answer]), more, call.referrals.length], [[words], [], 0]);
    assert.equal(call.stage.agent.counts().subscriptions, 0);
  });
}

test('the application may refuse, and the dialog may have a handler of its own', async () => {
  const call = await called();
  call.answer.refusal = { status: 603 };
  assert.deepEqual(firstWords(await call.refer(2, ['Refer-To: <sip:a@b>'])), ['603 Decline']);
  call.dialog.onRefer(() => ({ status: 480 }));
  assert.deepEqual(firstWords(await call.refer(3, ['Refer-To: <sip:a@b>'])), ['480 Temporarily Unavailable']);
  assert.equal(call.referrals.length, 1);
  assert.equal(call.stage.agent.counts().subscriptions, 0);
});

test('with Refer-Sub: false there is no report, and both sides say so', async () => {
  const call = await called();
  const [accepted, ...more] = await call.refer(2, ['Refer-To: <tel:+1-201-555-0123>', 'Refer-Sub: false']);
  assert.deepEqual(firstWords([accepted]), ['202 Accepted']);
  assert.equal(headerOf(accepted, 'Refer-Sub'), 'false');
  assert.deepEqual(more, []);
  const { referTo, wantsReport } = call.referrals[0];
  assert.deepEqual(
    [referTo.uri, wantsReport],
    [{ scheme: 'tel', number: '+12015550123', parameters: new Map() }, false],
  );
  call.reports[0].report(200);
  await settle();
  assert.equal(notifies(call.peer.heard).length, 0);
  assert.equal(call.stage.agent.counts().subscriptions, 0);
});

test('several REFERs of one call are told apart, and each can be ended by SUBSCRIBE', async () => {
  const call = await called();
  for (const cseq of [2, 3]) {
    const [, trying] = await call.refer(cseq, ['Refer-To: <sip:bob@example.org>']);
    await call.peer.ask(answerTo(trying, 200), SERVER);
  }
  const extra = ['Event: refer;id=2', 'Expires: 0'];
  const [ok, last] = await call.peer.ask(
    requestText({ method: 'SUBSCRIBE', cseq: 4, toTag: call.toTag, extra }),
    SERVER,
  );
  assert.deepEqual(firstWords([ok]), ['200 OK']);
  assert.deepEqual(notifies([last]), [['refer;id=2', 'terminated;reason=timeout', 'SIP/2.0 100 Trying\r\n']]);
  assert.deepEqual(
    call.reports.map(({ signal }) => signal.aborted),
    [true, false],
  );
});

test('nobody hears of an outcome that takes longer than the report lasts', async () => {
  const call = await called();
  const [, trying] = await call.refer(2, ['Refer-To: <sip:bob@example.org>']);
  await call.peer.ask(answerTo(trying, 200), SERVER);
  await call.stage.clock.run(ROOM.seconds * 1000);
  const last = call.newest();
  assert.deepEqual(notifies([last]), [['refer;id=2', 'terminated;reason=timeout', 'SIP/2.0 100 Trying\r\n']]);
  await call.peer.ask(answerTo(last, 200), SERVER);
  assert.equal(call.stage.agent.counts().subscriptions, 0);
});

test('a REFER outside any dialog makes one of its own', async () => {
  const call = await called();
  const extra = ['Refer-To: <sip:bob@example.org>'];
  const [accepted, trying] = await call.peer.ask(
    requestText({ method: 'REFER', callId: 'alone', cseq: 9, extra }),
    SERVER,
  );
  assert.deepEqual(firstWords([accepted]), ['202 Accepted']);
  assert.equal(tagIn(trying, 'From'), tagIn(accepted, 'To'));
  assert.deepEqual(notifies([trying]), [['refer;id=9', 'active;expires=240', 'SIP/2.0 100 Trying\r\n']]);
  assert.equal(call.stage.agent.counts().dialogs, 2);
  await call.peer.ask(answerTo(trying, 200), SERVER);
  call.reports[0].report(404);
  await settle();
  await call.peer.ask(answerTo(call.newest(), 200), SERVER);
  assert.equal(call.stage.agent.counts().dialogs, 1);
  const noContact = requestText({ method: 'REFER', callId: 'b', contact: null, extra });
  assert.deepEqual(firstWords(await call.peer.ask(noContact, SERVER)), ['400 Contact: exactly one SIP URI is needed']);
});

test('without a handler in the options REFER is not offered', async () => {
  const call = await called({ events: {} });
  const [refused] = await call.refer(2, ['Refer-To: <sip:a@b>']);
  assert.deepEqual(firstWords([refused]), ['405 Method Not Allowed']);
  assert.match(headerOf(refused, 'Allow') ?? '', /NOTIFY$/);
});

/** A REFER of ours in a call, and how it ended. */
async function referring(options: ReferOptions = { to: 'sip:bob@example.org' }) {
  const call = await called({ events: {} });
  const seen: (readonly [number, string])[] = [];
  const ends: ReferOutcome[] = [];
  const sent = call.dialog.refer(options);
  sent.onProgress((status, reason) => seen.push([status, reason]));
  void sent.outcome.then(outcome => ends.push(outcome));
  await settle();
  return { ...call, request: call.newest(), seen, ends };
}

const ACCEPTED = 202;

test('a REFER of ours: what it says, the steps it hears of, and how it ends', async () => {
  const call = await referring({ to: 'sip:bob@example.org', referredBy: '"Ann" <sip:ann@example.org>' });
  assert.match(call.request, /^REFER sip:caller@10\.0\.0\.2:5060 SIP/);
  assert.equal(headerOf(call.request, 'Refer-To'), '<sip:bob@example.org>');
  assert.equal(headerOf(call.request, 'Referred-By'), '"Ann" <sip:ann@example.org>');
  assert.equal(headerOf(call.request, 'Contact'), '<sip:10.0.0.1:5060>');
  assert.equal(headerOf(call.request, 'Refer-Sub'), undefined);
  await call.peer.ask(answerTo(call.request, ACCEPTED), SERVER);
  const state = 'active;expires=60';
  assert.deepEqual(firstWords(await call.notify(2, { state, frag: 'SIP/2.0 100 Trying\r\n' })), ['200 OK']);
  assert.deepEqual(firstWords(await call.notify(3, { state, frag: 'SIP/2.0 180 Ringing' })), ['200 OK']);
  assert.deepEqual(call.ends, []);
  const last = { state: 'terminated;reason=noresource', frag: 'SIP/2.0 486 Busy Here\r\nTo: <sip:x@y>\r\n' };
  assert.deepEqual(firstWords(await call.notify(4, last)), ['200 OK']);
  assert.deepEqual(call.seen, [
    [100, 'Trying'],
    [180, 'Ringing'],
  ]);
  assert.deepEqual(call.ends, [{ kind: 'final', status: 486, reason: 'Busy Here' }]);
  assert.equal(call.stage.agent.counts().subscriptions, 0);
  assert.deepEqual(firstWords(await call.notify(5, last)), ['481 Subscription does not exist']);
});

for (const status of [603, 405, 481, 503]) {
  test(`a REFER of ours that gets ${status}`, async () => {
    const call = await referring();
    await call.peer.ask(answerTo(call.request, status, ['X-Why: no']), SERVER);
    const [end] = call.ends;
    assert.ok(end?.kind === 'refused');
    assert.equal(end.status, status);
    assert.ok(end.headers.some(([name, value]) => name === 'X-Why' && value === 'no'));
    assert.equal(call.stage.agent.counts().subscriptions, 0);
  });
}

test('a REFER of ours that nobody answers', async () => {
  const call = await referring();
  await call.stage.clock.run(32_000);
  assert.equal(call.ends[0]?.kind, 'refused');
  assert.equal(call.ends[0]?.kind === 'refused' && call.ends[0].status, 408);
});

test('the report may come before the answer, with the number of the REFER, and after the call', async () => {
  const call = await referring();
  const id = `refer;id=${headerOf(call.request, 'CSeq')?.split(' ')[0]}`;
  const state = 'active;expires=60';
  assert.deepEqual(firstWords(await call.notify(2, { event: id, state, frag: 'SIP/2.0 100 Trying' })), ['200 OK']);
  await call.peer.ask(answerTo(call.request, ACCEPTED), SERVER);
  await call.bye(3);
  assert.equal(call.dialog.signal.aborted, true);
  const last = { event: id, state: 'terminated;reason=noresource', frag: 'SIP/2.0 200 OK' };
  assert.deepEqual(firstWords(await call.notify(4, last)), ['200 OK']);
  assert.deepEqual(call.ends, [{ kind: 'final', status: 200, reason: 'OK' }]);
  await call.stage.clock.run(40_000);
  assert.deepEqual(call.stage.agent.counts(), NOTHING);
});

test('NOTIFYs that are none of ours, or that cannot be read, change nothing', async () => {
  const call = await referring();
  await call.peer.ask(answerTo(call.request, ACCEPTED), SERVER);
  const state = 'active';
  const said = async (cseq: number, notified: Parameters<typeof call.notify>[1]) =>
    firstWords(await call.notify(cseq, notified))[0];
  assert.equal(await said(2, { event: 'refer;id=99', state }), '481 Subscription does not exist');
  assert.equal(await said(3, { event: 'presence', state }), '481 Subscription does not exist');
  assert.match(await said(4, { state: ';' }), /^400 Subscription-State: expected a state/);
  assert.equal(await said(5, { state, frag: 'hello' }), '400 body: expected a status line');
  assert.equal(await said(6, { state, frag: 'INVITE sip:a@b SIP/2.0' }), '400 body: expected a status line');
  assert.match(await said(7, { state, frag: 'x', type: 'text/plain' }), /^415 /);
  assert.deepEqual([call.seen, call.ends], [[], []]);
  assert.equal(call.stage.agent.counts().subscriptions, 1);
});

for (const [name, state, why] of [
  ['ends without a final answer', 'terminated;reason=timeout', 'report ended'],
  ['goes on for too long', 'active;expires=600', 'time limit'],
] as const) {
  test(`the outcome is unknown when the report ${name}`, async () => {
    const call = await referring({ to: 'sip:bob@example.org', limitMillis: 60_000 });
    await call.peer.ask(answerTo(call.request, ACCEPTED), SERVER);
    await call.notify(2, { state, frag: 'SIP/2.0 183 Progress' });
    await call.stage.clock.run(60_000);
    assert.deepEqual(call.ends, [{ kind: 'unknown', why, last: 183 }]);
    assert.equal(call.stage.agent.counts().subscriptions, 0);
  });
}

test('the outcome is unknown when no report comes at all, or the user agent closes', async () => {
  const silent = await referring();
  await silent.peer.ask(answerTo(silent.request, ACCEPTED), SERVER);
  await silent.stage.clock.run(32_000);
  assert.deepEqual(silent.ends, [{ kind: 'unknown', why: 'no notify', last: 0 }]);
  const closed = await referring();
  await closed.stage.agent.close();
  assert.deepEqual(closed.ends, [{ kind: 'unknown', why: 'local', last: 0 }]);
  assert.deepEqual(closed.stage.agent.counts(), NOTHING);
});

test('a REFER of ours that wants no report', async () => {
  const call = await referring({ to: 'sip:bob@example.org', subscribe: false });
  assert.equal(headerOf(call.request, 'Refer-Sub'), 'false');
  assert.equal(headerOf(call.request, 'Supported'), 'norefersub');
  await call.peer.ask(answerTo(call.request, ACCEPTED, ['Refer-Sub: false']), SERVER);
  assert.deepEqual(call.ends, [{ kind: 'accepted', status: 202 }]);
  // The other side may know nothing of it, and report (RFC 4488 section 4).
  const other = await referring({ to: 'sip:bob@example.org', subscribe: false });
  await other.peer.ask(answerTo(other.request, ACCEPTED), SERVER);
  await other.notify(2, { state: 'terminated;reason=noresource', frag: 'SIP/2.0 200 OK' });
  assert.deepEqual(other.ends, [{ kind: 'final', status: 200, reason: 'OK' }]);
});

test('the Refer-To of an attended transfer names the dialog as the third party knows it', async () => {
  const replaces = { callId: '12345@example.org', localTag: 'ours', remoteTag: 'theirs' };
  const call = await referring({ to: 'sip:bob@10.0.0.9:5062', replaces });
  assert.equal(
    headerOf(call.request, 'Refer-To'),
    '<sip:bob@10.0.0.9:5062?Replaces=12345%40example.org%3Bto-tag%3Dtheirs%3Bfrom-tag%3Dours>',
  );
});

test('a REFER of ours outside any dialog takes the first report, and refuses those of other forks', async () => {
  const stage = await scene({ events: {} });
  const peer = await stage.network.peer('10.0.0.2');
  const sent = stage.agent.refer(
    { uri: 'sip:caller@10.0.0.2' },
    { from: 'sip:srv@10.0.0.1', to: 'sip:bob@example.org' },
  );
  await settle();
  const [request] = peer.heard;
  assert.equal(headerOf(request, 'Refer-To'), '<sip:bob@example.org>');
  assert.deepEqual(stage.agent.counts().dialogs, 1);
  const notify = (fromTag: string, cseq: number, frag: string) => {
    const extra = ['Event: refer', 'Subscription-State: active;expires=60'];
    const callId = headerOf(request, 'Call-ID') ?? '';
    const toTag = tagIn(request, 'From');
    const type = 'message/sipfrag';
    const branch = `z9hG4bK${fromTag}${cseq}`;
    const parts = { callId, toTag, fromTag, cseq, extra, body: frag, type, branch };
    return peer.ask(requestText({ method: 'NOTIFY', ...parts }), SERVER);
  };
  assert.deepEqual(firstWords(await notify('one', 1, 'SIP/2.0 100 Trying')), ['200 OK']);
  assert.deepEqual(firstWords(await notify('two', 1, 'SIP/2.0 100 Trying')), ['481 Call/Transaction Does Not Exist']);
  await peer.ask(answerTo(request, ACCEPTED), SERVER);
  assert.deepEqual(firstWords(await notify('one', 2, 'SIP/2.0 200 OK')), ['200 OK']);
  assert.deepEqual(await sent.outcome, { kind: 'final', status: 200, reason: 'OK' });
  assert.deepEqual(firstWords(await notify('one', 3, 'SIP/2.0 200 OK')), ['481 Call/Transaction Does Not Exist']);
  await stage.clock.run(40_000);
  assert.deepEqual(stage.agent.counts(), NOTHING);
});

test('a user agent without events does not refer', async () => {
  const call = await called({ events: undefined });
  assert.throws(() => call.dialog.refer({ to: 'sip:a@b' }), /without `events`/);
});
