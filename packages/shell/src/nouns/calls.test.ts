import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRecord } from '@parley/admin/client';
import { sound } from './calls.ts';

const CALL: CallRecord = {
  callStartTime: 0,
  callType: 'None',
  callIdentity: 'c',
  umServerName: 'node',
  callDurationMillis: 20_000,
  offerResult: 'Answer',
  reasonForCall: 'Direct',
  audioCodec: 'G.711',
};

test('the sound of a call has the words of the reports of the originals, at their bounds', () => {
  const words = [4.5, 4.49, 3.5, 3.49, 2.5, 2.49, 1.5, 1.49, 1].map(nmos => sound({ ...CALL, nmos }));
  assert.deepEqual(words, [
    'G.711 4.5 excellent',
    'G.711 4.49 good',
    'G.711 3.5 good',
    'G.711 3.49 average',
    'G.711 2.5 average',
    'G.711 2.49 poor',
    'G.711 1.5 poor',
    'G.711 1.49 bad',
    'G.711 1 bad',
  ]);
});

test('a short call has no score, a call without media nothing, and losses are told, as is that nothing came', () => {
  assert.equal(sound({ ...CALL, packetLoss: 0 }), 'G.711');
  assert.equal(sound(CALL), 'G.711, nothing heard');
  assert.equal(sound({ ...CALL, packetLoss: 0.04 }), 'G.711');
  assert.equal(sound({ ...CALL, nmos: 3.1, packetLoss: 6.24 }), 'G.711 3.1 average, 6.2 % lost');
  assert.equal(sound({ ...CALL, audioCodec: undefined }), '');
});
