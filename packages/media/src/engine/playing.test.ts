import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clip, Lab, marks, tone } from '../../test/lab.ts';
import { transcodingTable } from '../codec/g711.ts';

const SILENT = new Array(160).fill(0xff);

/** All that the phone heard, silence at both ends cut off. */
function spoken(lab: Lab): number[] {
  const bytes = lab.heard().flatMap(packet => [...packet.payload]);
  const first = bytes.findIndex(byte => byte !== 0xff);
  return first < 0 ? [] : bytes.slice(first, bytes.findLastIndex(byte => byte !== 0xff) + 1);
}

test('an idle session sends silence, one packet a tick, numbered and stamped in order', async () => {
  const lab = await Lab.started();
  lab.tick(50);
  const heard = lab.heard();
  assert.equal(heard.length, 50);
  heard.forEach((packet, i) => {
    assert.deepEqual([...packet.payload], SILENT);
    assert.equal(packet.sequence, (heard[0].sequence + i) & 0xffff);
    assert.equal(packet.timestamp, (heard[0].timestamp + i * 160) >>> 0);
    assert.equal(packet.ssrc, heard[0].ssrc);
    assert.equal(packet.marker, false);
  });
});

test('silence may be sent sparingly: stamps go on, numbers do not jump, the next word is marked', async () => {
  const lab = await Lab.started({}, { silenceEveryMillis: 1000 });
  lab.do({ do: 'add clip', clip: 1, audio: clip(marks(320)) });
  lab.play(1);
  lab.tick(302);
  const heard = lab.heard();
  assert.equal(heard.length, 2 + 10 + 6, 'the clip, 200 ms behind it, then one a second');
  lab.play(1);
  lab.tick();
  const next = lab.heard().at(-1);
  assert.ok(next?.marker);
  assert.equal((next.timestamp - heard[0].timestamp) >>> 0, 302 * 160);
  assert.equal((next.sequence - heard[0].sequence) & 0xffff, heard.length);
});

test('a clip is heard byte by byte, marked where it begins, told when it is over', async () => {
  const lab = await Lab.started();
  const bytes = marks(1000);
  lab.do({ do: 'add clip', clip: 7, audio: clip(bytes) });
  lab.tick(3);
  lab.play(7);
  lab.tick(10);
  assert.deepEqual(Uint8Array.from(spoken(lab)), bytes);
  assert.deepEqual(
    lab.heard().map(packet => packet.marker),
    [false, false, false, true, ...new Array(9).fill(false)],
  );
  assert.deepEqual(lab.of('played'), [{ on: 'played', session: 1, id: 1, endedBy: 'end', at: 200 }]);
});

test('sources follow each other without a gap, a silence between them is as long as it says', async () => {
  const lab = await Lab.started();
  const [one, two] = [marks(250), marks(333, 100)];
  lab.do({ do: 'add clip', clip: 1, audio: clip(one) });
  lab.do({ do: 'add clip', clip: 2, audio: clip(two) });
  lab.do({
    do: 'play',
    session: 1,
    id: 1,
    bargeIn: '',
    keysSeen: 0,
    sources: [
      { kind: 'clip', clip: 1 },
      { kind: 'clip', clip: 2 },
      { kind: 'silence', millis: 35 },
      { kind: 'clip', clip: 1 },
    ],
  });
  lab.tick(20);
  assert.deepEqual(spoken(lab), [...one, ...two, ...new Array(280).fill(0xff), ...one]);
});

test('plays that were asked for together run one after the other, in one breath', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(marks(200)) });
  lab.play(1, { id: 1 });
  lab.play(1, { id: 2 });
  lab.tick(4);
  assert.deepEqual(spoken(lab), [...marks(200), ...marks(200)]);
  assert.deepEqual(
    lab.of('played').map(({ id, endedBy }) => [id, endedBy]),
    [
      [1, 'end'],
      [2, 'end'],
    ],
  );
});

test('a barge-in key ends it in the moment it comes, before the next packet', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(5000)) });
  lab.play(1, { bargeIn: '1#' });
  lab.tick(10);
  const before = lab.heard().length;
  lab.press(2);
  assert.equal(lab.of('played').length, 0, 'a key that may not barge in does not');
  lab.press(1);
  assert.deepEqual(lab.events.slice(-2), [
    { on: 'key', session: 1, key: '1', at: 360 },
    { on: 'played', session: 1, id: 1, endedBy: 'key', at: 360 },
  ]);
  const after = lab.heard().slice(before + 7);
  assert.ok(after.length === 7 && after.every(packet => packet.payload.every(byte => byte === 0xff)));
});

test('type-ahead: a play does not begin when a barge-in key came that the main thread had not heard of', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(500)) });
  lab.press(5);
  lab.press(1);
  lab.play(1, { id: 1, bargeIn: '1', keysSeen: 1 });
  assert.equal(lab.of('played')[0].endedBy, 'key');
  lab.play(1, { id: 2, bargeIn: '1', keysSeen: 2 });
  lab.play(1, { id: 3, bargeIn: '9', keysSeen: 0 });
  lab.tick(60);
  assert.deepEqual(
    lab.of('played').map(({ id, endedBy }) => [id, endedBy]),
    [
      [1, 'key'],
      [2, 'end'],
      [3, 'end'],
    ],
  );
});

