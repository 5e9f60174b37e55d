import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { type Binding, MemoryBindings } from '../src/index.ts';
import { bindingsContract } from './bindings-contract.ts';

bindingsContract('in memory', async () => {
  const clock = new FakeClock();
  const bindings = new MemoryBindings({ clock });
  return { bindings, clock, size: () => bindings.size };
});

const SEED = 4;

test(`30,000 addresses with ends all over the place: one timer, each gone within two seconds of its end (seed ${SEED})`, () => {
  const clock = new FakeClock();
  const bindings = new MemoryBindings({ clock });
  const random = seeded(SEED);
  const ends: number[] = [];
  const registered = (seconds: number): Binding => ({
    text: '<sip:a>',
    uri: 'sip:a',
    parametersText: '',
    q: 1000,
    callId: 'c',
    cseq: 1,
    expiresAt: clock.wall() + seconds * 1000,
    registeredAt: clock.wall(),
    path: [],
    source: { transport: 'udp', address: '10.0.0.2', port: 5060 },
  });
  for (let at = 0; at < 30_000; at++) {
    // Half of them end in the same second, as after a restart: more than is looked at in one go.
    const seconds = at % 2 === 0 ? 60 : 1 + Math.floor(random() * 120);
    ends.push(clock.wall() + seconds * 1000);
    bindings.change(`${at}@x`, () => [registered(seconds)]);
  }
  assert.equal(clock.timers, 1);
  ends.sort((a, b) => a - b);
  const left = (time: number) => ends.filter(end => end > time).length;
  for (let second = 0; second < 122; second++) {
    clock.advance(1000);
    const now = clock.wall();
    assert.ok(bindings.size >= left(now) && bindings.size <= left(now - 2000), `${bindings.size} after ${second} s`);
    assert.ok(clock.timers <= 1);
  }
  assert.deepEqual([bindings.size, clock.timers], [0, 0]);
});

test('a machine that was asleep, or whose clock was set forward, forgets what has expired meanwhile', () => {
  let forward = 0;
  const fake = new FakeClock();
  const clock = {
    wall: () => fake.wall() + forward,
    monotonic: () => fake.monotonic(),
    after: (millis: number, run: () => void) => fake.after(millis, run),
  };
  const bindings = new MemoryBindings({ clock });
  const keep = (aor: string, seconds: number) =>
    bindings.change(aor, () => [
      {
        text: '',
        uri: '',
        parametersText: '',
        q: 1000,
        callId: '',
        cseq: 1,
        expiresAt: clock.wall() + seconds * 1000,
        registeredAt: 0,
        path: [],
        source: { transport: 'udp', address: '', port: 1 },
      },
    ]);
  for (const seconds of [10, 500, 3000]) keep(`${seconds}@x`, seconds);
  forward = 1_000_000;
  fake.advance(1000);
  assert.equal(bindings.size, 1);
  keep('other@x', 1);
  fake.advance(3000);
  assert.equal(bindings.size, 1);
});
