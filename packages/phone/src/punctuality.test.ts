import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Punctuality } from './punctuality.ts';
import { emptyHeader, type RtpHeader } from './rtp-header.ts';

const packet = (number: number, change: Partial<RtpHeader> = {}): RtpHeader => ({
  ...emptyHeader(),
  ssrc: 7,
  sequence: (65_500 + number) & 0xffff,
  timestamp: (0xffff_f000 + number * 160) >>> 0,
  ...change,
});

test('packets on time are not late, wherever the counters wrap; one that is late is so by its lateness', () => {
  const punctuality = new Punctuality();
  for (let i = 0; i < 200; i++) punctuality.packet(packet(i), 1000 + i * 20 + (i === 120 ? 7.6 : 0));
  assert.equal(punctuality.lateness.total, 200);
  assert.equal(punctuality.lateness.quantile(0.99), 0.25, 'a quarter of a millisecond is as exact as it gets');
  assert.ok(Math.abs(punctuality.lateness.max - 7.6) < 0.01);
  assert.equal(punctuality.lost, 0);
});

test('a first packet that is late makes nobody else early, and a clock that drifts is followed', () => {
  const punctuality = new Punctuality();
  for (let i = 0; i < 1000; i++) punctuality.packet(packet(i), (i === 0 ? 5 : 0) + i * 20.004);
  // One or two seconds of 4 us a packet.
  assert.ok(punctuality.lateness.max < 0.5, `${punctuality.lateness.max} ms`);
});

test('after a stall that the sender does not make up for, packets are on time again within two seconds', () => {
  const punctuality = new Punctuality();
  // Silence is sent sparsely: five packets a second.
  for (let i = 0; i < 50; i++) punctuality.packet(packet(i, { timestamp: i * 1600 }), i * 200 + (i < 25 ? 0 : 300));
  assert.ok(punctuality.lateness.shareAbove(1) <= 0.2, `${punctuality.lateness.shareAbove(1)} of the packets are late`);
  assert.equal(punctuality.lateness.max, 300);
});

test('what is lost is counted, what comes late or twice after all is not', () => {
  const punctuality = new Punctuality();
  for (const i of [0, 1, 4, 5, 3, 6]) punctuality.packet(packet(i), i * 20);
  assert.equal(punctuality.lost, 1);
});

test('another source begins a schedule of its own', () => {
  const punctuality = new Punctuality();
  for (let i = 0; i < 10; i++) punctuality.packet(packet(i), i * 20);
  for (let i = 0; i < 10; i++) punctuality.packet(packet(i, { ssrc: 8, timestamp: i * 160 }), 1000 + i * 20);
  assert.equal(punctuality.lateness.max, 0);
});
