import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpPacket } from '../rtp/packet.ts';
import { KeyReceiver } from './key-receiver.ts';
import { KeySender, MOST_KEYS } from './key-sender.ts';
import { PressSources, SAME_PRESS_MILLIS } from './press-sources.ts';

test('what is sent is heard, each key once, in 160 ms a key', () => {
  const sender = new KeySender();
  const receiver = new KeyReceiver();
  assert.equal(sender.add('0123 456x789*#abcd'), 16);
  let heard = '';
  let ends = 0;
  let ticks = 0;
  for (let idle = 0; idle < 3; ticks++) {
    const packet = new RtpPacket();
    packet.bytes = new Uint8Array(4);
    packet.payloadLength = 4;
    if (!sender.tick(packet.bytes, 0, ticks * 160)) {
      idle += 1;
      continue;
    }
    idle = 0;
    packet.timestamp = sender.timestamp;
    packet.marker = sender.first;
    packet.arrival = ticks * 20;
    if (packet.bytes[1] & 0x80) ends += 1;
    heard += receiver.packet(packet) ?? '';
  }
  assert.equal(heard, '0123456789*#ABCD');
  assert.equal(ends, 48);
  assert.ok(ticks <= 16 * 8 + 3);
});

test('a press is five packets that grow and two more ends, all with one timestamp', () => {
  const sender = new KeySender();
  sender.add('#');
  const seen: string[] = [];
  const bytes = new Uint8Array(4);
  for (let tick = 0; tick < 10; tick++)
    if (sender.tick(bytes, 0, 1000 + tick * 160))
      seen.push(
        `${sender.timestamp} ${sender.first ? 'M ' : ''}${bytes[0]} ${bytes[1] & 0x80 ? 'E ' : ''}${(bytes[2] << 8) | bytes[3]}`,
      );
  assert.deepEqual(seen, [
    '1000 M 11 160',
    '1000 11 320',
    '1000 11 480',
    '1000 11 640',
    '1000 11 E 800',
    '1000 11 E 800',
    '1000 11 E 800',
  ]);
});

test('the queue has an end', () => {
  assert.equal(new KeySender().add('1'.repeat(10_000)), MOST_KEYS);
});

test('one press told by both ways counts once, whichever came first; two presses count twice', () => {
  for (const [first, second] of [
    ['event', 'info'],
    ['info', 'event'],
  ] as const) {
    const presses = new PressSources();
    const counted = [
      presses.isNew('1', first, 0),
      presses.isNew('1', second, 300),
      presses.isNew('1', first, 400),
      presses.isNew('1', second, 700),
    ];
    assert.deepEqual(counted, [true, false, true, false]);
    assert.deepEqual([presses.isNew('2', first, 800), presses.isNew('2', first, 900)], [true, true]);
    assert.deepEqual([presses.isNew('2', second, 1000), presses.isNew('2', second, 1100)], [false, false]);
  }
});

test('a report matches one press only: what comes a third time is another press', () => {
  const presses = new PressSources();
  assert.deepEqual(
    [presses.isNew('1', 'event', 0), presses.isNew('1', 'info', 100), presses.isNew('1', 'info', 300)],
    [true, false, true],
  );
});

test('a key that is held for five seconds, whose INFO comes when it is let go, is one press', () => {
  const presses = new PressSources();
  assert.equal(presses.isNew('7', 'event', 0), true);
  assert.equal(presses.isNew('7', 'info', 5400), false);
});

test('where a source misses a press, the other one counts it, and none is counted twice or not at all', () => {
  for (const missed of ['event', 'info'] as const) {
    const presses = new PressSources();
    let count = 0;
    for (const at of [0, 500, 1000, 1500])
      for (const source of ['event', 'info'] as const)
        if (!(at === 500 && source === missed) && presses.isNew('1', source, at + (source === 'info' ? 200 : 0)))
          count += 1;
    assert.equal(count, 4, `${missed} missed`);
  }
});

test('beyond the window it is another press', () => {
  const presses = new PressSources();
  presses.isNew('1', 'event', 0);
  assert.equal(presses.isNew('1', 'info', SAME_PRESS_MILLIS + 1), true);
});
