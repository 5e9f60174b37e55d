import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clip, HERE, Lab, marks, noise, PHONE, rtp, silence, tone } from '../../test/lab.ts';
import { decodeG711, transcodingTable } from '../codec/g711.ts';

for (const ptime of [10, 20, 30, 60])
  test(`what is said in packets of ${ptime} ms is recorded byte by byte`, async () => {
    const lab = await Lab.started();
    lab.record();
    const said = marks(60 * 8 * 20);
    lab.say(said, ptime);
    lab.do({ do: 'stop', session: 1, id: 1 });
    assert.deepEqual(lab.recorded(), said);
    assert.deepEqual(lab.recorder.take('d', 1)?.gaps, []);
    const [event] = lab.of('recorded');
    assert.deepEqual([event.endedBy, event.millis], ['stopped', 1200]);
  });

test('what waits behind a lost packet when it is stopped is part of it', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(400));
  lab.sequence += 1;
  lab.timestamp += 160;
  const last = tone(160, { hertz: 700 });
  lab.say(last);
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.equal(lab.of('recorded')[0].millis, 400 + 20 + 160);
  assert.deepEqual(lab.recorded().subarray(-last.length), last);
});

for (const end of [{ do: 'stop', session: 1, id: 1 } as const, { do: 'close', session: 1 } as const])
  test(`what has come but was not read yet is part of it (${end.do})`, async () => {
    const lab = await Lab.started();
    lab.record();
    const said = tone(20);
    lab.clock.advance(20);
    lab.network.unread.push({ bytes: rtp(said), from: PHONE, to: { address: HERE, port: lab.port } });
    lab.do(end);
    for (let ticks = 0; ticks < 3; ticks++) lab.engine.tick();
    assert.deepEqual(lab.recorded(), said);
  });

test('what is waited for is looked for in the socket before it is given up', async () => {
  const lab = await Lab.started();
  lab.record();
  const said = tone(60);
  const packet = (n: number) => rtp(said.subarray(n * 160, n * 160 + 160), { sequence: n, timestamp: n * 160 });
  lab.send(packet(0));
  lab.send(packet(2));
  lab.tick(5);
  lab.network.unread.push({ bytes: packet(1), from: PHONE, to: { address: HERE, port: lab.port } });
  lab.tick(20);
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(lab.recorded(), said);
});

test('it begins when the play before it is over, and what was said before is not in it', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(100)) });
  lab.play(1, { id: 1 });
  lab.record({ id: 2 });
  lab.say(silence(120));
  const said = tone(400);
  lab.say(said);
  lab.do({ do: 'stop', session: 1, id: 2 });
  assert.deepEqual(lab.recorded(), said);
});

test('an end key ends it at once; its tone is cut off and what was said before stays', async () => {
  const lab = await Lab.started();
  lab.record();
  const said = tone(1000);
  lab.say(said);
  // The gateway notices the key late: 40 ms of its tone came as audio before the event did.
  const start = lab.timestamp;
  lab.say(tone(40, { hertz: 1477 }));
  lab.send(
    rtp(Uint8Array.of(11, 10, 0, 160), { payloadType: 101, sequence: lab.sequence++, timestamp: start, marker: true }),
  );
  const [event] = lab.of('recorded');
  assert.deepEqual([event.endedBy, event.key, event.millis, event.soundMillis], ['key', '#', 1000, 1000]);
  assert.deepEqual(lab.recorded(), said);
  assert.equal(lab.of('key').length, 1);
});

test('an end key by SIP INFO cuts off as much as it was pressed', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(1000));
  lab.do({ do: 'press', session: 1, key: '#', millis: 160 });
  const [event] = lab.of('recorded');
  assert.deepEqual([event.endedBy, event.key, event.millis], ['key', '#', 840]);
});

