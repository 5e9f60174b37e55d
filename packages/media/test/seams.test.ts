import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePcmu, encodePcmu } from '../src/codec/g711.ts';
import { G722Decoder, G722Encoder } from '../src/codec/g722.ts';
import { NarrowG722Encoder } from '../src/codec/g722-narrow.ts';
import { MemoryRecorder } from '../src/engine/memory-recorder.ts';
import type { SessionSettings } from '../src/sdp/settings.ts';
import type { ClipAudio } from '../src/worker/protocol.ts';
import { clip, Lab, read, SETTINGS, silence } from './lab.ts';
import { WIDE, WidePhone } from './wide-phone.ts';

const RATE = 16_000;

/** A voice: twenty harmonics of 120 Hz under two formants, in vowels of 150 ms without a pause. It begins within 20 ms, and ends in the middle of a vowel. */
function voice(millis: number, pitch = 120): Int16Array {
  const samples = new Float64Array((millis * RATE) / 1000);
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const vowel = Math.floor(i / (0.15 * RATE)) % 3;
    const formants = [
      [700, 1200],
      [300, 2300],
      [500, 900],
    ][vowel];
    phase += (2 * Math.PI * pitch * (1 + 0.1 * Math.sin(i / 4000))) / RATE;
    for (let n = 1; n <= 20; n++)
      samples[i] +=
        Math.sin(n * phase) * formants.reduce((sum, f) => sum + 1 / (1 + ((n * pitch - f) / 120) ** 2), 0.02);
  }
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return Int16Array.from(samples, (sample, i) => (sample / peak) * 10_000 * Math.min(1, i / 320));
}

function wideClip(samples: Int16Array): ClipAudio {
  const g722 = new SharedArrayBuffer(samples.length / 2);
  new G722Encoder().encode(samples, new Uint8Array(g722));
  return { ...clip(silence(samples.length / 16)), g722 };
}

const joined = (...parts: readonly Int16Array[]) => Int16Array.from(parts.flatMap(part => [...part]));

/** How far some sound is from what was meant, dB under the loudest of the latter: the worst millisecond of the rms of the difference. `late`: samples on the way. */
function worst(heard: Int16Array, meant: Int16Array, late: number): number {
  const loudest = meant.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  let most = 0;
  for (let at = 0; at + 16 <= meant.length && at + late + 16 <= heard.length; at += 16) {
    let sum = 0;
    for (let i = at; i < at + 16; i++) sum += (heard[i + late] - meant[i]) ** 2;
    most = Math.max(most, sum / 16);
  }
  return 10 * Math.log10(most / loudest ** 2);
}

/** Samples that an encoder and a decoder together are late; a clip goes through two of each. */
const ONCE = 22;
const TWICE = 2 * ONCE;
/** G.722 twice over is 25 dB away at worst, a hole of a millisecond between two clips 15; an encoder that is out of step is as far away as the voice is loud, for half a second. */
const FAITHFUL = -19;

test('a wideband caller hears what was spoken, in however many clips it is, behind silence and in one breath', async () => {
  const lab = await Lab.started(WIDE.G722);
  const phone = new WidePhone(lab, 'G722');
  const spoken = voice(1500);
  const cuts = [0, 510, 777, 1200, 1500].map(millis => millis * 16);
  const sources = cuts.slice(1).map((end, i) => {
    lab.do({ do: 'add clip', clip: i, audio: wideClip(spoken.subarray(cuts[i], end)) });
    return { kind: 'clip', clip: i } as const;
  });
  lab.tick(20);
  lab.do({ do: 'play', session: 1, id: 1, sources, bargeIn: '', keysSeen: 0 });
  lab.tick(77);
  const distance = worst(phone.heard().subarray(20 * 320), spoken.subarray(0, -TWICE), TWICE);
  assert.ok(distance < FAITHFUL, `${distance} dB`);
});

test('a wideband caller to whom silence is sent sparingly hears each prompt as it was spoken', async () => {
  const lab = await Lab.started(WIDE.G722, { silenceEveryMillis: 400 });
  const phone = new WidePhone(lab, 'G722');
  const spoken = voice(500);
  lab.do({ do: 'add clip', clip: 1, audio: wideClip(spoken) });
  for (const pause of [7, 20, 33, 95]) {
    lab.tick(pause);
    phone.heard();
    lab.network.undelivered.length = 0;
    lab.play(1);
    lab.tick(26);
    const distance = worst(phone.heard(), spoken.subarray(0, -TWICE), TWICE);
    assert.ok(distance < FAITHFUL, `${pause}: ${distance} dB`);
    lab.network.undelivered.length = 0;
    phone.say(new Int16Array(320 * 5));
  }
});

