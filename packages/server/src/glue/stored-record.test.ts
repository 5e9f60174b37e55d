import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDirectory } from '@parley/directory/memory';
import type { SessionStatistics } from '@parley/media';
import type { CallRecord } from '@parley/messaging';
import { storedRecord } from './stored-record.ts';

const MEDIA: SessionStatistics = {
  packetsReceived: 990,
  packetsLost: 10,
  packetsSent: 1000,
  jitterMillis: 2.5,
  foreignPackets: 0,
  srtpRejected: 0,
  srtpReplayed: 0,
};

const QUALITY = {
  nmos: 4.3956,
  degradation: 0.0119,
  degradationByJitter: 0.0041,
  degradationByLoss: 0.2,
  burstDensityPercent: 33.3,
  burstMillis: 120,
  gapMillis: 260,
};

/** What is kept of the media of an answered call. */
function kept(media: Partial<SessionStatistics> | undefined) {
  const record: CallRecord = {
    startedAt: 1,
    durationMillis: 20_000,
    callType: 'None',
    callId: 'c',
    offerResult: 'Answer',
    dropCallReason: 'Graceful Hangup',
    reasonForCall: 'Direct',
    organization: undefined,
    dialPlan: undefined,
    gateway: 'g',
    calleeMailbox: undefined,
    calleeMailboxName: undefined,
    calledNumber: '1',
    callerNumber: '2',
    dialledString: '1',
    messageMillis: 0,
    outcome: { kind: 'success', reason: 'finished' },
    media: media && { ...MEDIA, ...media },
    explanation: [],
  };
  return storedRecord(record, { directory: memoryDirectory([]), node: 'node' });
}

test('the figures of the media are kept under the names of the originals, scores to two digits', () => {
  const { audioCodec, jitter, packetLoss, roundTrip, ...rest } = kept({
    codec: 'opus',
    roundTripMillis: 41,
    quality: QUALITY,
  });
  assert.deepEqual([audioCodec, jitter, packetLoss, roundTrip], ['Opus', 2.5, 1, 41]);
  const { nmos, nmosDegradation, nmosDegradationJitter, nmosDegradationPacketLoss } = rest;
  assert.deepEqual([nmos, nmosDegradation, nmosDegradationJitter, nmosDegradationPacketLoss], [4.4, 0.01, 0, 0.2]);
  assert.deepEqual([rest.burstDensity, rest.burstLossDuration, rest.burstGapDuration], [33.3, 120, 260]);
});

test('both laws are G.711, and what is not known is left out', () => {
  assert.deepEqual(
    (['PCMU', 'PCMA', 'G722'] as const).map(codec => kept({ codec }).audioCodec),
    ['G.711', 'G.711', 'G.722'],
  );
  const keys = Object.keys(kept({}));
  for (const key of ['nmos', 'roundTrip', 'audioCodec', 'burstDensity']) assert.ok(!keys.includes(key), key);
  assert.ok(!Object.keys(kept(undefined)).includes('jitter'));
});

test('a call that nothing was heard of has no loss of 0 % that looks like a good one', () => {
  const { audioCodec, ...rest } = kept({ codec: 'PCMU', packetsReceived: 0, packetsLost: 0, jitterMillis: 0 });
  assert.equal(audioCodec, 'G.711');
  for (const key of ['packetLoss', 'jitter']) assert.ok(!Object.keys(rest).includes(key), key);
});