test('a barge-in key also ends the plays behind it that were sent before anybody knew of it', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(500)) });
  lab.play(1, { id: 1, bargeIn: '#' });
  lab.play(1, { id: 2, bargeIn: '#' });
  lab.tick();
  lab.press(11);
  assert.deepEqual(
    lab.of('played').map(({ id, endedBy }) => [id, endedBy]),
    [
      [1, 'key'],
      [2, 'key'],
    ],
  );
});

test('stop ends what is under way or waits, and nothing else', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(200)) });
  for (const id of [1, 2, 3]) lab.play(1, { id });
  lab.tick();
  for (const id of [2, 1, 99]) lab.do({ do: 'stop', session: 1, id });
  lab.tick(12);
  assert.deepEqual(
    lab.of('played').map(({ id, endedBy }) => [id, endedBy]),
    [
      [2, 'stopped'],
      [1, 'stopped'],
      [3, 'end'],
    ],
  );
});

test('commands beyond what may wait are refused at once', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(20)) });
  for (let id = 1; id <= 100; id++) lab.play(1, { id });
  assert.equal(lab.of('played').filter(({ endedBy }) => endedBy === 'stopped').length, 100 - 33);
});

test('a clip that is not there is left out and named in the log; it holds up nothing', async () => {
  const lab = await Lab.started();
  lab.play(404);
  lab.tick();
  assert.equal(lab.of('played')[0].endedBy, 'end');
  assert.ok(lab.log.lines.some(line => line.event === 'clips to play are missing'));
});

test('a clip that is dropped while it plays is played to the end', async () => {
  const lab = await Lab.started();
  lab.do({ do: 'add clip', clip: 1, audio: clip(marks(800)) });
  lab.play(1);
  lab.tick();
  lab.do({ do: 'drop clip', clip: 1 });
  lab.tick(9);
  assert.deepEqual(Uint8Array.from(spoken(lab)), marks(800));
});

test('nothing begins before the session is started', async () => {
  const lab = new Lab();
  await lab.open(1);
  lab.play(404);
  lab.tick(5);
  assert.equal(lab.of('played').length + lab.heard().length, 0);
  lab.start();
  lab.tick();
  assert.equal(lab.of('played').length, 1);
});

test("the caller's own message is played back, in the law of the call", async () => {
  for (const codec of ['PCMU', 'PCMA'] as const) {
    const lab = await Lab.started({ codec, payloadType: codec === 'PCMU' ? 0 : 8 });
    const sink = lab.recorder.open({ draft: 'd', take: 1 }, 'PCMU', () => {});
    const bytes = marks(500).map(byte => byte & 0x7f);
    sink.audio(bytes, 0, bytes.length, true);
    lab.do({
      do: 'play',
      session: 1,
      id: 1,
      sources: [{ kind: 'takes', draft: 'd', takes: [1] }],
      bargeIn: '',
      keysSeen: 0,
    });
    lab.tick(6);
    const expected = codec === 'PCMU' ? bytes : bytes.map(byte => transcodingTable('PCMU')[byte]);
    const heard = lab.heard().flatMap(packet => [...packet.payload]);
    assert.deepEqual(Uint8Array.from(heard.slice(0, 500)), expected);
    assert.equal(lab.of('played').length, 1);
  }
});

test('a message that is slow to read is heard with pauses; one that never comes ends after 5 seconds', async () => {
  let asked = 0;
  let closed = 0;
  const source = (always: number) => ({
    codec: 'PCMU' as const,
    pause: () => 0,
    next: (into: Uint8Array, offset: number, length: number) => {
      asked += 1;
      if (always === 0 || asked % 2 === 0) return 0;
      if (asked > 10) return -1;
      into.fill(1, offset, offset + length);
      return length;
    },
    close: () => {
      closed += 1;
    },
  });
  const playing = async (always: number) => {
    asked = 0;
    const lab = await Lab.started({}, { recorder: { open: () => assert.fail(), play: () => source(always) } });
    lab.do({
      do: 'play',
      session: 1,
      id: 1,
      sources: [{ kind: 'takes', draft: 'd', takes: [1] }],
      bargeIn: '',
      keysSeen: 0,
    });
    return lab;
  };
  const slow = await playing(1);
  slow.tick(20);
  assert.deepEqual(
    slow
      .heard()
      .map(packet => packet.payload[0])
      .slice(0, 4),
    [1, 0xff, 1, 0xff],
  );
  assert.equal(slow.of('played').length, 1);
  const never = await playing(0);
  never.tick(250);
  assert.equal(never.of('played').length, 0);
  never.tick(2);
  assert.equal(never.of('played').length, 1);
  assert.ok(closed >= 2);
});