test('a wideband caller hears his message with what is missing of it as silence', async () => {
  const recorder = new MemoryRecorder();
  const lab = await Lab.started(WIDE.G722, { recorder });
  const phone = new WidePhone(lab, 'G722');
  const spoken = voice(800);
  const coded = new Uint8Array(spoken.length / 2);
  new G722Encoder().encode(spoken, coded);
  const sink = recorder.open({ draft: 'd', take: 1 }, 'G722', error => assert.fail(error));
  // In the middle of a vowel, and of a frame.
  sink.audio(coded, 0, 8 * 390, true);
  sink.gap(65, 'hold');
  sink.audio(coded, 8 * 390, 8 * 410, true);
  sink.end(865);
  lab.do({
    do: 'play',
    session: 1,
    id: 1,
    sources: [{ kind: 'takes', draft: 'd', takes: [1] }],
    bargeIn: '',
    keysSeen: 0,
  });
  lab.tick(45);
  const meant = joined(spoken.subarray(0, 16 * 390), new Int16Array(16 * 65), spoken.subarray(16 * 390, -TWICE));
  const heard = phone.heard();
  const distance = worst(heard, meant, TWICE);
  // Where the vowel is cut off, the filters ring for a millisecond.
  assert.ok(distance < FAITHFUL + 2, `${distance} dB`);
});

test('music goes round for a wideband caller as if it had no end', async () => {
  const lab = await Lab.started(WIDE.G722);
  const phone = new WidePhone(lab, 'G722');
  const music = Int16Array.from({ length: RATE / 2 }, (_, i) =>
    [200, 300, 550, 1100, 3100].reduce((sum, f) => sum + 2000 * Math.sin((2 * Math.PI * f * i) / RATE), 0),
  );
  lab.do({ do: 'add clip', clip: 1, audio: wideClip(music) });
  lab.play(1, { loop: true });
  lab.tick(101);
  const round = new Int16Array(music.length);
  new G722Decoder().decode(new Uint8Array(wideClip(music).g722 ?? assert.fail()), round);
  const heard = phone.heard();
  assert.ok(heard.every(sample => Math.abs(sample) < 12_000));
  // Three milliseconds in, as the clip has it: until then its encoder was not awake yet.
  for (let from = 0; from < 4 * music.length; from += music.length) {
    const distance = worst(heard.subarray(from + 64), round.subarray(64), ONCE);
    assert.ok(distance < FAITHFUL, `${from}: ${distance} dB`);
  }
});

test('a key cuts a prompt short in the middle of a vowel, and the next one is heard as it was spoken', async () => {
  const lab = await Lab.started(WIDE.G722);
  const phone = new WidePhone(lab, 'G722');
  const other = voice(400, 190);
  lab.do({ do: 'add clip', clip: 1, audio: wideClip(voice(1000)) });
  lab.do({ do: 'add clip', clip: 2, audio: wideClip(other) });
  for (const gap of [0, 1, 3, 30]) {
    phone.heard();
    lab.network.undelivered.length = 0;
    lab.play(1, { bargeIn: '5' });
    lab.tick(17);
    lab.do({ do: 'press', session: 1, key: '5', millis: 100 });
    lab.tick(gap);
    lab.play(2, { id: 2 });
    lab.tick(21);
    const heard = phone.heard().subarray((17 + gap) * 320);
    const distance = worst(heard, other.subarray(0, -TWICE), TWICE);
    assert.ok(distance < FAITHFUL, `${gap}: ${distance} dB`);
    lab.network.undelivered.length = 0;
    lab.tick(40);
  }
});

/** Somebody else, with whom the phone of session 1 is joined. */
const OTHER = { address: '127.0.0.8', port: 6000 };

async function joinedLab(first: Partial<SessionSettings>): Promise<Lab> {
  const lab = new Lab();
  await lab.open(2);
  await lab.open(1);
  lab.start(first);
  const remoteRtcp = { ...OTHER, port: OTHER.port + 1 };
  lab.do({ do: 'start', session: 2, settings: { ...SETTINGS, ...WIDE.G722, remote: OTHER, remoteRtcp } });
  lab.do({ do: 'bridge', session: 1, id: 7, other: 2, relay: '', relayBack: '' });
  return lab;
}

/** What the other one hears, a wideband caller too, from when the first word arrives. */
function heardThere(lab: Lab): Int16Array {
  const packets = lab.network.undelivered.filter(({ to }) => to.port === OTHER.port).map(({ bytes }) => read(bytes));
  const octets = Uint8Array.from(packets.flatMap(({ payload }) => [...payload]));
  const samples = new Int16Array(2 * octets.length);
  new G722Decoder().decode(octets, samples);
  return samples;
}