test('other keys are events and do not end it', async () => {
  const lab = await Lab.started();
  lab.record({ endKeys: '#' });
  lab.say(tone(200));
  lab.press(1);
  lab.say(tone(200));
  assert.equal(lab.of('recorded').length, 0);
  assert.equal(lab.of('key')[0].key, '1');
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.equal(lab.of('recorded')[0].millis, 540, 'the press is time without audio');
  assert.deepEqual(lab.recorder.take('d', 1)?.gaps, [{ atMillis: 200, millis: 140, reason: 'dtx' }]);
});

test('an end key the main thread had not heard of ends it before it begins, unless that is ignored', async () => {
  const lab = await Lab.started();
  lab.press(11);
  lab.record({ id: 1, keysSeen: 0 });
  assert.deepEqual(lab.of('recorded')[0], {
    on: 'recorded',
    session: 1,
    id: 1,
    endedBy: 'key',
    key: '#',
    millis: 0,
    soundMillis: 0,
    at: 140,
  });
  assert.equal(lab.recorder.takes.size, 0);
  lab.record({ id: 2, keysSeen: Number.POSITIVE_INFINITY });
  lab.record({ id: 3, keysSeen: 1 });
  lab.say(tone(100));
  assert.equal(lab.of('recorded').length, 1);
});

test('silence ends it; the idle tail is cut off but for 300 ms', async () => {
  const lab = await Lab.started();
  lab.record({ idleMillis: 2000 });
  lab.say(tone(1000));
  lab.say(noise(1980, -60, 3));
  assert.equal(lab.of('recorded').length, 0);
  lab.say(noise(40, -60, 4));
  const [event] = lab.of('recorded');
  assert.deepEqual([event.endedBy, event.millis, event.soundMillis], ['silence', 1300, 1000]);
  assert.equal(lab.recorder.take('d', 1)?.keepMillis, 1300);
});

test('silence from the beginning ends it with nothing kept; clicks are not sound', async () => {
  const lab = await Lab.started();
  lab.record({ idleMillis: 2000 });
  for (let i = 0; i < 6; i++) {
    lab.say(silence(380));
    if (i < 5) lab.say(tone(20));
  }
  const [event] = lab.of('recorded');
  assert.deepEqual([event.endedBy, event.millis, event.soundMillis], ['silence', 0, 0]);
});

test('silence that is not sent at all ends it too', async () => {
  const lab = await Lab.started();
  lab.record({ idleMillis: 2000 });
  lab.say(tone(500));
  lab.tick(99);
  assert.equal(lab.of('recorded').length, 0);
  lab.tick(2);
  assert.deepEqual([lab.of('recorded')[0].endedBy, lab.of('recorded')[0].millis], ['silence', 500]);
});

test('words that come just before the silence is long enough keep it going', async () => {
  const lab = await Lab.started();
  lab.record({ idleMillis: 1000 });
  for (let i = 0; i < 10; i++) {
    lab.say(tone(100, { decibels: -38 }));
    lab.say(silence(900));
  }
  assert.equal(lab.of('recorded').length, 0);
});

test('it is never longer than its maximum, to the sample', async () => {
  const lab = await Lab.started();
  lab.record({ maxMillis: 1010 });
  const said = marks(8 * 2000);
  lab.say(said);
  const [event] = lab.of('recorded');
  assert.deepEqual([event.endedBy, event.millis], ['max', 1010]);
  assert.deepEqual(lab.recorded(), said.subarray(0, 8080));
  assert.ok(event.at <= 1060, 'and it ends when it is reached');
});

test('a caller who hangs up ends it; what is still on its way is in it', async () => {
  const lab = await Lab.started();
  lab.record();
  const said = marks(8 * 500);
  lab.say(said.subarray(0, 3840));
  lab.do({ do: 'close', session: 1 });
  lab.send(rtp(said.subarray(3840), { sequence: lab.sequence, timestamp: lab.timestamp }));
  lab.tick(3);
  const [recorded, closed] = lab.events.filter(({ on }) => on === 'recorded' || on === 'closed');
  assert.deepEqual([recorded.on, closed.on], ['recorded', 'closed']);
  assert.deepEqual([lab.of('recorded')[0].endedBy, lab.of('recorded')[0].millis], ['hang-up', 500]);
  assert.deepEqual(lab.recorded(), said);
});

