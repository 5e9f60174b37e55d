import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import type { MediaSession } from '@parley/media';
import { HungUp, type RequiredEncryption, type TransferManner } from '../../src/index.ts';
import { FakeDialer } from './fake-dialer.ts';
import { FakeMedia } from './fake-media.ts';
import { answeredRig, failure, OFFER, SECURED_OFFER, say } from './rig.ts';

const BOB = 'sip:bob@203.0.113.9';
const ANSWER = OFFER.replaceAll('198.51.100.1', '203.0.113.9').replace('8 0 101', '8 101');

/** An answered call that can be handed on, with the media of a second one. */
async function scene(options: { readonly ports?: boolean; readonly required?: RequiredEncryption } = {}) {
  const dialer = new FakeDialer();
  const second = new FakeMedia();
  const beside: (MediaSession | undefined)[] = [];
  const { required } = options;
  const made = await answeredRig({
    dialer,
    ...(required && { required, offer: required === 'media' ? SECURED_OFFER : OFFER }),
    music: say('music'),
    openMedia: async (media, by) => {
      beside.push(by);
      if (!by) return media;
      return options.ports === false ? undefined : second;
    },
  });
  const { invitation } = made;
  return { ...made, dialer, second, beside, dialog: invitation.dialog, sent: invitation.sent };
}

test('a blind transfer: the caller hears music, goes to whom they were sent to, and the call is over', async () => {
  const { call, dialog, media, sent, transcript } = await scene();
  const transfer = call.transfer(BOB, { manner: 'refer', referredBy: 'sip:desk@example.com' });
  await settle();
  assert.deepEqual(sent, ['200', `REFER ${BOB} by sip:desk@example.com`]);
  assert.equal(media.plays[0].loop, true);
  dialog.referred.resolve({ kind: 'final', status: 200, reason: '' });
  assert.deepEqual(await transfer, { kind: 'transferred', status: 200 });
  assert.equal(call.ended?.by, 'transferred');
  assert.equal(sent.at(-1), 'BYE Q.850;cause=16;text="Normal call clearing"');
  assert.deepEqual(transcript.slice(1), ['plays music', 'hangs up', `transfers to ${BOB} -> transferred`]);
});

test('a caller who could not be sent away goes on, and it is known why', async () => {
  for (const [told, outcome] of [
    [
      { kind: 'final', status: 486, reason: '' },
      { kind: 'busy', status: 486 },
    ],
    [
      { kind: 'final', status: 603, reason: '' },
      { kind: 'declined', status: 603 },
    ],
    [
      { kind: 'final', status: 404, reason: '' },
      { kind: 'not found', status: 404 },
    ],
    [
      { kind: 'final', status: 500, reason: '' },
      { kind: 'refused', status: 500 },
    ],
    [
      { kind: 'refused', status: 405, reason: '', headers: [] },
      { kind: 'refused', status: 405 },
    ],
    [
      { kind: 'unknown', why: 'time limit', last: 180 },
      { kind: 'no answer', status: 408 },
    ],
  ] as const) {
    const { call, dialog, media } = await scene();
    const transfer = call.transfer(BOB, { manner: 'refer' });
    await settle();
    dialog.referred.resolve(told);
    assert.deepEqual(await transfer, outcome);
    assert.equal(call.ended, undefined);
    const played = call.play(say('sorry'));
    await settle();
    media.playedOut();
    await played;
  }
});

test('a phone that hangs up once it was taken over was transferred; one that hangs up before just hung up', async () => {
  for (const [taken, ended, expected] of [
    [true, 'bye', 'transferred'],
    [false, 'bye', 'bye'],
    [true, 'transport failed', 'transport failed'],
  ] as const) {
    const { call, dialog, invitation } = await scene();
    const transfer = call.transfer(BOB, { manner: 'refer' }).then(
      ({ kind }) => kind,
      (error: unknown) => (error instanceof HungUp ? error.by : error),
    );
    await settle();
    if (taken) dialog.referProgress(180, 'Ringing');
    invitation.end(ended);
    assert.equal(await transfer, expected);
  }
});

