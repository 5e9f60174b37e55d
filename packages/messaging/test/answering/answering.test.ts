import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caller } from '@parley/call/fake';
import { play, type SceneOptions } from './scene.ts';

/** Up to the tone, for a caller who listens. */
const OPENING = [
  'rings',
  'answers',
  'plays greeting.system(name=Ann Lee, digits=1001)',
  'plays record.prompt',
  'plays record.tone',
];
const SENT = ['spool accepts 12.0 s', 'plays message.sent', 'plays goodbye', 'hangs up'];
const SHORT_MENU = 'plays after.menu.short';

async function hears(script: Parameters<typeof play>[0], lines: readonly string[], options?: SceneOptions) {
  const played = await play(script, options);
  assert.deepEqual(played.transcript, lines);
  return played;
}

/** A recording of 12 s ended by #, the menu, then what is given. */
const afterTwelveSeconds = (...then: Parameters<typeof play>[0]) => [caller.speak(12), caller.press('#'), ...then];
const RECORDED = [...OPENING, 'records 12.0 s, ended by #', 'plays after.menu'];

test('a caller who hangs up after speaking has left a message', async () => {
  const { record, drafts } = await hears(
    [caller.speak(12), caller.hangUp()],
    [...OPENING, 'records 12.0 s, ended by hang-up', 'caller hangs up', 'spool seals 12.0 s'],
  );
  assert.deepEqual(record.outcome, { kind: 'success', reason: 'message left' });
  assert.equal(record.callType, 'Call Answering Voice Message');
  assert.equal(record.offerResult, 'Answer');
  assert.equal(record.dropCallReason, 'Graceful Hangup');
  assert.equal(record.calleeMailbox, 'ann');
  assert.equal(record.calledNumber, '1001');
  assert.equal(record.callerNumber, '5550123');
  assert.equal(record.messageMillis, 12_000);
  assert.equal(record.durationMillis, 16_000);
  assert.deepEqual(drafts.notices, []);
});

test('the envelope carries all that delivery asks for', async () => {
  const { drafts, call } = await play([caller.speak(3), caller.hangUp()], { mailbox: { timeZone: 'Europe/Paris' } });
  const { messageId, ...rest } = drafts.begun[0];
  assert.match(messageId, /^[0-9A-Z]{26}@parley\.test$/);
  assert.deepEqual(rest, {
    type: 'voice',
    mailbox: 'ann',
    dialPlan: 'plan',
    callId: call.id,
    caller: { name: 'Bob Jones', user: '5550123', host: '198.51.100.1' },
    anonymous: false,
    called: '1001',
    language: 'en-US',
    timeZone: 'Europe/Paris',
    minimumMillis: 2000,
    // Two prompts of 2 s each were heard before the tone.
    startedAt: call.facts.startedAt + 4000,
    audioCodec: 'Mp3',
  });
});

test('the mailbox has its own codec and language, callers hear the dial plan’s', async () => {
  const { drafts, transcript } = await play([caller.speak(3), caller.hangUp()], {
    mailbox: { language: 'en-US', callAnsweringAudioCodec: 'G711' },
    dialPlan: { defaultLanguage: 'fr-FR', audioCodec: 'Pcm' },
  });
  assert.equal(drafts.begun[0].language, 'en-US');
  assert.equal(drafts.begun[0].audioCodec, 'G711');
  assert.equal(transcript[0], 'speaks fr-FR');
});

for (const key of ['1', '#'])
  test(`${key} after the recording sends it, and "sent" is said when it is synced`, async () => {
    const { record } = await hears(afterTwelveSeconds(caller.press(key)), [...RECORDED, `hears ${key}`, ...SENT]);
    assert.equal(record.outcome.kind, 'success');
  });

test('2 records again: the new take replaces the old one', async () => {
  await hears(afterTwelveSeconds(caller.press('2'), caller.speak(5), caller.press('#'), caller.press('1')), [
    ...RECORDED,
    'hears 2',
    'plays recording.again',
    'plays record.tone',
    'records 5.0 s, ended by #',
    SHORT_MENU,
    'hears 1',
    'spool accepts 5.0 s',
    'plays message.sent',
    'plays goodbye',
    'hangs up',
  ]);
});

