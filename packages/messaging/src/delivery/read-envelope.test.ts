import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvelope } from './read-envelope.ts';

const written = {
  type: 'voice',
  messageId: '01KA@parley.test',
  mailbox: 'm1',
  dialPlan: 'd1',
  callId: 'c',
  called: '1001',
  language: 'fr-FR',
  timeZone: 'UTC',
  startedAt: 5,
  anonymous: true,
  caller: { name: 'n', user: 'u', host: 'h' },
  audioCodec: 'G711',
  minimumMillis: 2000,
} as const;

test('what was written is read back', () => {
  assert.deepEqual(readEnvelope(written, false), written);
});

test('a call that was cut off before it had a message in it is a missed call', () => {
  const { audioCodec, minimumMillis, ...common } = written;
  assert.deepEqual(readEnvelope(written, true), { ...common, type: 'missed' });
});

test('what is missing is named, what an older program did not write has its default', () => {
  const { mailbox, ...rest } = written;
  assert.deepEqual(readEnvelope(rest, false), { unreadable: 'its envelope has no "mailbox"' });
  const { audioCodec, caller, ...older } = written;
  const read = readEnvelope(older, false);
  assert.ok('type' in read && read.type === 'voice');
  assert.equal(read.audioCodec, 'Mp3');
  assert.deepEqual(read.caller, { name: '', user: '', host: '' });
});
