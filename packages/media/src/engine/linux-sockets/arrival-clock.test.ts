import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import { ArrivalClock, CONTROL_BYTES } from './arrival-clock.ts';
import type { Native } from './native.ts';

const SECOND = 1_795_302_255;

/** The wall clock of a system that is set at will. */
class Wall {
  readonly #words = new Uint32Array(4);
  readonly native: Native;

  constructor() {
    const missing = () => assert.fail('not called');
    const calls = {
      ...{ socket: missing, bind: missing, setsockopt: missing, sendto: missing, recvmmsg: missing, close: missing },
      ...{ epoll_create1: missing, epoll_ctl: missing, epoll_wait: missing, syscall: missing, munmap: missing },
      mmap: () => 4096n,
      clock_gettime: () => 0,
    };
    this.native = { calls, view: () => this.#words.buffer, lastError: missing };
  }

  set(seconds: number, nanoseconds: number): void {
    this.#words.set([seconds % 2 ** 32, Math.floor(seconds / 2 ** 32), nanoseconds, 0]);
  }
}

function control(seconds: number, nanoseconds: number, type = 35): Uint32Array {
  const words = new Uint32Array(1 + CONTROL_BYTES / 4);
  words.set([CONTROL_BYTES, 0, 1, type, seconds % 2 ** 32, Math.floor(seconds / 2 ** 32), nanoseconds, 0], 1);
  return words;
}

/** When a datagram came by the engine's clock, which says 5000, while the wall clock says so much. */
function arrival(wallSeconds: number, wallNanoseconds: number, words: Uint32Array): number {
  const wall = new Wall();
  const clock = new FakeClock();
  const start = clock.monotonic();
  const arrivals = new ArrivalClock(wall.native, clock);
  wall.set(wallSeconds, wallNanoseconds);
  clock.advance(5000);
  arrivals.read();
  return arrivals.arrival(words, 1) - start;
}

test('so long ago as the wall clock says, over the end of a second and of 32 bits of them', () => {
  assert.equal(arrival(SECOND, 500_000_000, control(SECOND, 250_000_000)), 4750);
  assert.equal(arrival(SECOND + 1, 0, control(SECOND, 980_000_000)), 4980);
  assert.equal(arrival(2 ** 32, 10_000_000, control(2 ** 32 - 1, 990_000_000)), 4980);
  assert.equal(arrival(2 ** 31, 0, control(2 ** 31 - 2, 0)), 3000);
});

test('a wall clock that was set: back, it came now; forward, nobody knows', () => {
  assert.equal(arrival(SECOND - 3600, 0, control(SECOND, 0)), 5000);
  assert.ok(Number.isNaN(arrival(SECOND + 3600, 0, control(SECOND, 0))));
});

test('a datagram without its time', () => assert.ok(Number.isNaN(arrival(SECOND, 0, control(SECOND, 0, 8)))));
