import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { marks } from '../../test/lab.ts';
import { JitterBuffer, PATIENCE_MILLIS } from './jitter-buffer.ts';
import { RtpPacket } from './packet.ts';

/** A buffer whose output is a list: bytes, and gaps in brackets. */
function setUp() {
  const pieces: string[] = [];
  const audio: number[] = [];
  const buffer = new JitterBuffer(
    {
      audio: (bytes, offset, length) => {
        assert.ok(length <= 160);
        pieces.push(`${length}`);
        audio.push(...bytes.subarray(offset, offset + length));
      },
      gap: (samples, reason) => void pieces.push(`[${reason} ${samples}]`),
    },
    0,
  );
  const push = (extended: number, options: { at?: number; length?: number; timestamp?: number } = {}) => {
    const { length = 160, timestamp = extended * 160, at = extended * 20 } = options;
    const packet = new RtpPacket();
    packet.extended = extended;
    packet.timestamp = timestamp >>> 0;
    packet.bytes = marks(length, timestamp);
    packet.payloadLength = length;
    packet.arrival = at;
    buffer.push(packet);
  };
  return { buffer, push, pieces, audio };
}

test('packets in order come out at once', () => {
  const { push, pieces, buffer } = setUp();
  for (const n of [1, 2, 3]) push(n);
  assert.deepEqual(pieces, ['160', '160', '160']);
  assert.equal(buffer.waiting, false);
});

for (const [ptime, expected] of [
  [10, ['80', '80']],
  [20, ['160', '160']],
  [30, ['160', '80', '160', '80']],
  [60, ['160', '160', '160', '160', '160', '160']],
] as const)
  test(`packets of ${ptime} ms come out in pieces of at most 20`, () => {
    const { push, pieces, audio } = setUp();
    const length = ptime * 8;
    for (const n of [1, 2]) push(n, { length, timestamp: n * length });
    assert.deepEqual(pieces, expected);
    assert.deepEqual(Uint8Array.from(audio), marks(2 * length, length));
  });

test('packets that swapped places come out in order, doubled ones once', () => {
  const { push, audio, buffer } = setUp();
  for (const n of [1, 3, 3, 2, 2, 4]) push(n);
  assert.deepEqual(Uint8Array.from(audio), marks(640, 160));
  assert.equal(buffer.duplicates, 2, 'one while it was held, one after it was released');
  assert.equal(buffer.late, 0);
});

test('a missing packet is waited for, then it is a gap of its length and comes too late', () => {
  const { push, pieces, buffer } = setUp();
  push(1, { at: 20 });
  push(3, { at: 60 });
  push(4, { at: 80 });
  buffer.elapse(60 + PATIENCE_MILLIS - 1);
  assert.deepEqual(pieces, ['160']);
  buffer.elapse(60 + PATIENCE_MILLIS);
  assert.deepEqual(pieces, ['160', '[loss 160]', '160', '160']);
  push(2, { at: 270 });
  assert.equal(buffer.late, 1);
  assert.equal(pieces.length, 4);
});

test('a pause in the timestamps without a missing number is no loss', () => {
  const { push, pieces } = setUp();
  push(1, { at: 0 });
  push(2, { at: 3000, timestamp: 160 + 24_000 });
  assert.deepEqual(pieces, ['160', '[dtx 23840]', '160']);
});

test('loss inside a pause: only the packets that are missing are lost', () => {
  const { push, pieces, buffer } = setUp();
  push(1, { at: 0 });
  push(3, { at: 1000, timestamp: 160 + 8000 });
  buffer.flush();
  assert.deepEqual(pieces, ['160', '[loss 160]', '[dtx 7680]', '160']);
});

test('a key holds its place in the sequence and has no time of its own', () => {
  const { push, pieces, buffer } = setUp();
  push(1);
  push(2, { length: 0, timestamp: 320 });
  push(3, { length: 0, timestamp: 320 });
  push(4, { timestamp: 640 });
  assert.deepEqual(pieces, ['160', '[dtx 320]', '160']);
  assert.equal(buffer.waiting, false);
});