test('a new take below the minimum keeps the first one', async () => {
  await hears(
    afterTwelveSeconds(caller.press('2'), caller.speak(1), caller.press('#'), caller.press('3'), caller.press('1')),
    [
      ...RECORDED,
      'hears 2',
      'plays recording.again',
      'plays record.tone',
      'records 1.0 s, ended by #',
      'plays message.tooShort',
      SHORT_MENU,
      'hears 3',
      'plays take 1',
      SHORT_MENU,
      'hears 1',
      ...SENT,
    ],
  );
});

test('3 plays the message, 4 adds to it and 3 plays both', async () => {
  await hears(
    afterTwelveSeconds(
      ...[caller.press('3'), caller.press('4'), caller.speak(3), caller.press('#'), caller.press('3'), caller.hangUp()],
    ),
    [
      ...RECORDED,
      'hears 3',
      'plays take 1',
      SHORT_MENU,
      'hears 4',
      'plays recording.continue',
      'plays record.tone',
      'records 3.0 s, ended by #',
      SHORT_MENU,
      'hears 3',
      'plays takes 1, 2',
      SHORT_MENU,
      'caller hangs up',
      'spool seals 15.0 s',
    ],
  );
});

test('adding stops where the dial plan’s longest recording is reached, all takes together', async () => {
  const { record } = await hears(
    [...[caller.speak(50), caller.press('#'), caller.press('4'), caller.speak(30), caller.press('4'), caller.hangUp()]],
    [
      ...OPENING,
      'records 50.0 s, ended by #',
      'plays after.menu',
      'hears 4',
      'plays recording.continue',
      'plays record.tone',
      'records 10.0 s, ended by its limit',
      'plays message.maxLength',
      SHORT_MENU,
      'hears 4',
      'plays message.maxLength',
      SHORT_MENU,
      'caller hangs up',
      'spool seals 60.0 s',
    ],
    { dialPlan: { maxRecordingDuration: 1 } },
  );
  assert.equal(record.messageMillis, 60_000);
});

test('5 and 6 switch urgent and private on and off', async () => {
  await hears(afterTwelveSeconds(caller.press('5'), caller.press('6'), caller.press('5'), caller.press('6#')), [
    ...RECORDED,
    'hears 5',
    'spool marks {"urgent":true}',
    'plays marked.urgent',
    SHORT_MENU,
    'hears 6',
    'spool marks {"private":true}',
    'plays marked.private',
    SHORT_MENU,
    'hears 5',
    'spool marks {"urgent":false}',
    'plays unmarked.urgent',
    SHORT_MENU,
    'hears 6',
    'spool marks {"private":false}',
    'plays unmarked.private',
    SHORT_MENU,
    'hears #',
    ...SENT,
  ]);
});

test('* erases, says so when that is synced, and counts as a missed call', async () => {
  const { record } = await hears(afterTwelveSeconds(caller.press('*')), [
    ...RECORDED,
    'hears *',
    'spool discards',
    'plays message.erased',
    'plays goodbye',
    'hangs up',
    'spool notes a missed call',
  ]);
  assert.deepEqual(record.outcome, { kind: 'caller', reason: 'message erased by the caller' });
  assert.equal(record.callType, 'Call Answering Missed Call');
});

test('0 and other keys mean nothing yet; what was typed behind a wrong key is forgotten', async () => {
  await hears(
    afterTwelveSeconds(
      caller.press('0', { during: 'after.menu' }),
      caller.press('*', { during: 'after.menu' }),
      caller.press('1'),
    ),
    [...RECORDED, 'hears 0', 'hears *', 'plays menu.invalid', 'plays after.menu', 'hears 1', ...SENT],
  );
});

