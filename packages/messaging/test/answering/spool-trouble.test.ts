import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caller } from '@parley/call/fake';
import { play, type SceneOptions } from './scene.ts';

const GREETING = ['rings', 'answers', 'plays greeting.system(name=Ann Lee, digits=1001)', 'plays record.prompt'];
const NOT_SAVED = ['plays message.notSaved', 'plays goodbye'];
const MISSED = 'spool notes a missed call';
const OURS = { kind: 'ours', reason: 'message not saved' };
const TWELVE_SECONDS = [caller.speak(12), caller.press('#')];
const RECORDED = [...GREETING, 'plays record.tone', 'records 12.0 s, ended by #', 'plays after.menu'];

async function hears(script: Parameters<typeof play>[0], lines: readonly string[], options?: SceneOptions) {
  const played = await play(script, options);
  assert.deepEqual(played.transcript, lines);
  return played;
}

test('a full spool is said before the tone, and the call is at least a missed one', async () => {
  const { record } = await hears([], [...GREETING, 'spool fails to begin', ...NOT_SAVED, 'hangs up', MISSED], {
    spoolFails: ['begin'],
  });
  assert.deepEqual(record.outcome, OURS);
});

test('a spool that takes not even the notice ends the call all the same', async () => {
  const { log } = await hears(
    [],
    [...GREETING, 'spool fails to begin', ...NOT_SAVED, 'hangs up', 'spool fails to notice'],
    { spoolFails: ['begin', 'notice'] },
  );
  assert.ok(log.lines.some(({ event }) => event === 'missed call could not be noted'));
});

test('"sent" is never said when accepting failed; no missed call, for the message may yet turn up', async () => {
  const { record } = await hears(
    [...TWELVE_SECONDS, caller.press('1')],
    [...RECORDED, 'hears 1', 'spool fails to accept', ...NOT_SAVED, 'hangs up'],
    { spoolFails: ['accept'] },
  );
  assert.deepEqual(record.outcome, OURS);
});

test('"erased" is never said when erasing failed', async () => {
  const { record } = await hears(
    [...TWELVE_SECONDS, caller.press('*')],
    [...RECORDED, 'hears *', 'spool fails to discard', 'plays goodbye', 'hangs up'],
    { spoolFails: ['discard'] },
  );
  assert.equal(record.outcome.kind, 'ours');
});

test('a spool that fails in the middle of a recording: what it kept is sealed, nothing is confirmed', async () => {
  const lost = [...GREETING, 'plays record.tone', 'records 8.0 s, and the spool failed', ...NOT_SAVED];
  await hears([caller.speak(8), caller.loseTheSpool()], [...lost, 'spool seals 8.0 s', 'hangs up']);
  await hears([caller.speak(8), caller.loseTheSpool()], [...lost, 'spool fails to seal', 'hangs up'], {
    spoolFails: ['seal'],
  });
});

test('a spool that fails before a word was said: a missed call', async () => {
  await hears(
    [caller.loseTheSpool()],
    [
      ...[...GREETING, 'plays record.tone', 'records 0.0 s, and the spool failed', ...NOT_SAVED],
      ...['spool seals nothing', 'hangs up', MISSED],
    ],
  );
});

test('a second take that the spool lost: the first one is sealed', async () => {
  await hears(
    [...TWELVE_SECONDS, caller.press('2'), caller.speak(1), caller.loseTheSpool()],
    [
      ...[...RECORDED, 'hears 2', 'plays recording.again', 'plays record.tone', 'records 1.0 s, and the spool failed'],
      ...[...NOT_SAVED, 'spool seals 12.0 s', 'hangs up'],
    ],
  );
});

test('hang-up with a spool that fails to seal is logged and blamed on us', async () => {
  const { record, log, drafts } = await play([caller.speak(5), caller.hangUp()], { spoolFails: ['seal'] });
  assert.deepEqual(record.outcome, OURS);
  assert.deepEqual(drafts.notices, []);
  assert.ok(log.lines.some(({ event, level }) => event === 'message could not be saved' && level === 'error'));
});

test('what is logged holds neither numbers nor names', async () => {
  const { log } = await play([caller.speak(5), caller.hangUp()]);
  const written = JSON.stringify(log.lines);
  for (const secret of ['5550123', 'Bob Jones', '1001', 'Ann Lee']) assert.ok(!written.includes(secret), secret);
});
