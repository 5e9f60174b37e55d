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
  assert.deepEqual(readEnvelope(written, false), { kind: 'envelope', envelope: written });
});

test('a call that was cut off before it had a message in it is a missed call', () => {
  const { audioCodec, minimumMillis, ...common } = written;
  assert.deepEqual(readEnvelope(written, true), { kind: 'envelope', envelope: { ...common, type: 'missed' } });
});

test('what is missing is named, what an older program did not write has its default', () => {
  const { mailbox, ...rest } = written;
  assert.deepEqual(readEnvelope(rest, false), { kind: 'unreadable', why: 'its envelope has no "mailbox"' });
  const { audioCodec, caller, ...older } = written;
  const read = readEnvelope(older, false);
  assert.ok(read.kind === 'envelope' && read.envelope.type === 'voice');
  assert.equal(read.envelope.audioCodec, 'Mp3');
  assert.deepEqual(read.envelope.caller, { name: '', user: '', host: '' });
});