test('three wrong keys in a row send what there is', async () => {
  const wrong = ['plays menu.invalid', 'plays after.menu'];
  await hears(afterTwelveSeconds(caller.press('7'), caller.press('8'), caller.press('9')), [
    ...RECORDED,
    ...['hears 7', ...wrong, 'hears 8', ...wrong, 'hears 9'],
    ...SENT,
  ]);
});

test('three silences in the menu send what there is and end politely', async () => {
  const { record } = await hears(afterTwelveSeconds(caller.keepQuiet(), caller.keepQuiet(), caller.keepQuiet()), [
    ...RECORDED,
    ...['hears nothing', 'plays menu.silent', 'plays after.menu'],
    ...['hears nothing', 'plays menu.silent', 'plays after.menu', 'hears nothing'],
    ...SENT,
  ]);
  assert.equal(record.outcome.reason, 'message left');
});

test('keys typed ahead go straight to their meaning', async () => {
  await hears(
    afterTwelveSeconds(caller.press('5', { during: 'after.menu' }), caller.press('1', { during: 'after.menu' })),
    // The marks are not even announced: the next key is there already.
    [...RECORDED, 'hears 5', 'hears 1', 'spool marks {"urgent":true}', ...SENT],
  );
});

test('a key during the greeting goes straight to the tone, and ends no recording', async () => {
  await hears(
    [caller.press('#', { during: 'greeting.system' }), caller.speak(4), caller.hangUp()],
    [
      ...OPENING.slice(0, 3),
      'hears #',
      'plays record.tone',
      ...['records 4.0 s, ended by hang-up', 'caller hangs up', 'spool seals 4.0 s'],
    ],
  );
});

test('what was typed before the tone is no answer to the menu after the recording', async () => {
  await hears(
    [caller.press('11', { during: 'greeting.system' }), caller.speak(12), caller.press('#'), caller.press('*')],
    [
      ...[...OPENING.slice(0, 3), 'hears 1', 'hears 1', 'plays record.tone', 'records 12.0 s, ended by #'],
      ...['plays after.menu', 'hears *', 'spool discards', 'plays message.erased', 'plays goodbye', 'hangs up'],
      'spool notes a missed call',
    ],
  );
});

test('a key during the record prompt goes to the tone', async () => {
  await hears(
    [caller.press('1', { during: 'record.prompt' }), caller.speak(4), caller.hangUp()],
    [
      ...OPENING.slice(0, 4),
      'hears 1',
      'plays record.tone',
      ...['records 4.0 s, ended by hang-up', 'caller hangs up', 'spool seals 4.0 s'],
    ],
  );
});

test('silence ends the recording, its tail is cut, and the menu follows', async () => {
  await hears(
    [caller.speak(12), caller.keepQuiet(5), caller.press('1')],
    [...OPENING, 'records 12.0 s, ended by silence', 'plays after.menu', 'hears 1', ...SENT],
  );
});

test('a pause shorter than the timeout is part of the message', async () => {
  await hears(
    [caller.speak(6), caller.keepQuiet(4), caller.speak(2), caller.press('#'), caller.press('1')],
    [...RECORDED, 'hears 1', ...SENT],
  );
});

test('the longest recording ends with a word about it and the menu', async () => {
  await hears(
    [caller.speak(90), caller.hangUp({ during: 'message.maxLength' })],
    [
      ...OPENING,
      'records 60.0 s, ended by its limit',
      'plays message.maxLength',
      'caller hangs up',
      'spool seals 60.0 s',
    ],
    { dialPlan: { maxRecordingDuration: 1 } },
  );
});

test('a personal greeting is played instead of the name', async () => {
  const { transcript } = await play([caller.hangUp({ during: 'file' })], {
    mailbox: { normalGreetingFilename: '/greetings/ann.wav' },
  });
  assert.equal(transcript[2], 'plays file ann.wav');
});

test('a mailbox without a full name is greeted by its short one', async () => {
  const { transcript } = await play([caller.hangUp({ during: 'greeting.system' })], { mailbox: { displayName: '' } });
  assert.equal(transcript[2], 'plays greeting.system(name=ann, digits=1001)');
});