test('staying between: who is called hears who calls, both are joined, and who hangs up first ends both', async () => {
  for (const first of ['caller', 'third'] as const) {
    const { call, dialer, media, second, beside, invitation, sent, clock } = await scene();
    const transfer = call.transfer(BOB, { manner: 'stay', identity: 'sip:5550123@example.com' });
    await settle();
    const [third] = dialer.placed;
    assert.equal(beside[1], media);
    assert.equal(third.target, BOB);
    assert.equal(third.options.from, '"Bob" <sip:5550123@198.51.100.1>');
    assert.equal(third.options.identity, 'sip:5550123@example.com');
    assert.match(Buffer.from(third.options.body.content).toString(), /m=audio 40000 RTP\/AVP 0 8 101/);
    assert.equal(media.plays.length, 1);
    third.answers(ANSWER);
    await settle();
    assert.equal(second.settings[0].codec, 'PCMA');
    assert.deepEqual(second.settings[0].remote, { address: '203.0.113.9', port: 6000 });
    assert.equal(media.bridges[0].other, second);
    assert.equal((await media.plays[0].done.promise).endedBy, 'stopped', 'the music');
    assert.equal(clock.timers, 0, 'nobody waits for an answer any more');
    const reason = 'Q.850;cause=31;text="Normal, unspecified"';
    if (first === 'caller') invitation.end('bye', [reason]);
    else third.ends('bye', [reason]);
    assert.equal((await transfer).kind, 'transferred');
    assert.deepEqual([...dialer.sent, ...sent.slice(1)], [`BYE ${reason}`]);
    assert.equal(call.ended?.by, first === 'caller' ? 'bye' : 'transferred');
    await call.close();
    assert.ok(media.closed && second.closed);
    assert.equal(clock.timers, 0);
  }
});

test('a Reason that nobody can read, or that is too long, is not passed on', async () => {
  for (const reason of ['=;;', `SIP;text="${'x'.repeat(300)}"`]) {
    const { call, dialer, invitation } = await scene();
    const transfer = call.transfer(BOB, { manner: 'stay' });
    await settle();
    dialer.placed[0].answers(ANSWER);
    await settle();
    invitation.end('bye', [reason]);
    await transfer;
    assert.deepEqual(dialer.sent, ['BYE Q.850;cause=16;text="Normal call clearing"']);
  }
});

for (const manner of ['stay', 'attended'] as TransferManner[])
  test(`${manner}: whoever does not want to is told of, and the call goes on`, async () => {
    for (const [status, kind] of [
      [486, 'busy'],
      [603, 'declined'],
      [480, 'no answer'],
      [404, 'not found'],
      [503, 'refused'],
    ] as const) {
      const { call, dialer, second, clock, transcript } = await scene();
      const transfer = call.transfer(BOB, { manner });
      await settle();
      dialer.placed[0].refuses(status);
      assert.deepEqual(await transfer, { kind, status });
      await settle();
      assert.equal(call.ended, undefined);
      assert.ok(second.closed);
      assert.equal(clock.timers, 0);
      assert.equal(transcript.at(-1), `transfers to ${BOB} -> ${kind}`);
    }
  });

test('nobody rings for ever', async () => {
  const { call, dialer, second, clock } = await scene();
  const transfer = call.transfer(BOB, { manner: 'stay', ringMillis: 20_000 });
  await settle();
  await clock.run(19_999);
  assert.deepEqual(dialer.sent, []);
  await clock.run(1);
  assert.deepEqual(dialer.sent, ['CANCEL Q.850;cause=19;text="No answer"']);
  dialer.placed[0].refuses(487);
  assert.deepEqual(await transfer, { kind: 'no answer', status: 408 });
  assert.ok(second.closed);
});

test('a caller who hangs up while it rings stops the ringing; who answers all the same is told', async () => {
  for (const crossed of [false, true]) {
    const { call, dialer, second, invitation } = await scene();
    const transfer = failure(call.transfer(BOB, { manner: 'stay' }));
    await settle();
    invitation.end('bye', ['Q.850;cause=16']);
    const end = await transfer;
    assert.ok(end instanceof HungUp && end.by === 'bye');
    assert.deepEqual(dialer.sent, ['CANCEL Q.850;cause=16']);
    if (crossed) dialer.placed[0].answers(ANSWER);
    else dialer.placed[0].refuses(487);
    await settle();
    assert.deepEqual(dialer.sent.slice(1), crossed ? ['BYE Q.850;cause=16'] : []);
    assert.ok(second.closed);
  }
});

test('attended: the caller’s phone is asked to take our place when the third party has answered', async () => {
  const { call, dialer, dialog, media, second, sent } = await scene();
  const transfer = call.transfer(BOB, { manner: 'attended' });
  await settle();
  dialer.placed[0].answers(ANSWER);
  await settle();
  assert.equal(
    sent.at(-1),
    'REFER sip:5550123@198.51.100.1 replaces one@198.51.100.1',
    'the contact of the third party',
  );
  assert.equal(media.bridges.length, 0);
  dialog.referred.resolve({ kind: 'final', status: 200, reason: '' });
  assert.equal((await transfer).kind, 'transferred');
  assert.equal(call.ended?.by, 'transferred');
  await settle();
  assert.ok(second.closed);
  assert.equal(dialer.sent.length, 1, 'our call to the third party has ended');
});