test('a recorder that cannot take it ends it in the next tick', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(200));
  lab.recorder.take('d', 1)?.fail(new Error('disk full'));
  lab.tick();
  assert.equal(lab.of('recorded')[0].endedBy, 'failed');
  assert.equal(lab.of('recorded')[0].millis, 200);
});

test('a recorder that fails while it opens', async () => {
  const sink = { audio() {}, gap() {}, end() {} };
  const recorder = {
    open: (_take: unknown, _codec: unknown, onFailed: (error: Error) => void) => {
      onFailed(new Error('full'));
      return sink;
    },
    play: () => assert.fail(),
  };
  const lab = await Lab.started({}, { recorder });
  lab.record();
  lab.tick();
  assert.equal(lab.of('recorded')[0].endedBy, 'failed');
});

test('reordered, doubled and late packets: the recording is whole and in order', async () => {
  const lab = await Lab.started();
  lab.record();
  const said = marks(160 * 9);
  const packet = (i: number) =>
    rtp(said.subarray(i * 160, (i + 1) * 160), { sequence: 65_533 + i, timestamp: 0xffffff00 + i * 160 });
  for (const i of [0, 2, 1, 1, 3, 5, 5, 6, 4, 2, 8, 7]) {
    lab.send(packet(i));
    lab.tick();
  }
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(lab.recorded(), said);
  assert.deepEqual(lab.recorder.take('d', 1)?.gaps, []);
});

test('a lost packet is a gap of its length, told with its reason', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(100));
  lab.sequence += 3;
  lab.timestamp += 3 * 160;
  lab.tick(3);
  lab.say(tone(400));
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(lab.recorder.take('d', 1)?.gaps, [{ atMillis: 100, millis: 60, reason: 'loss' }]);
  assert.equal(lab.of('recorded')[0].millis, 560);
});

test('a pause before the first packet counts from the beginning of the recording, not before', async () => {
  const lab = await Lab.started();
  lab.say(tone(100));
  lab.tick(100);
  lab.record();
  lab.tick(50);
  lab.timestamp += 150 * 160;
  lab.say(tone(100));
  lab.do({ do: 'stop', session: 1, id: 1 });
  const millis = lab.of('recorded')[0].millis;
  assert.ok(Math.abs(millis - 1100) <= 20, `${millis}`);
});

test('a source that changes in the middle costs at most 100 ms', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(1000));
  for (let i = 0; i < 50; i++) {
    lab.clock.advance(20);
    lab.send(rtp(tone(20), { ssrc: 77, sequence: 9 + i, timestamp: 123 + i * 160 }));
    lab.engine.tick();
  }
  lab.do({ do: 'stop', session: 1, id: 1 });
  const millis = lab.of('recorded')[0].millis;
  assert.ok(millis >= 1980 && millis <= 2000, `${millis}`);
});

test('a flood of audio faster than time does not make a recording longer than the call', async () => {
  const lab = await Lab.started();
  lab.record({ maxMillis: 600_000 });
  for (let i = 0; i < 5000; i++) {
    lab.send(rtp(tone(20), { sequence: i, timestamp: i * 160 }));
    if (i % 100 === 99) lab.tick();
  }
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.ok(lab.of('recorded')[0].millis < 12_000, `${lab.of('recorded')[0].millis}`);
});

