import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { NonceCounts } from './nonce-counts.ts';
import { NonceMint } from './nonce-mint.ts';

const SECRET = Buffer.alloc(32, 7);

function mint(clock: FakeClock, realm = 'r', secret: Uint8Array = SECRET): NonceMint {
  return new NonceMint({ clock, secret, realm, lifetimeMillis: 60_000 });
}

test('a nonce is good for its source, realm and time, on every node that has the secret', () => {
  const clock = new FakeClock();
  const nonce = mint(clock).mint('10.0.0.2');
  assert.match(nonce, /^[\w-]{32}$/);
  assert.notEqual(mint(clock).mint('10.0.0.2'), nonce);
  assert.deepEqual(mint(clock).stateOf(nonce, '10.0.0.2'), { kind: 'good', at: clock.wall() });
  assert.equal(mint(clock).stateOf(nonce, '10.0.0.3').kind, 'foreign');
  assert.equal(mint(clock, 'other').stateOf(nonce, '10.0.0.2').kind, 'foreign');
  assert.equal(mint(clock, 'r', Buffer.alloc(32, 8)).stateOf(nonce, '10.0.0.2').kind, 'foreign');
  clock.advance(60_000);
  assert.equal(mint(clock).stateOf(nonce, '10.0.0.2').kind, 'good');
  clock.advance(1);
  assert.equal(mint(clock).stateOf(nonce, '10.0.0.2').kind, 'old');
});

test('a nonce from the future is of no use, but clocks of two nodes may differ a little', () => {
  const ahead = new FakeClock(1_000_000_006_000);
  const behind = new FakeClock(1_000_000_000_000);
  const nonce = mint(ahead).mint('s');
  assert.equal(mint(behind).stateOf(nonce, 's').kind, 'old');
  behind.advance(1000);
  assert.equal(mint(behind).stateOf(nonce, 's').kind, 'good');
});

test('every change of a character makes a nonce foreign', () => {
  const clock = new FakeClock();
  const one = mint(clock);
  const nonce = one.mint('s');
  for (let at = 0; at < nonce.length; at++) {
    const other = nonce[at] === 'A' ? 'B' : 'A';
    const changed = nonce.slice(0, at) + other + nonce.slice(at + 1);
    assert.equal(one.stateOf(changed, 's').kind, 'foreign', changed);
  }
  for (const text of ['', 'x', `${nonce}A`, nonce.slice(1), '='.repeat(32), ' '.repeat(32), 'é'.repeat(32)])
    assert.equal(one.stateOf(text, 's').kind, 'foreign', text);
});

test('each count of a nonce is good once, in any order within 32', () => {
  const counts = new NonceCounts(10);
  const uses = (count: number) => counts.use('n', 1, count);
  assert.deepEqual([3, 3, 1, 1, 2, 2, 3].map(uses), [true, false, true, false, true, false, false]);
  assert.deepEqual([40, 9, 8, 39, 40].map(uses), [true, true, false, true, false]);
  assert.deepEqual([1000, 999, 969, 968, 1000].map(uses), [true, true, true, false, false]);
  assert.deepEqual([0, -1].map(uses), [false, false]);
  assert.equal(counts.use('other', 1, 0), false);
});

test('a full table forgets the oldest nonce, and takes nothing that it may have forgotten for new', () => {
  const counts = new NonceCounts(3);
  for (const at of [10, 20, 30]) assert.ok(counts.use(`n${at}`, at, 1));
  assert.ok(counts.use('n40', 40, 1));
  assert.equal(counts.size, 3);
  assert.equal(counts.use('n10', 10, 2), false);
  assert.equal(counts.use('n05', 5, 1), false);
  assert.equal(counts.use('n20', 20, 2), true);
  assert.equal(counts.use('n40', 40, 1), false);
});

test('nonces that have run out are forgotten', () => {
  const counts = new NonceCounts(100);
  for (const at of [10, 20, 30]) counts.use(`n${at}`, at, 1);
  counts.forgetBefore(30);
  assert.equal(counts.size, 1);
  assert.equal(counts.use('n30', 30, 1), false);
});
