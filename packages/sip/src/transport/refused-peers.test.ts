import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Peer } from './peer.ts';
import { PeerRefused } from './peer-refused.ts';
import { RefusedPeers } from './refused-peers.ts';

function scene() {
  const clock = new FakeClock();
  const log = memoryLog();
  return { clock, log, refused: new RefusedPeers(clock, log) };
}

const at = (address: string): Peer => ({ transport: 'wss', address, port: 40_000 });
const origin = (name: string) =>
  new PeerRefused({ reason: `its page comes from https://${name}`, change: 'Add the origin.' });
const EXPIRED = new PeerRefused({ reason: 'its certificate has expired', change: 'Renew it.' });

test('the same of the same source is one line a minute, and how often it was', () => {
  const { clock, log, refused } = scene();
  for (let count = 0; count < 3; count++) refused.tell(at('192.0.2.1'), EXPIRED);
  // Whoever has an IPv6 address has all of its network.
  refused.tell(at('2001:db8::1'), EXPIRED);
  refused.tell(at('2001:db8::2'), EXPIRED);
  assert.deepEqual(
    log.lines.map(({ fields }) => fields?.source),
    ['192.0.2.1:40000', '[2001:db8::1]:40000'],
  );
  clock.advance(60_000);
  refused.tell(at('192.0.2.1'), EXPIRED);
  assert.equal(log.lines.at(-1)?.fields?.again, 2);
});

test('neither words of the peer nor addresses without end fill the log, and other faults are told all the same', () => {
  const { clock, log, refused } = scene();
  for (let count = 0; count < 5000; count++) {
    refused.tell(at('192.0.2.1'), origin(`a${count}.example`));
    refused.tell(at(`2001:db8:${count.toString(16)}::1`), origin('b.example'));
  }
  assert.equal(log.lines.length, 20);
  refused.tell(at('192.0.2.2'), EXPIRED);
  assert.equal(log.lines.at(-1)?.fields?.reason, 'its certificate has expired');
  clock.advance(5000);
  refused.tell(at('192.0.2.3'), origin('c.example'));
  assert.equal(log.lines.at(-1)?.fields?.source, '192.0.2.3:40000');
  assert.equal(log.lines.at(-1)?.fields?.others, 9980);
});