test('timestamps across their wrap are contiguous', () => {
  const { push, pieces } = setUp();
  push(1, { timestamp: 0xffffffff - 159 });
  push(2, { timestamp: 0 });
  assert.deepEqual(pieces, ['160', '160']);
});

test('a timestamp that jumps far ahead or back is a new timeline, its gap what the wall clock says', () => {
  const { push, pieces } = setUp();
  push(1, { at: 0 });
  push(2, { at: 20, timestamp: 900_000_000 });
  push(3, { at: 40, timestamp: 5 });
  push(4, { at: 1040, timestamp: 4_000_000_000 });
  assert.deepEqual(pieces, ['160', '160', '160', '[dtx 7840]', '160']);
});

test('a burst of loss longer than the ring is one gap, what comes then is heard', () => {
  const { push, pieces, buffer } = setUp();
  push(1);
  push(101);
  for (let n = 102; n < 140; n++) push(n);
  buffer.flush();
  assert.equal(pieces[1], `[loss ${99 * 160}]`);
  assert.equal(pieces.length, 2 + 39);
});

test('after a stall a burst that came at once is whole', () => {
  const { push, pieces } = setUp();
  push(1, { at: 20 });
  for (let n = 2; n < 152; n++) push(n, { at: 3020 });
  assert.deepEqual(pieces, new Array(151).fill('160'));
});

test('every packet that comes within 200 ms of its neighbours is in the output, whatever the order (seed 7)', () => {
  const random = seeded(7);
  for (const ptime of [10, 20, 30, 60]) {
    const { push, audio, buffer } = setUp();
    const length = ptime * 8;
    const arrivals = Array.from({ length: 400 }, (_, i) => ({ n: i + 1, at: i * ptime + random() * 180 }));
    // The first one in time sets the beginning.
    arrivals[0].at = 0;
    for (const { n, at } of arrivals.sort((a, b) => a.at - b.at)) {
      buffer.elapse(at);
      push(n, { at, length, timestamp: n * length });
    }
    buffer.flush();
    assert.deepEqual(Uint8Array.from(audio), marks(400 * length, length), `ptime ${ptime}`);
  }
});

test('a clock that runs 2 % fast or slow costs nothing and inserts nothing', () => {
  for (const skew of [0.98, 1.02]) {
    const { push, pieces } = setUp();
    for (let n = 1; n <= 3000; n++) push(n, { at: n * 20 * skew });
    assert.deepEqual(pieces, new Array(3000).fill('160'));
  }
});

test('time before a resume is no gap', () => {
  const { push, pieces, buffer } = setUp();
  push(1, { at: 0 });
  buffer.resume(10_000);
  push(502, { at: 10_020 });
  assert.deepEqual(pieces, ['160', '160']);
});

test('a sender of G.722 whose timestamps run at 16 kHz is heard without holes after a second', () => {
  const { push, pieces } = setUp();
  for (let n = 1; n <= 500; n++) push(n, { timestamp: n * 320 });
  const holes = pieces.filter(piece => piece.startsWith('['));
  assert.ok(holes.length <= 51, `${holes.length}`);
  assert.deepEqual(new Set(pieces.slice(110)), new Set(['160']));
});

test('a pause that comes in a burst behind a stall is as long as it was, and one after an hour by a clock 300 ppm too fast', () => {
  const { push, pieces } = setUp();
  for (let n = 1; n <= 10; n++) push(n);
  for (let n = 11; n <= 250; n++) push(n, { at: 5000, timestamp: (n < 200 ? n : n + 100) * 160 });
  assert.deepEqual(
    pieces.filter(piece => piece !== '160'),
    ['[dtx 16000]'],
  );
  const hour = setUp();
  for (let n = 1; n <= 180_000; n++) hour.push(n, { at: n * 20 * (1 - 3e-4) });
  hour.push(180_001, { at: 180_051 * 20 * (1 - 3e-4), timestamp: 180_051 * 160 });
  const [pause, ...more] = hour.pieces.filter(piece => piece !== '160');
  assert.deepEqual(more, []);
  assert.ok(Math.abs(Number(pause.match(/dtx (\d+)/)?.[1]) - 8000) <= 160, pause);
});
