import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRecord } from '@parley/messaging';
import { oneSided } from './one-sided.ts';

const MEDIA: NonNullable<CallRecord['media']> = {
  codec: 'PCMU',
  packetsReceived: 0,
  packetsLost: 0,
  jitterMillis: 0,
  packetsSent: 150,
  foreignPackets: 0,
  srtpRejected: 0,
  srtpReplayed: 0,
};
const CALL = { callId: 'c1@pbx', media: MEDIA, durationMillis: 3000, dropCallReason: 'Graceful Hangup' } as const;

test('a call without ACK is told as that, though nothing was heard of it either', () => {
  const told = oneSided({ ...CALL, dropCallReason: 'No Acknowledgement', durationMillis: 32_000 });
  assert.equal(told?.event, 'the answer was never acknowledged');
  assert.match(told.change, /sip\.advertise.*parley trace c1@pbx/);
});

test('a call that nothing came of is told with where to look', () => {
  assert.match(oneSided(CALL)?.change ?? '', /^parley trace c1@pbx .*firewall, rtp\.ports, rtp\.advertise/);
});

test('packets that no key opens are no matter of a firewall', () => {
  const media = { ...MEDIA, srtpRejected: 151 };
  assert.match(oneSided({ ...CALL, media })?.change ?? '', /^151 packets came that the negotiated keys do not open/);
});

test('one that is over at once, one that was heard, and one that was never answered are not', () => {
  assert.equal(oneSided({ ...CALL, durationMillis: 2999 }), undefined);
  assert.equal(oneSided({ ...CALL, media: { ...MEDIA, packetsReceived: 1 } }), undefined);
  assert.equal(oneSided({ ...CALL, media: undefined }), undefined);
});
