import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { marks } from '../../test/lab.ts';
import { Feed, MOST_WAITING } from './feed.ts';

const START = 0xffff_ff00;

/** Octet i of the source, as a packet from `from` on. */
function write(feed: Feed, from: number, length = 160): void {
  feed.write(marks(length, from), 0, length, (START + from) >>> 0);
}

/** What so many frames hold; 0 for each octet of a frame without anything. */
function read(feed: Feed, frames = 1): number[] {
  return Array.from({ length: frames }, () => (feed.read() ? [...feed.frame] : new Array(160).fill(0))).flat();
}

const said = (from: number, length: number) => [...marks(length, from)];

test('what is written is read as it was, in order, whatever the length of packets and wherever timestamps wrap', () => {
  for (const length of [80, 160, 240, 320, 480]) {
    const feed = new Feed('PCMU');
    const heard: number[] = [];
    let at = 0;
    // A packet comes when its last octet was said; what was said 20 ms ago is taken at every tick.
    for (let now = length; now < 9600; now += 80) {
      for (; at + length <= now; at += length) write(feed, at, length);
      if ((now - length) % 160 === 80) heard.push(...read(feed));
    }
    const from = heard.findIndex(
      (_, i) => i % 160 === 0 && heard[i] === heard[i + 251] && heard[i] + 1 === heard[i + 1],
    );
    assert.ok(from >= 0 && from < 640, `packets of ${length}`);
    assert.deepEqual(heard.slice(from), said(heard[from] - 1, heard.length - from), `packets of ${length}`);
    assert.equal(feed.late, 0);
    assert.ok(feed.madeUp < 160 && feed.waiting <= Math.max(MOST_WAITING, length));
  }
});

test('packets that overtake one another are put in order, doubled ones heard once', () => {
  const feed = new Feed('PCMU');
  write(feed, 0);
  assert.deepEqual(read(feed), said(0, 160));
  write(feed, 320);
  write(feed, 160);
  write(feed, 160);
  write(feed, 320);
  assert.deepEqual(read(feed, 2), said(160, 320));
  assert.equal(feed.waiting + feed.madeUp, 0);
});

test('a lost packet is made up by the one before, fainter, for 60 ms at most; what comes then is in its place', () => {
  const feed = new Feed('PCMU');
  write(feed, 0);
  const [first] = read(feed);
  const made = read(feed);
  assert.notEqual(made[0], 0);
  assert.notEqual(made[0], first);
  read(feed, 2);
  assert.deepEqual(read(feed), new Array(160).fill(0), 'the fourth one is silent');
  assert.equal(feed.madeUp, 480);
  // Four frames were lost, four ticks are over: no delay was added.
  write(feed, 5 * 160);
  assert.equal(feed.waiting, 160);
  assert.deepEqual(read(feed), said(800, 160));
});

test('a packet that comes after its frame was made up is heard all the same, a frame later', () => {
  const feed = new Feed('PCMU');
  write(feed, 0);
  read(feed, 2);
  write(feed, 160);
  write(feed, 320);
  assert.deepEqual(read(feed, 2), said(160, 320));
  assert.equal(feed.late, 0);
});

test('after the network stood still the newest 40 ms are heard', () => {
  const feed = new Feed('PCMU');
  write(feed, 0);
  read(feed, 20);
  for (let at = 160; at <= 20 * 160; at += 160) write(feed, at);
  assert.equal(feed.waiting, MOST_WAITING);
  assert.deepEqual(read(feed, 2), said(19 * 160, 320));
  assert.equal(feed.skipped, 18 * 160);
});

test('a pause of the sender is no delay, another timeline begins at once', () => {
  const feed = new Feed('PCMU');
  write(feed, 0);
  read(feed, 50);
  write(feed, 50 * 160);
  assert.deepEqual(read(feed), said(50 * 160, 160));
  for (const jump of [1e6, 3e6, 0]) {
    write(feed, jump);
    assert.deepEqual(read(feed), said(jump, 160), `from there to ${jump}`);
  }
});

test('another codec forgets what waits and what was', () => {
  const feed = new Feed('PCMU');
  write(feed, 0, 320);
  read(feed);
  feed.codec = 'PCMA';
  assert.deepEqual(read(feed), new Array(160).fill(0));
  write(feed, 960);
  assert.deepEqual(read(feed), said(960, 160));
});

test('whatever order, loss and delay do: never more than 40 ms wait, and nothing comes out of its order', () => {
  const seed = 7;
  const random = seeded(seed);
  for (let run = 0; run < 300; run++) {
    const feed = new Feed('PCMU');
    const onWay: { at: number; due: number }[] = [];
    let last = -1;
    for (let tick = 0; tick < 60; tick++) {
      if (random() > 0.1) onWay.push({ at: tick * 160, due: tick + Math.floor(random() * 6) });
      for (const packet of onWay.filter(({ due }) => due === tick)) {
        // Octets that say how far the packet lies in the call.
        feed.write(new Uint8Array(160).fill(100 + packet.at / 160), 0, 160, (START + packet.at) >>> 0);
        assert.ok(feed.waiting <= MOST_WAITING, `seed ${seed} run ${run}: ${feed.waiting} wait`);
      }
      const before = feed.madeUp;
      if (!feed.read() || feed.madeUp !== before) continue;
      assert.ok(
        feed.frame[0] - 100 > last,
        `seed ${seed} run ${run} tick ${tick}: ${feed.frame[0] - 100} after ${last}`,
      );
      last = feed.frame[0] - 100;
      assert.ok(feed.frame.every(octet => octet === feed.frame[0]));
      assert.ok(last <= tick);
    }
    assert.ok(last > 40, `seed ${seed} run ${run}: only up to ${last}`);
  }
});
