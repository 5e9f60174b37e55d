import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { Attempts, lineOf } from './attempts.ts';

const refused = (error: unknown) => codeOf(error) === 'TOO_MANY_REQUESTS';

test('a burst is free, then one a while; others are not concerned', () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock, { burst: 3, everyMillis: 1000 });
  for (let i = 0; i < 3; i++) attempts.take('a');
  assert.throws(() => attempts.take('a'), /try again in 1 s/);
  attempts.take('b');
  clock.advance(1000);
  attempts.take('a');
  assert.throws(() => attempts.take('a'), refused);
  clock.advance(60_000);
  for (let i = 0; i < 3; i++) attempts.take('a');
  assert.throws(() => attempts.take('a'), refused);
});

test('the memory is bounded: whoever has not tried for longest is forgotten', () => {
  const attempts = new Attempts(new FakeClock(), { burst: 1, everyMillis: 1000, mostKeys: 2 });
  attempts.take('a');
  attempts.take('b');
  assert.throws(() => attempts.take('a'), refused);
  attempts.take('c');
  assert.throws(() => attempts.take('a'), refused);
  attempts.take('b');
});

test('a line is an IPv4 address or an IPv6 network of 64 bits, however it is written', () => {
  assert.equal(lineOf('192.0.2.1'), lineOf('::ffff:192.0.2.1'));
  assert.notEqual(lineOf('192.0.2.1'), lineOf('192.0.2.2'));
  assert.equal(lineOf('2001:db8::1'), lineOf('2001:db8:0:0:ffff::2'));
  assert.notEqual(lineOf('2001:db8::1'), lineOf('2001:db8:0:1::1'));
  assert.equal(lineOf('nonsense'), 'unknown');
});