test('a whisper that begins and ends in the middle of a word leaves the rest of it as it was spoken', async () => {
  const lab = await joinedLab(WIDE.G722);
  const phone = new WidePhone(lab, 'G722');
  const [spoken, whisper] = [voice(1200), voice(300, 210).map(sample => sample / 3)];
  lab.do({ do: 'add clip', clip: 1, audio: wideClip(whisper) });
  const sources = [{ kind: 'clip', clip: 1 }] as const;
  phone.say(spoken.subarray(0, 400 * 16));
  lab.do({ do: 'play', session: 2, id: 3, sources, bargeIn: '', keysSeen: 0, over: true });
  phone.say(spoken.subarray(400 * 16));
  lab.tick(2);
  const expected = spoken.map((sample, i) => sample + (whisper[i - 400 * 16] ?? 0));
  const distance = worst(heardThere(lab), expected, TWICE);
  assert.ok(distance < FAITHFUL, `${distance} dB`);
});

test('a conversation with a caller who speaks Opus does not wait for a packet that is lost', async () => {
  const lab = await joinedLab(WIDE.opus);
  new WidePhone(lab, 'opus').say(voice(1200), packet => packet === 30);
  const heard = heardThere(lab);
  const silent = [...Array(55).keys()].filter(frame =>
    heard.subarray((frame + 3) * 320, (frame + 4) * 320).every(sample => Math.abs(sample) < 200),
  );
  assert.deepEqual(silent, []);
});

test('who speaks G.711 is heard by a wideband caller as he was spoken, once the quantiser is awake', async () => {
  const lab = await joinedLab({});
  const wide = new Uint8Array(4800);
  const narrow = Int16Array.from({ length: 4800 }, (_, i) => voiceAt(i));
  encodePcmu(narrow, wide);
  lab.say(wide);
  decodePcmu(wide, narrow);
  const octets = new Uint8Array(4800);
  new NarrowG722Encoder().encode(narrow, octets);
  const expected = new Int16Array(9600);
  new G722Decoder().decode(octets, expected);
  const distance = worst(heardThere(lab).subarray(320), expected.subarray(320, -640), ONCE);
  assert.ok(distance < FAITHFUL, `${distance} dB`);
});

/** A vowel of 8 kHz that never ends. */
function voiceAt(i: number): number {
  return 3000 * (Math.sin(i / 9) + Math.sin(i / 4.5 + 1) + 0.5 * Math.sin(i / 1.5));
}

test('a recording that begins in the middle of a word begins with it, and goes on octet for octet behind a pause', async () => {
  const lab = await Lab.started(WIDE.G722);
  const phone = new WidePhone(lab, 'G722');
  const spoken = voice(1600);
  const pause = new Int16Array(300 * 16);
  for (const cut of [600, 660, 720, 900].map(millis => millis * 16)) {
    phone.say(spoken.subarray(0, cut));
    lab.record();
    phone.say(spoken.subarray(cut));
    phone.say(pause);
    const behind = phone.packets(spoken);
    for (const packet of behind) {
      lab.clock.advance(20);
      lab.send(packet);
    }
    lab.do({ do: 'stop', session: 1, id: 1 });
    const octets = lab.recorded();
    const recorded = new Int16Array(2 * octets.length);
    new G722Decoder().decode(octets, recorded);
    // The quantiser of the new encoder takes a millisecond to wake up in the middle of a word.
    const distance = worst(recorded.subarray(48), spoken.subarray(cut + 48, -640), TWICE);
    assert.ok(distance < FAITHFUL, `${cut}: ${distance} dB`);
    const sent = behind.flatMap(packet => [...read(packet).payload]);
    assert.deepEqual([...octets.subarray(-sent.length)], sent);
    phone.say(pause);
  }
});

test('what both sides say is recorded as it was spoken, whoever begins and ends', async () => {
  const lab = await joinedLab(WIDE.G722);
  const phone = new WidePhone(lab, 'G722');
  const [one, other] = [voice(600), voice(600, 190)];
  lab.do({ do: 'add clip', clip: 1, audio: wideClip(other) });
  lab.record({ both: true, endKeys: '' });
  phone.say(one);
  lab.play(1, { id: 9, over: true });
  phone.say(new Int16Array(300 * 16));
  phone.say(one);
  lab.do({ do: 'stop', session: 1, id: 1 });
  const recorded = new Int16Array(2 * lab.recorded().length);
  new G722Decoder().decode(lab.recorded(), recorded);
  const [pause, whole] = [new Int16Array(300 * 16), joined(one, new Int16Array(300 * 16), one)];
  const theirs = joined(new Int16Array(one.length), other, pause, pause);
  const expected = whole.map((sample, i) => sample + theirs[i]);
  const distance = worst(recorded, expected.subarray(0, 1000 * 16), TWICE);
  assert.ok(distance < FAITHFUL, `${distance} dB`);
});
