import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clip, HERE, Lab, noise, PHONE, read, rtp, SETTINGS, silence, tone } from '../../test/lab.ts';
import { linearTable } from '../codec/g711.ts';
import { transcoderOf } from '../codec/transcoder.ts';
import type { CodecName, SessionSettings } from '../sdp/settings.ts';
import type { MediaCommand } from '../worker/protocol.ts';

const ALL_KEYS = '0123456789*#ABCD';
const FRAME = 160;

/** A phone of its own for a session of the lab's engine. */
class Handset {
  readonly session: number;
  readonly #lab: Lab;
  readonly #port: number;
  readonly #from: { readonly address: string; readonly port: number };
  #sequence = 1;
  #timestamp: number;

  private constructor(lab: Lab, session: number, port: number) {
    this.#lab = lab;
    this.session = session;
    this.#port = port;
    this.#from = { address: PHONE.address, port: PHONE.port + 10 * session };
    this.#timestamp = session * 1e6;
  }

  static async of(lab: Lab, session: number, settings: Partial<SessionSettings> = {}): Promise<Handset> {
    await lab.open(session);
    const handset = new Handset(lab, session, lab.port);
    handset.agree(settings);
    return handset;
  }

  agree(settings: Partial<SessionSettings> = {}): void {
    const { session } = this;
    const remoteRtcp = { ...this.#from, port: this.#from.port + 1 };
    this.#lab.do({ do: 'start', session, settings: { ...SETTINGS, remote: this.#from, remoteRtcp, ...settings } });
  }

  /** One packet; time does not pass. `unread`: it stays in the socket until that is drained. */
  say(payload: Uint8Array, { lost = false, unread = false, payloadType = 0, ssrc = this.session } = {}): void {
    const datagram = {
      bytes: rtp(payload, { sequence: this.#sequence++, timestamp: this.#timestamp, payloadType, ssrc }),
    };
    if (payloadType !== 101) this.#timestamp += payload.length;
    const whole = { ...datagram, from: this.#from, to: { address: HERE, port: this.#port } };
    if (unread) this.#lab.network.unread.push(whole);
    else if (!lost) this.#lab.network.deliver(whole);
  }

  /** All packets that came to this phone. */
  packets() {
    return this.#lab.network.undelivered
      .filter(({ to }) => to.port === this.#from.port)
      .map(({ bytes }) => read(bytes));
  }

  /** Every octet that was heard; packets of keys left out. */
  heard(): Uint8Array {
    const audio = this.packets().filter(({ payloadType }) => payloadType !== 101);
    return Uint8Array.from(audio.flatMap(({ payload }) => [...payload]));
  }
}

function bridge(lab: Lab, changes: Partial<Extract<MediaCommand, { do: 'bridge' }>> = {}): void {
  lab.do({ do: 'bridge', session: 1, id: 7, other: 2, relay: ALL_KEYS, relayBack: ALL_KEYS, ...changes });
}

async function pair(first: Partial<SessionSettings> = {}, second: Partial<SessionSettings> = {}) {
  const lab = new Lab();
  const ann = await Handset.of(lab, 1, first);
  const bob = await Handset.of(lab, 2, second);
  bridge(lab);
  return { lab, ann, bob };
}

/** Where `part` lies in `whole`; -1 when nowhere. */
function placeOf(part: Uint8Array, whole: Uint8Array): number {
  return Buffer.from(whole).indexOf(Buffer.from(part));
}

/** Both say something in packets of 20 ms, while time passes. */
function talk(lab: Lab, ...said: readonly (readonly [Handset, Uint8Array])[]): void {
  const longest = Math.max(...said.map(([, bytes]) => bytes.length));
  for (let at = 0; at < longest; at += FRAME) {
    for (const [who, bytes] of said) if (at < bytes.length) who.say(bytes.subarray(at, at + FRAME));
    lab.tick();
  }
}

test('who is in a bridge is heard in every frame, not only when all sockets of the thread have had their turn', async () => {
  const { lab, ann, bob } = await pair();
  const said = tone(60, { hertz: 700 });
  for (let at = 0; at < said.length; at += FRAME) {
    ann.say(said.subarray(at, at + FRAME), { unread: true });
    lab.tick();
  }
  lab.tick(3);
  assert.ok(placeOf(said, bob.heard()) >= 0);
});

test('each hears what the other says, octet for octet, within 40 ms', async () => {
  const { lab, ann, bob } = await pair();
  const [anns, bobs] = [tone(400, { hertz: 700 }), tone(400, { hertz: 1900 })];
  talk(lab, [ann, anns], [bob, bobs]);
  lab.tick(3);
  for (const [listener, words] of [
    [bob, anns],
    [ann, bobs],
  ] as const) {
    const at = placeOf(words, listener.heard());
    assert.ok(at >= 0 && at <= 320, `session ${listener.session} heard it at octet ${at}`);
  }
});

test('packets of 10 to 60 ms go through at the same delay', async () => {
  for (const millis of [10, 30, 40, 60]) {
    const { lab, ann, bob } = await pair();
    const words = noise(1200, -20, 3);
    let sent = 0;
    for (let now = 0; now <= 1200 + 60; now += 10) {
      lab.clock.advance(10);
      for (; sent + millis <= now && sent < 1200; sent += millis)
        ann.say(words.subarray(sent * 8, (sent + millis) * 8));
      if (now % 20 === 0) lab.engine.tick();
    }
    const end = words.subarray(-4 * FRAME);
    const at = placeOf(end, bob.heard());
    // The last octet was said at 1200 ms, and is behind everything else.
    const delay = (at + end.length) / 8 - 1200;
    assert.ok(at >= 0 && delay >= 0 && delay <= 60, `packets of ${millis} ms: ${at < 0 ? 'not heard' : `${delay} ms`}`);
  }
});

test('a missing packet keeps nobody waiting, and is no silence', async () => {
  const { lab, ann, bob } = await pair();
  const words = tone(400);
  for (let at = 0; at < words.length; at += FRAME) {
    ann.say(words.subarray(at, at + FRAME), { lost: at === 10 * FRAME });
    lab.tick();
  }
  const heard = bob.heard();
  assert.deepEqual(heard.subarray(9 * FRAME, 10 * FRAME), words.subarray(9 * FRAME, 10 * FRAME));
  assert.notDeepEqual(heard.subarray(10 * FRAME, 11 * FRAME), silence(20));
  assert.deepEqual(heard.subarray(11 * FRAME, 20 * FRAME), words.subarray(11 * FRAME));
});

for (const [from, to] of [
  ['PCMU', 'PCMA'],
  ['PCMA', 'PCMU'],
  ['G722', 'PCMA'],
] as readonly [CodecName, CodecName][])
  test(`${from} is heard as ${to}`, async () => {
    const { lab, ann, bob } = await pair({ codec: from }, { codec: to });
    const spoken = new Uint8Array(FRAME * 20);
    transcoderOf('PCMU', from)?.run(tone(400), 0, spoken.length, spoken, 0);
    const words = from === 'PCMU' ? tone(400) : spoken;
    talk(lab, [ann, words]);
    const expected = new Uint8Array(words.length);
    transcoderOf(from, to)?.run(words, 0, words.length, expected, 0);
    assert.deepEqual(bob.heard().subarray(0, expected.length), expected);
  });

test('a codec that changes in the middle is followed', async () => {
  const { lab, ann, bob } = await pair();
  talk(lab, [ann, tone(100)]);
  ann.agree({ codec: 'PCMA', payloadType: 8 });
  const words = tone(200, { hertz: 500, codec: 'PCMA' });
  for (let at = 0; at < words.length; at += FRAME) {
    ann.say(words.subarray(at, at + FRAME), { payloadType: 8 });
    lab.tick();
  }
  const expected = new Uint8Array(words.length);
  transcoderOf('PCMA', 'PCMU')?.run(words, 0, words.length, expected, 0);
  assert.ok(placeOf(expected, bob.heard()) >= 0);
});

const press = (code: number) => Uint8Array.of(code, 0x0a, 0, 160);

test('keys are sent on as keys and told to nobody; those that are kept are told', async () => {
  const { lab, ann, bob } = await pair();
  lab.do({ do: 'stop', session: 1, id: 7 });
  bridge(lab, { id: 8, relay: '123', relayBack: '' });
  ann.say(press(1), { payloadType: 101 });
  lab.tick(10);
  ann.say(press(10), { payloadType: 101 });
  bob.say(press(2), { payloadType: 101 });
  lab.tick(10);
  assert.deepEqual(
    lab.of('key').map(({ session, key }) => `${session}: ${key}`),
    ['1: *', '2: 2'],
  );
  const keys = bob.packets().filter(({ payloadType }) => payloadType === 101);
  assert.equal(keys.length, 7, 'a press with its ends');
  assert.ok(keys.every(({ payload }) => payload[0] === 1));
  assert.ok(ann.packets().every(({ payloadType }) => payloadType !== 101));
});

test('a key that the other side cannot take is told', async () => {
  const { lab, ann } = await pair({}, { telephoneEvent: undefined });
  ann.say(press(5), { payloadType: 101 });
  assert.deepEqual(
    lab.of('key').map(({ key }) => key),
    ['5'],
  );
});

test('who holds the call is not heard and hears nothing; afterwards all is as before', async () => {
  const { lab, ann, bob } = await pair();
  talk(lab, [ann, tone(100)]);
  ann.agree({ direction: 'inactive' });
  const [before, heardByAnn] = [bob.heard().length, ann.heard().length];
  talk(lab, [ann, tone(200, { hertz: 300 })], [bob, tone(200, { hertz: 1900 })]);
  assert.deepEqual(bob.heard().subarray(before + 4 * FRAME), silence(bob.heard().length / 8 - before / 8 - 80));
  assert.equal(ann.heard().length, heardByAnn);
  ann.agree();
  const [from, fromAnn] = [bob.heard().length, ann.heard().length];
  const words = [tone(200, { hertz: 700 }), tone(200, { hertz: 900 })];
  talk(lab, [ann, words[0]], [bob, words[1]]);
  lab.tick(3);
  assert.ok(placeOf(words[0], bob.heard().subarray(from)) >= 0);
  assert.ok(placeOf(words[1], ann.heard().subarray(fromAnn)) >= 0);
});

test('a bridge ends when it is stopped, or with either session; the other one goes on', async () => {
  const { lab, ann, bob } = await pair();
  bridge(lab, { id: 8 });
  bridge(lab, { id: 9, other: 1 });
  bridge(lab, { id: 10, other: 99 });
  assert.deepEqual(
    lab.of('parted').map(({ id, endedBy }) => `${id}: ${endedBy}`),
    ['8: refused', '9: refused', '10: gone'],
  );
  lab.do({ do: 'stop', session: 1, id: 7 });
  talk(lab, [ann, tone(100)]);
  assert.deepEqual(bob.heard(), silence(100));
  bridge(lab, { id: 11 });
  lab.do({ do: 'close', session: 2 });
  lab.tick(4);
  assert.deepEqual(
    lab
      .of('parted')
      .slice(3)
      .map(({ session, id, endedBy }) => `${session} ${id}: ${endedBy}`),
    ['1 7: stopped', '1 11: gone'],
  );
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(20)) });
  lab.play(1);
  lab.tick(2);
  assert.equal(lab.of('played')[0].endedBy, 'end');
});

/** The samples of two stretches, added and clipped, coded again. */
function sum(...parts: readonly Uint8Array[]): number[] {
  const table = linearTable('PCMU');
  return Array.from(parts[0], (_, i) =>
    Math.max(
      -32768,
      Math.min(
        32767,
        parts.reduce((all, part) => all + table[part[i]], 0),
      ),
    ),
  );
}

const samples = (bytes: Uint8Array) => Array.from(bytes, octet => linearTable('PCMU')[octet]);

/** How far two lists of samples differ at most, in relation to the steps of the mu-law there. */
function difference(one: readonly number[], other: readonly number[]): number {
  assert.equal(one.length, other.length);
  return Math.max(...one.map((sample, i) => Math.abs(sample - other[i]) / (64 + Math.abs(other[i]))));
}

test('a whisper is heard over the other one by one side alone, added and clipped', async () => {
  const { lab, ann, bob } = await pair();
  const [words, whisper] = [tone(200, { hertz: 700, decibels: -2 }), tone(200, { hertz: 900, decibels: -2 })];
  lab.do({ do: 'add clip', clip: 1, audio: clip(whisper) });
  lab.do({ do: 'play', session: 2, id: 3, sources: [{ kind: 'clip', clip: 1 }], bargeIn: '', keysSeen: 0, over: true });
  talk(lab, [ann, words], [bob, words]);
  assert.ok(difference(samples(bob.heard()), sum(words, whisper)) < 0.04);
  assert.deepEqual(ann.heard(), words);
  assert.deepEqual(
    lab.of('played').map(({ session, id, endedBy }) => `${session} ${id} ${endedBy}`),
    [],
  );
  lab.tick();
  assert.deepEqual(
    lab.of('played').map(({ session, id, endedBy }) => `${session} ${id} ${endedBy}`),
    ['2 3 end'],
  );
});

test('a prompt is laid over another one, and over nothing, as it is', async () => {
  const lab = await Lab.started();
  const [words, whisper] = [tone(100, { hertz: 700, decibels: -16 }), tone(200, { hertz: 900, decibels: -16 })];
  lab.do({ do: 'add clip', clip: 1, audio: clip(words) });
  lab.do({ do: 'add clip', clip: 2, audio: clip(whisper) });
  lab.play(1);
  lab.play(2, { id: 2, over: true });
  lab.tick(10);
  const heard = Uint8Array.from(lab.heard().flatMap(({ payload }) => [...payload]));
  assert.ok(difference(samples(heard.subarray(0, 800)), sum(words, whisper.subarray(0, 800))) < 0.04);
  assert.deepEqual(heard.subarray(800), whisper.subarray(800));
});

test('a play that is not laid over takes the line for itself, then the other one is heard where he is by then', async () => {
  const { lab, ann, bob } = await pair();
  lab.do({ do: 'add clip', clip: 1, audio: clip(tone(100, { hertz: 900 })) });
  lab.do({ do: 'play', session: 2, id: 3, sources: [{ kind: 'clip', clip: 1 }], bargeIn: '', keysSeen: 0 });
  const words = tone(200, { hertz: 700 });
  talk(lab, [ann, words]);
  assert.deepEqual(bob.heard().subarray(0, 800), tone(100, { hertz: 900 }));
  assert.deepEqual(bob.heard().subarray(800), words.subarray(800));
});

test('three hear the two others each, more are refused', async () => {
  const { lab, ann, bob } = await pair();
  const cid = await Handset.of(lab, 3);
  await Handset.of(lab, 4);
  bridge(lab, { id: 8, other: 3 });
  bridge(lab, { session: 2, id: 9, other: 3 });
  bridge(lab, { id: 10, other: 4 });
  assert.deepEqual(
    lab.of('parted').map(({ id, endedBy }) => `${id} ${endedBy}`),
    ['10 refused'],
  );
  const [a, b, c] = [700, 900, 1100].map(hertz => tone(200, { hertz, decibels: -16 }));
  talk(lab, [ann, a], [bob, b], [cid, c]);
  assert.ok(difference(samples(ann.heard()), sum(b, c)) < 0.04);
  assert.ok(difference(samples(bob.heard()), sum(a, c)) < 0.04);
  assert.ok(difference(samples(cid.heard()), sum(a, b)) < 0.04);
});

test('in a bridge one side is recorded by itself, or both as one sound; figures go on', async () => {
  for (const both of [false, true]) {
    const { lab, ann, bob } = await pair();
    lab.record({ both, endKeys: '' });
    const [anns, bobs] = [tone(400, { hertz: 700, decibels: -16 }), tone(400, { hertz: 900, decibels: -16 })];
    talk(lab, [ann, anns], [bob, bobs]);
    lab.do({ do: 'close', session: 1 });
    lab.tick(3);
    const recorded = lab.recorded().subarray(0, 3200);
    if (both) assert.ok(difference(samples(recorded), sum(anns, bobs)) < 0.04);
    else assert.deepEqual(recorded, anns);
    const [{ endedBy, millis, soundMillis }] = lab.of('recorded');
    assert.equal(endedBy, 'hang-up');
    // Both sides go by our clock, which ran on for two ticks; what ended in them was made up.
    assert.deepEqual([millis, soundMillis], both ? [460, 460] : [400, 400]);
    assert.equal(lab.of('closed')[0].statistics.packetsReceived, 20);
  }
});

test('music goes round without a gap until it is stopped; a loop of nothing ends', async () => {
  const lab = await Lab.started();
  const round = tone(50, { hertz: 440 });
  lab.do({ do: 'add clip', clip: 1, audio: clip(round) });
  lab.play(1, { loop: true });
  lab.tick(50);
  const heard = lab.heard().flatMap(({ payload }) => [...payload]);
  assert.deepEqual(heard, Array.from({ length: 20 }, () => [...round]).flat());
  assert.equal(lab.of('played').length, 0);
  lab.do({ do: 'stop', session: 1, id: 1 });
  lab.do({
    do: 'play',
    session: 1,
    id: 2,
    sources: [{ kind: 'silence', millis: 0 }],
    bargeIn: '',
    keysSeen: 0,
    loop: true,
  });
  lab.tick();
  assert.deepEqual(
    lab.of('played').map(({ id, endedBy }) => `${id} ${endedBy}`),
    ['1 stopped', '2 end'],
  );
});