test('attended: when the caller’s phone does not do it, the third party is let go and the call goes on', async () => {
  const { call, dialer, dialog, second } = await scene();
  const transfer = call.transfer(BOB, { manner: 'attended' });
  await settle();
  dialer.placed[0].answers(ANSWER);
  await settle();
  dialog.referred.resolve({ kind: 'refused', status: 405, reason: '', headers: [] });
  assert.deepEqual(await transfer, { kind: 'refused', status: 405 });
  assert.equal(call.ended, undefined);
  assert.match(dialer.sent[0], /^BYE/);
  await settle();
  assert.ok(second.closed);
});

test('without a port, an address that can be read or a codec in common nobody is called', async () => {
  const noPorts = await scene({ ports: false });
  assert.deepEqual(await noPorts.call.transfer(BOB, { manner: 'stay' }), { kind: 'refused', status: 503 });
  const unreadable = await scene();
  assert.deepEqual(await unreadable.call.transfer('bob', { manner: 'stay' }), { kind: 'not found', status: 416 });
  assert.ok(unreadable.second.closed);
  const mute = await scene();
  const transfer = mute.call.transfer(BOB, { manner: 'stay' });
  await settle();
  mute.dialer.placed[0].answers(ANSWER.replace('8 101', '18').replace('a=rtpmap:101 telephone-event/8000\r\n', ''));
  assert.deepEqual(await transfer, { kind: 'refused', status: 488 });
  assert.match(mute.dialer.sent[0], /^BYE Q\.850;cause=88/);
});

const CRYPTO = /^a=crypto:/m;

for (const manner of ['stay', 'attended'] as const)
  test(`${manner}: the third party is called as safely as the caller's dial plan demands`, async () => {
    for (const [required, secured, profile, encrypted] of [
      [undefined, false, 'RTP/AVP', false],
      ['signalling', true, 'RTP/AVP', false],
      ['media', true, 'RTP/SAVP', true],
    ] as const) {
      const { call, dialer } = await scene({ required });
      const transfer = call.transfer(BOB, { manner });
      await settle();
      const [{ options }] = dialer.placed;
      const offer = Buffer.from(options.body.content).toString();
      assert.equal(options.secured, secured);
      assert.ok(offer.includes(` ${profile} `), offer);
      assert.equal(CRYPTO.test(offer), encrypted, offer);
      dialer.placed[0].refuses(486);
      await transfer;
    }
  });

test('an answer that does not encrypt, where it has to, ends the attempt: who answered is told why, and the caller is still there', async () => {
  const { call, dialer, media, second, log } = await scene({ required: 'media' });
  const transfer = call.transfer(BOB, { manner: 'stay' });
  await settle();
  dialer.placed[0].answers(ANSWER);
  assert.deepEqual(await transfer, { kind: 'refused', status: 488 });
  assert.equal(dialer.sent.length, 1);
  assert.match(dialer.sent[0], /^BYE Q\.850;cause=88;text="[^"]*media have to be encrypted[^"]*"$/);
  assert.deepEqual([second.settings, media.bridges], [[], []], 'nothing of the caller is sent there');
  await settle();
  assert.ok(second.closed && !call.ended);
  const { fields } =
    log.lines.find(({ event }) => event.startsWith('the call that we placed')) ?? assert.fail('no line');
  assert.deepEqual([fields.status, fields.encrypted], [488, 'signalling and media']);
  assert.match(String(fields.reason), /encrypted/);
});

test('who is talked to encrypted cannot go back to clear media', async () => {
  const { call, dialer, second } = await scene({ required: 'media' });
  const transfer = call.transfer(BOB, { manner: 'stay' });
  await settle();
  const [third] = dialer.placed;
  third.answers(SECURED_OFFER.replace('8 0 101', '8 101'));
  await settle();
  assert.ok(second.settings[0].security);
  const answer = third.dialog.reInvited(ANSWER.replace('o=- 1 1', 'o=- 1 2'));
  assert.ok(answer && 'status' in answer && answer.status === 488);
  assert.equal(second.settings.length, 1);
  third.ends('bye');
  await transfer;
});

test('media that fail end both', async () => {
  const { call, dialer, second } = await scene();
  const transfer = call.transfer(BOB, { manner: 'stay' });
  await settle();
  dialer.placed[0].answers(ANSWER);
  await settle();
  second.die();
  assert.equal((await transfer).kind, 'transferred');
  assert.match(dialer.sent[0], /^BYE Q\.850;cause=41/);
  assert.equal(call.ended?.by, 'transferred');
});

