import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caller } from '@parley/call/fake';
import { play, type SceneOptions } from './scene.ts';

const OPENING = [
  'rings',
  'answers',
  'plays greeting.system(name=Ann Lee, digits=1001)',
  'plays record.prompt',
  'plays record.tone',
];
const MISSED = 'spool notes a missed call';
const TO_NOBODY = {
  dialled: '4711',
  called: [{ user: '4711', host: 'h', from: 'Request-URI', reason: 'None' }],
} as const;

async function hears(script: Parameters<typeof play>[0], lines: readonly string[], options?: SceneOptions) {
  const played = await play(script, options);
  assert.deepEqual(played.transcript, lines);
  return played;
}

test('hanging up in the greeting leaves no draft but a missed call', async () => {
  const { record, drafts, call } = await hears(
    [caller.hangUp({ during: 'greeting.system' })],
    [...OPENING.slice(0, 3), 'caller hangs up', MISSED],
  );
  assert.deepEqual(record.outcome, { kind: 'caller', reason: 'caller hung up' });
  assert.equal(record.callType, 'Call Answering Missed Call');
  assert.equal(record.messageMillis, 0);
  assert.deepEqual(drafts.begun, []);
  const { messageId, key, ...notice } = drafts.notices[0];
  assert.match(messageId, /^[0-9A-Z]{26}@parley\.test$/);
  assert.equal(key, call.id);
  assert.deepEqual(notice, {
    type: 'missed',
    mailbox: 'ann',
    dialPlan: 'plan',
    callId: call.id,
    caller: call.facts.caller,
    anonymous: false,
    called: '1001',
    language: 'en-US',
    timeZone: 'UTC',
    startedAt: call.facts.startedAt,
  });
});

test('hanging up in the record prompt, in the tone and with too short a word: a missed call each', async () => {
  await hears([caller.hangUp({ during: 'record.prompt' })], [...OPENING.slice(0, 4), 'caller hangs up', MISSED]);
  await hears([caller.hangUp({ during: 'tone' })], [...OPENING, 'caller hangs up', 'spool seals nothing', MISSED]);
  await hears(
    [caller.speak(1.9), caller.hangUp()],
    [...OPENING, 'records 1.9 s, ended by hang-up', 'caller hangs up', 'spool seals nothing', MISSED],
  );
});

test('only silence is no message: the caller is let go', async () => {
  const { record } = await hears(
    [],
    [
      ...[...OPENING, 'records 0.0 s, ended by silence', 'plays message.tooShort', 'plays goodbye'],
      ...['spool seals nothing', 'hangs up', MISSED],
    ],
  );
  assert.deepEqual(record.outcome, { kind: 'caller', reason: 'no message' });
});

test('# too soon invites to try again, three times', async () => {
  const again = ['plays message.tooShort', 'plays recording.again', 'plays record.tone'];
  await hears(
    [caller.press('#'), caller.speak(1), caller.press('#'), caller.press('#')],
    [
      ...[...OPENING, 'records 0.0 s, ended by #', ...again, 'records 1.0 s, ended by #', ...again],
      ...['records 0.0 s, ended by #', 'plays message.tooShort', 'plays goodbye', 'spool seals nothing'],
      ...['hangs up', MISSED],
    ],
  );
});

test('with a minimum of 0 a word is enough, but nothing is still nothing', async () => {
  const dialPlan = { minRecordingDuration: 0 };
  const { drafts } = await play([caller.speak(0.1), caller.hangUp()], { dialPlan });
  assert.deepEqual(drafts.notices, []);
  const silent = await play([caller.hangUp()], { dialPlan });
  assert.equal(silent.drafts.notices.length, 1);
});

test('hanging up while listening, while marking and during "sent": the message is left', async () => {
  const recorded = [caller.speak(12), caller.press('#')];
  for (const script of [
    [caller.press('3'), caller.hangUp({ during: 'takes' })],
    [caller.press('5'), caller.hangUp({ during: 'marked.urgent' })],
    [caller.press('2'), caller.hangUp({ during: 'recording.again' })],
    [caller.press('2'), caller.speak(1), caller.hangUp()],
    [caller.press('4'), caller.hangUp({ during: 'tone' })],
    [caller.press('1'), caller.hangUp({ during: 'message.sent' })],
    [caller.hangUp({ during: 'after.menu' })],
    [caller.hangUp()],
  ]) {
    const { record, drafts, transcript } = await play([...recorded, ...script]);
    assert.deepEqual(record.outcome, { kind: 'success', reason: 'message left' }, transcript.join('\n'));
    assert.deepEqual(drafts.notices, []);
  }
});

test('hanging up while the erasing is announced leaves nothing', async () => {
  const { drafts, transcript } = await play([
    caller.speak(12),
    caller.press('#*'),
    caller.hangUp({ during: 'message.erased' }),
  ]);
  assert.equal(drafts.notices.length, 1);
  assert.ok(!transcript.some(line => line.startsWith('spool seals')));
});

