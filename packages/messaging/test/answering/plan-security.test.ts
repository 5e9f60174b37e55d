import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallFacts } from '@parley/call';
import { caller } from '@parley/call/fake';
import { play } from './scene.ts';

type Way = Pick<CallFacts, 'transport' | 'certified'>;

const ways: readonly (readonly [says: string, way: Way, remedy?: RegExp])[] = [
  ['by UDP', { transport: 'udp', certified: false }, /call by TLS/],
  ['by TCP', { transport: 'tcp', certified: false }, /call by TLS/],
  ['by WebSocket', { transport: 'ws', certified: false }, /call by TLS/],
  ['by TLS without a name', { transport: 'tls', certified: false }, /certificate/],
  ['by TLS from a proved gateway', { transport: 'tls', certified: true }],
  ['by secure WebSocket from a proved gateway', { transport: 'wss', certified: true }],
];

const LEFT = caller.hangUp({ during: 'greeting.system' });

for (const [says, facts, remedy] of ways) {
  test(`a call ${says} is taken by an unsecured dial plan`, async () => {
    const { transcript } = await play([LEFT], { facts });
    assert.ok(transcript.includes('answers'));
    assert.ok(!transcript.some(line => line.startsWith('requires')));
  });

  for (const voIPSecurity of ['SIPSecured', 'Secured'] as const)
    test(`a call ${says} is ${remedy ? 'refused' : 'taken'} by a dial plan that is ${voIPSecurity}`, async () => {
      const { transcript, record, log } = await play(remedy ? [] : [LEFT], { facts, dialPlan: { voIPSecurity } });
      const lines = log.lines.filter(({ event }) => event === 'call does not fit VoIPSecurity of its dial plan');
      if (remedy) {
        assert.deepEqual(transcript, ['rejects 488']);
        assert.deepEqual(record.outcome, { kind: 'caller', reason: 'not secure enough' });
        assert.equal(lines.length, 1);
        assert.match(String(lines[0].fields.remedy), remedy);
        return;
      }
      assert.deepEqual(lines, []);
      assert.ok(transcript.includes('answers'));
      // Whether the media fit is seen at the answer.
      const demand = voIPSecurity === 'Secured' ? 'requires encryption' : 'requires encrypted signalling';
      assert.equal(transcript[0], demand);
    });
}