/** Two answered calls. */
async function two() {
  return [await scene(), await scene()] as const;
}

test('two calls talk until one of them leaves by a key; both go on', async () => {
  const [ann, bob] = await two();
  const bridge = ann.call.bridge(bob.call, { leaveKeys: '*', announcement: say('recorded') });
  await settle();
  const [{ other, options }] = ann.media.bridges;
  assert.equal(other, bob.media);
  assert.equal(options.relayKeys, '0123456789#ABCD');
  assert.equal(options.relayKeysBack, undefined);
  assert.deepEqual([ann.media.plays.length, bob.media.plays.length], [1, 1], 'both hear the announcement');
  ann.media.key('*');
  assert.deepEqual(await bridge, { endedBy: 'key', key: '*' });
  assert.ok(options.signal?.aborted);
  assert.deepEqual([ann.call.ended, bob.call.ended], [undefined, undefined]);
  assert.deepEqual(ann.transcript.slice(1), ['plays recorded', `talks with ${bob.call.id} -> leaves by *`]);
  ann.media.key('5');
  assert.equal(
    await ann.call.menu({ prompt: say('menu'), keys: { 5: 'five' } }),
    'five',
    'the key that left is gone, later ones are not',
  );
});

test('a bridge that the other one leaves resolves, one whose own call ends rejects', async () => {
  const [ann, bob] = await two();
  const [byAnn, byBob] = [ann.call.bridge(bob.call), failure(bob.call.bridge(ann.call))];
  await settle();
  bob.invitation.end('bye');
  assert.deepEqual(await byAnn, { endedBy: 'other' });
  const end = await byBob;
  assert.ok(end instanceof HungUp && end.by === 'bye');
  assert.equal(ann.call.ended, undefined);
  assert.ok(ann.media.bridges[0].options.signal?.aborted);
});

test('keys that the media cannot send on go by INFO; with "keep" they are for the flow', async () => {
  const [ann, bob] = await two();
  const sent = ann.call.bridge(bob.call);
  await settle();
  ann.media.key('7');
  bob.media.key('8');
  await settle();
  assert.deepEqual([bob.sent.at(-1), ann.sent.at(-1)], ['INFO Signal=7', 'INFO Signal=8']);
  bob.invitation.end('bye');
  await sent;
  const [cid, dan] = await two();
  const kept = cid.call.bridge(dan.call, { keys: 'keep' });
  await settle();
  assert.equal(cid.media.bridges[0].options.relayKeys, '');
  cid.media.key('7');
  dan.invitation.end('bye');
  await kept;
  assert.equal(await cid.call.menu({ prompt: say('menu'), keys: { 7: 'seven' } }), 'seven');
});

test('keys that the media of two who were joined by a transfer cannot send on go by INFO, both ways, until they part', async () => {
  const { call, dialer, media, second, invitation, sent } = await scene();
  const transfer = call.transfer(BOB, { manner: 'stay' });
  await settle();
  second.key('1');
  dialer.placed[0].answers(ANSWER);
  await settle();
  media.key('7');
  media.key('#');
  second.key('5');
  await settle();
  assert.deepEqual([dialer.sent, sent.slice(1)], [['INFO Signal=7', 'INFO Signal=#'], ['INFO Signal=5']]);
  invitation.end('bye');
  await transfer;
  second.key('6');
  await settle();
  assert.deepEqual([dialer.sent.length, sent.length], [3, 2], 'but the BYE');
});

test('a call that has ended or not begun is not handed on', async () => {
  const { call, invitation } = await scene();
  invitation.end('bye');
  for (const verb of [() => call.transfer(BOB, { manner: 'refer' }), () => call.bridge(call)])
    assert.ok((await failure(verb())) instanceof HungUp);
});

test('a call that the other one has left a moment before it is joined or handed to it goes on', async () => {
  const [ann, bob] = await two();
  // While the announcement is made ready.
  const bridge = ann.call.bridge(bob.call, { announcement: say('recorded') });
  bob.invitation.end('bye');
  assert.deepEqual(await bridge, { endedBy: 'other' });
  for (const manner of ['stay', 'attended'] as const)
    assert.deepEqual(await ann.call.transfer(bob.call, { manner }), { kind: 'no answer', status: 408 });
  assert.equal(ann.call.ended, undefined);
  assert.deepEqual([ann.media.bridges.length, ann.media.plays.length], [0, 0]);
  await ann.call.hangUp();
});