test('CANCEL before the answer is a missed call', async () => {
  const { record } = await hears(
    [caller.hangUp({ during: 'ringing', cause: 'cancel' })],
    ['rings', 'ends: cancel', MISSED],
  );
  assert.deepEqual(record.outcome, { kind: 'caller', reason: 'caller gave up' });
  assert.equal(record.offerResult, 'None');
  assert.equal(record.callType, 'Call Answering Missed Call');
});

test('CANCEL because another phone took the call is none', async () => {
  await hears(
    [caller.hangUp({ during: 'ringing', cause: 'cancel', answeredElsewhere: true })],
    ['rings', 'ends: cancel'],
  );
});

test('no ACK is a missed call, blamed upstream', async () => {
  const { record } = await hears(
    [caller.hangUp({ during: 'answering', cause: 'no ack' })],
    ['rings', 'ends: no ack', MISSED],
  );
  assert.equal(record.outcome.kind, 'upstream');
  assert.equal(record.offerResult, 'Failed');
});

test('a call refused for its codecs or for want of ports is no missed call', async () => {
  const noCodec = await hears([], ['rings', 'ends: no codec'], { answerFails: 'no codec' });
  assert.equal(noCodec.record.offerResult, 'Rejected');
  assert.equal(noCodec.record.outcome.kind, 'upstream');
  const noMedia = await hears([], ['rings', 'ends: no media'], { answerFails: 'no media' });
  assert.equal(noMedia.record.offerResult, 'Failed');
  assert.equal(noMedia.record.outcome.kind, 'ours');
});

test('an unknown mailbox is refused with 404', async () => {
  const { record } = await hears([], ['rejects 404'], { facts: TO_NOBODY });
  assert.deepEqual(record.outcome, { kind: 'subscriber-side', reason: 'unknown mailbox' });
  assert.equal(record.callType, 'Unauthenticated Pilot Number');
  assert.equal(record.offerResult, 'Rejected');
  assert.equal(record.calledNumber, '4711');
  assert.equal(record.dialPlan, 'plan');
});

test('a mailbox that cannot be asked for is refused with 503, so that another server may take the call', async () => {
  const { record } = await hears([], ['rejects 503'], { directoryAway: true });
  assert.deepEqual(record.outcome, { kind: 'ours', reason: 'directory unavailable' });
  assert.deepEqual([record.callType, record.offerResult, record.calleeMailbox], ['None', 'Failed', undefined]);
  assert.equal(record.explanation.at(-1), 'Request-URI says 1001@192.0.2.1: the directory does not answer');
});

test('or told so first, where the dial plan says it', async () => {
  const { record } = await hears([], ['answers', 'plays mailbox.unknown', 'plays goodbye', 'hangs up'], {
    facts: TO_NOBODY,
    dialPlan: { unknownMailbox: 'Announce' },
  });
  assert.deepEqual(record.outcome, { kind: 'subscriber-side', reason: 'unknown mailbox' });
});

test('a disabled mailbox is announced, takes nothing and misses nothing', async () => {
  const { record } = await hears([], ['rings', 'answers', 'plays mailbox.unavailable', 'plays goodbye', 'hangs up'], {
    mailbox: { umEnabled: false },
  });
  assert.deepEqual(record.outcome, { kind: 'subscriber-side', reason: 'mailbox disabled' });
  assert.equal(record.callType, 'None');
});

test('an anonymous caller is refused politely where the owner wants it, and otherwise heard', async () => {
  const facts = { anonymous: true, caller: { name: '', user: '', host: 'anonymous.invalid' } };
  const { record, drafts } = await hears(
    [],
    ['rings', 'answers', 'plays anonymous.refused', 'plays goodbye', 'hangs up', MISSED],
    { facts, mailbox: { anonymousCallersCanLeaveMessages: false } },
  );
  assert.equal(record.callerNumber, '');
  assert.equal(record.outcome.reason, 'anonymous caller');
  assert.equal(drafts.notices[0].anonymous, true);
  const heard = await play([caller.speak(3), caller.hangUp()], { facts });
  assert.equal(heard.record.outcome.reason, 'message left');
});

test('either flag off: no notice', async () => {
  const script = [caller.hangUp({ during: 'greeting.system' })];
  for (const options of [
    { mailbox: { missedCallNotificationEnabled: false } },
    { policy: { allowMissedCallNotifications: false } },
  ])
    assert.deepEqual((await play(script, options)).drafts.notices, []);
});

test('the longest call ends with the message sent', async () => {
  const { record } = await hears(
    [caller.speak(660)],
    [...OPENING, 'ends: too long', 'records 660.0 s, ended by hang-up', 'spool seals 660.0 s'],
    { dialPlan: { maxCallDuration: 10, maxRecordingDuration: 20 } },
  );
  assert.deepEqual(record.outcome, { kind: 'success', reason: 'message left' });
  assert.equal(record.dropCallReason, 'Maximum Duration');
});