test('a codec that changes in the middle: the take stays in its own', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(100));
  lab.start({ codec: 'PCMA', payloadType: 8 });
  const alaw = tone(20, { codec: 'PCMA' });
  lab.clock.advance(20);
  lab.send(rtp(alaw, { payloadType: 8, sequence: lab.sequence, timestamp: lab.timestamp }));
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(
    lab.recorded(),
    Uint8Array.from([...tone(100), ...alaw.map(byte => transcodingTable('PCMA')[byte])]),
  );
});

for (const [from, to] of [
  ['PCMU', 'PCMA'],
  ['PCMA', 'PCMU'],
] as const)
  test(`what is still on its way in ${from} when ${to} is agreed on is part of the recording`, async () => {
    const types = { PCMU: 0, PCMA: 8 };
    const lab = await Lab.started({ codec: from, payloadType: types[from] });
    lab.record();
    const said = tone(200, { codec: from });
    for (let at = 0; at < said.length; at += 160) {
      // Five packets are under way.
      if (at === 800) lab.start({ codec: to, payloadType: types[to] });
      lab.clock.advance(20);
      lab.send(
        rtp(said.subarray(at, at + 160), {
          payloadType: types[from],
          sequence: lab.sequence++,
          timestamp: lab.timestamp + at,
        }),
      );
    }
    const next = tone(20, { codec: to });
    lab.clock.advance(20);
    lab.send(rtp(next, { payloadType: types[to], sequence: lab.sequence, timestamp: lab.timestamp + said.length }));
    lab.do({ do: 'stop', session: 1, id: 1 });
    const heard = lab.recorded();
    assert.equal(heard.length, 1760);
    const [octets, expected] = [new Int16Array(1600), new Int16Array(1600)];
    decodeG711(from, heard.subarray(0, 1600), octets);
    decodeG711(from, said, expected);
    // There and back through the other law.
    assert.ok(octets.every((sample, i) => Math.abs(sample - expected[i]) <= 16 + Math.abs(expected[i]) / 16));
  });

test('hold: time that is neither silence nor sound, and nothing of the music', async () => {
  for (const direction of ['inactive', 'sendonly', 'recvonly'] as const) {
    const lab = await Lab.started();
    lab.record({ idleMillis: 2000, maxMillis: 30_000 });
    lab.say(tone(1000));
    lab.start({ direction });
    lab.say(tone(4000, { hertz: 500 }));
    assert.equal(lab.of('recorded').length, 0, `${direction} is not idle`);
    lab.start({ direction: 'sendrecv' });
    lab.say(tone(1000));
    lab.do({ do: 'stop', session: 1, id: 1 });
    assert.deepEqual(lab.recorder.take('d', 1)?.gaps, [{ atMillis: 1000, millis: 4000, reason: 'hold' }]);
    assert.deepEqual([lab.of('recorded')[0].millis, lab.of('recorded')[0].soundMillis], [6000, 2000]);
  }
});

test('hold during which nothing is sent counts once', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(1000));
  lab.start({ direction: 'inactive' });
  lab.tick(200);
  lab.timestamp += 200 * 160;
  lab.start();
  lab.say(tone(1000));
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(lab.recorder.take('d', 1)?.gaps, [{ atMillis: 1000, millis: 4000, reason: 'hold' }]);
});

test('the maximum ends a recording on hold', async () => {
  const lab = await Lab.started();
  lab.record({ maxMillis: 3000 });
  lab.say(tone(1000));
  lab.start({ direction: 'inactive' });
  lab.tick(101);
  assert.deepEqual([lab.of('recorded')[0].endedBy, lab.of('recorded')[0].millis], ['max', 3000]);
});

test('who never wants to hear us is heard', async () => {
  const lab = await Lab.started({ direction: 'recvonly' });
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(100)) });
  lab.play(1, { id: 1 });
  lab.record({ id: 2 });
  lab.say(tone(1000));
  assert.equal(lab.heard().length, 0);
  lab.do({ do: 'stop', session: 1, id: 2 });
  assert.ok(lab.of('recorded')[0].millis >= 880);
});
