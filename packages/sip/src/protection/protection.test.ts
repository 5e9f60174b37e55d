import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { BucketTable } from './bucket-table.ts';
import { Gate } from './gate.ts';
import { Refusals } from './refusals.ts';
import { sourceNetwork } from './source-network.ts';

const PEER = { transport: 'udp', address: '10.0.0.2', port: 5060 } as const;

const NETWORKS: readonly (readonly [string, string])[] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
];

for (const [address, network] of NETWORKS) {
  test(`${address} is of the source ${network}`, () => assert.equal(sourceNetwork(address), network));
}

test('a bucket gives its burst at once, then so many a second, and no more than the burst after a pause', () => {
  const clock = new FakeClock();
  const table = new BucketTable({ clock, perSecond: 10, burst: 3, most: 10 });
  const taken = (times: number) => Array.from({ length: times }, () => table.take('a')).filter(Boolean).length;
  assert.equal(taken(5), 3);
  assert.ok(table.isEmpty('a'));
  clock.advance(100);
  assert.ok(!table.isEmpty('a'));
  assert.equal(taken(5), 1);
  clock.advance(10_000);
  assert.equal(taken(50), 3);
  assert.ok(table.take('b'));
  assert.ok(!table.isEmpty('c'));
});

test('a table is bounded, keeps who is active, and is empty 64*T1 after the last use', () => {
  const clock = new FakeClock();
  const table = new BucketTable({ clock, perSecond: 1, burst: 5, most: 100 });
  for (let n = 0; n < 5; n++) assert.ok(table.take('attacker'));
  for (let n = 0; n < 10_000; n++) {
    table.take(`forged ${n}`);
    // Who goes on is not forgotten, and so gets no new burst.
    if (n % 20 === 0) assert.equal(table.take('attacker'), false, `after ${n} forged sources`);
    assert.ok(table.size <= 101, `${table.size} entries`);
  }
  clock.advance(32_000);
  assert.equal(table.size, 0);
  assert.equal(clock.timers, 0);
});

test('a key that goes from one generation to the next is still one key', () => {
  const clock = new FakeClock();
  const table = new BucketTable({ clock, perSecond: 1, most: 100 });
  for (let n = 0; n < 5; n++) {
    table.take('a');
    clock.advance(15_000);
    table.take('a');
    assert.equal(table.size, 1);
  }
});

test('a bucket that takes a minute to fill is kept that long', () => {
  const clock = new FakeClock();
  const table = new BucketTable({ clock, perSecond: 10 / 60, burst: 10, most: 100 });
  for (let n = 0; n < 10; n++) assert.ok(table.take('a'));
  for (let n = 0; n < 5; n++) {
    clock.advance(5_900);
    table.take('b');
    assert.equal(table.isEmpty('a'), n < 1, `after ${(n + 1) * 5.9} s`);
  }
});

test('a source has so many requests a second and so many transactions, an unlimited one has not', () => {
  const clock = new FakeClock();
  const unlimited = new Set<string>();
  const gate = new Gate({
    clock,
    requestsPerSecond: 5,
    transactionsPerSource: 2,
    sources: 100,
    unlimited: ({ address }) => unlimited.has(address),
  });
  const six = { ...PEER, address: '2001:db8::1' };
  const same = { ...PEER, address: '2001:db8::2' };
  assert.deepEqual(
    [six, same, six, same, six, same].map(peer => gate.admits(peer)),
    [true, true, true, true, true, false],
  );
  assert.ok(gate.admits(PEER));
  gate.began(PEER);
  assert.ok(gate.hasRoom(PEER));
  gate.began(PEER);
  assert.ok(!gate.hasRoom(PEER));
  unlimited.add(PEER.address).add(six.address);
  assert.ok(gate.hasRoom(PEER) && gate.admits(six) && !gate.admits(same));
  for (let n = 0; n < 2; n++) gate.ended(PEER);
  clock.advance(32_000);
  assert.equal(gate.size, 0);
});

test('refusals are counted one by one and said a few at a time, with the rule and what to change', () => {
  const clock = new FakeClock();
  const log = memoryLog();
  const refusals = new Refusals({
    clock,
    log,
    answersPerSecond: 3,
    malformedAnswersPerSecond: 1,
    sources: 100,
    unlimited: () => false,
  });
  for (let n = 0; n < 100; n++)
    refusals.count({
      reason: 'too many requests',
      peer: PEER,
      status: 503,
      method: 'X'.repeat(500),
      callId: 'c'.repeat(500),
    });
  refusals.count({ reason: 'merged', peer: PEER, status: 482 });
  assert.equal(refusals.counts['too many requests'], 100);
  assert.equal(refusals.counts.merged, 1);
  const warnings = log.lines.filter(({ level }) => level === 'warn');
  assert.equal(warnings.length, 5);
  assert.deepEqual(warnings[0].fields, {
    rule: 'too many requests',
    status: 503,
    source: '10.0.0.2',
    transport: 'udp',
    method: 'X'.repeat(20),
    callId: 'c'.repeat(128),
    detail: undefined,
    times: 1,
    change: 'If this source is one of yours, let the option unlimited say so, or raise the budget requestsPerSecond.',
  });
  clock.advance(5_000);
  refusals.count({ reason: 'too many requests', peer: PEER, status: 503 });
  assert.equal(log.lines.at(-1)?.fields.times, 96);
});

test('a source gets a bounded number of answers, of these fewer to what is malformed', () => {
  const clock = new FakeClock();
  const refusals = new Refusals({
    clock,
    log: memoryLog(),
    answersPerSecond: 3,
    malformedAnswersPerSecond: 1,
    sources: 100,
    unlimited: ({ address }) => address === '10.0.0.3',
  });
  const times = (may: () => boolean) => Array.from({ length: 10 }, may).filter(Boolean).length;
  assert.equal(
    times(() => refusals.mayAnswerMalformed(PEER)),
    1,
  );
  assert.equal(
    times(() => refusals.mayAnswer(PEER)),
    2,
  );
  assert.equal(
    times(() => refusals.mayAnswer({ ...PEER, address: '10.0.0.3' })),
    10,
  );
  assert.equal(refusals.counts.unanswered, 17);
  clock.advance(32_000);
  assert.equal(refusals.size, 0);
});
