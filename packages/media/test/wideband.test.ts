import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { MPEGDecoder } from 'mpg123-decoder';
import { tonePower } from '../src/audio/goertzel.ts';
import { resample } from '../src/audio/resample.ts';
import { chord, findTones } from '../src/audio/tones.ts';
import { readWav, type Sound } from '../src/audio/wav-read.ts';
import { xTones } from '../src/audio/x-tones.ts';
import { G722Encoder } from '../src/codec/g722.ts';
import { createEncoder, type RecordingFormat } from '../src/encode/encoder.ts';
import type { RecordingPiece } from '../src/encode/track.ts';
import type { ClipAudio } from '../src/worker/protocol.ts';
import { clip, Lab, PHONE_RTCP, rtp, tone } from './lab.ts';
import { WIDE, WidePhone } from './wide-phone.ts';

const RATE = 16_000;
const CODECS = ['G722', 'opus'] as const;
const encoder = createEncoder();

/** Level of a tone in the middle half of some sound, dB under full scale. */
function levelOf({ samples, rate }: { samples: Int16Array | Float32Array; rate: number }, hertz: number): number {
  const [offset, length] = [samples.length >> 2, samples.length >> 1];
  return 10 * Math.log10(tonePower(samples, hertz, { rate, offset, length }) / 32767 ** 2);
}

async function message(lab: Lab, format: RecordingFormat): Promise<Sound> {
  const take = lab.recorder.take('d', 1);
  assert.ok(take);
  const pieces: RecordingPiece[] = [{ kind: 'audio', codec: take.codec, bytes: Uint8Array.from(take.bytes) }];
  const { bytes } = await encoder.encodeRecording({ pieces, format });
  if (format !== 'Mp3') return readWav(bytes);
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  const { channelData, sampleRate, errors } = decoder.decode(bytes);
  decoder.free();
  assert.deepEqual(errors, []);
  return { rate: sampleRate, samples: Int16Array.from(channelData[0], sample => sample * 32767) };
}

for (const codec of CODECS) {
  test(`what a caller with ${codec} says above 4 kHz is in the message, at its level`, async () => {
    const lab = await Lab.started(WIDE[codec]);
    const phone = new WidePhone(lab, codec);
    const sound = chord([1000, 5500], 1500, { rate: RATE, amplitude: 0.5 });
    lab.record();
    phone.say(sound);
    lab.do({ do: 'close', session: 1 });
    lab.tick(3);
    const [recorded] = lab.of('recorded');
    assert.ok(recorded.millis >= 1480, `${recorded.millis} ms`);
    assert.ok(recorded.soundMillis >= 1460, `${recorded.soundMillis} ms of it are sound`);
    assert.equal(lab.recorder.take('d', 1)?.codec, 'G722');
    for (const format of ['Mp3', 'Pcm', 'G711'] as const) {
      const heard = await message(lab, format);
      assert.equal(heard.rate, RATE, format);
      for (const hertz of [1000, 5500]) {
        const change = levelOf(heard, hertz) - levelOf({ samples: sound, rate: RATE }, hertz);
        assert.ok(Math.abs(change) <= 1.5, `${format}, ${hertz} Hz: ${change} dB`);
      }
    }
  });

  test(`a caller with ${codec} hears a wideband clip wide, and a narrow one`, async () => {
    const lab = await Lab.started(WIDE[codec]);
    const phone = new WidePhone(lab, codec);
    const sound = chord([1000, 5500], 1000, { rate: RATE, amplitude: 0.5 });
    lab.do({ do: 'add clip', clip: 1, audio: wideClip(sound) });
    lab.do({ do: 'add clip', clip: 2, audio: clip(tone(1000, { hertz: 700 })) });
    lab.play(1);
    lab.tick(51);
    assert.equal(lab.of('played').length, 1);
    const heard = { samples: phone.heard(), rate: RATE };
    for (const hertz of [1000, 5500])
      assert.ok(
        Math.abs(levelOf(heard, hertz) - 20 * Math.log10(0.25)) < 1.5,
        `${hertz} Hz: ${levelOf(heard, hertz)} dB`,
      );
    lab.network.undelivered.length = 0;
    lab.play(2, { id: 2 });
    lab.tick(50);
    assert.ok(Math.abs(levelOf({ samples: phone.heard(), rate: RATE }, 700) + 10) < 1.5);
  });

  test(`a caller with ${codec} hears a take of his own`, async () => {
    const lab = await Lab.started(WIDE[codec]);
    const phone = new WidePhone(lab, codec);
    lab.record();
    phone.say(chord([5500], 1000, { rate: RATE, amplitude: 0.25 }));
    lab.do({ do: 'stop', session: 1, id: 1 });
    lab.network.undelivered.length = 0;
    const sources = [{ kind: 'takes', draft: 'd', takes: [1] } as const];
    lab.do({ do: 'play', session: 1, id: 2, sources, bargeIn: '', keysSeen: 0 });
    lab.tick(50);
    const level = levelOf({ samples: phone.heard(), rate: RATE }, 5500);
    assert.ok(Math.abs(level + 12) < 1.5, `${level} dB`);
  });

  test(`the test language comes through ${codec}, both ways`, async () => {
    const items = [3, 42, 42, 119];
    const spoken = Int16Array.from(items.flatMap(item => [...xTones.chord(item, 200)]));
    const wide = resample(spoken, 8000, RATE);
    const lab = await Lab.started(WIDE[codec]);
    const phone = new WidePhone(lab, codec);
    lab.do({ do: 'add clip', clip: 1, audio: wideClip(wide) });
    lab.play(1);
    lab.tick(spoken.length / 160 + 1);
    const heard = xTones.decode(resample(phone.heard(), RATE, 8000));
    assert.deepEqual(
      heard.map(({ index }) => index),
      items,
    );
    lab.record({ id: 2 });
    phone.say(wide);
    lab.do({ do: 'stop', session: 1, id: 2 });
    const { samples, rate } = await message(lab, 'G711');
    assert.deepEqual(
      xTones.decode(resample(samples, rate, 8000)).map(({ index }) => index),
      items,
    );
  });

  test(`silence ends a recording of ${codec} as it does in G.711`, async () => {
    const lab = await Lab.started(WIDE[codec]);
    const phone = new WidePhone(lab, codec);
    const silence = new Int16Array(RATE * 3);
    lab.record({ idleMillis: 2000 });
    phone.say(chord([440], 1000, { rate: RATE, amplitude: 0.1 }));
    phone.say(silence);
    const [{ endedBy, millis, soundMillis }] = lab.of('recorded');
    assert.equal(endedBy, 'silence');
    assert.ok(Math.abs(millis - 1300) <= 40 && Math.abs(soundMillis - 1000) <= 40, `${millis}, ${soundMillis}`);
  });
}

function wideClip(wide: Int16Array): ClipAudio {
  const g722 = new SharedArrayBuffer(wide.length / 2);
  new G722Encoder().encode(wide, new Uint8Array(g722));
  return { ...clip(new Uint8Array(wide.length / 2).fill(0xff)), g722 };
}

/** Harmonics of a voice in syllables of 200 ms, which an encoder takes for speech. */
function syllables(millis: number): Int16Array {
  const hertz = Array.from({ length: 12 }, (_, i) => 150 * (i + 1));
  const sound = chord(hertz, millis, { rate: RATE, amplitude: 0.8 });
  return sound.map((sample, i) => sample * (0.55 + 0.45 * Math.sin((2 * Math.PI * i) / (0.2 * RATE))));
}

test('a lost Opus packet is mended by its copy, in the recording and on its timeline', async () => {
  const lab = await Lab.started(WIDE.opus);
  const phone = new WidePhone(lab, 'opus');
  lab.record();
  phone.say(syllables(4000), i => i > 10 && i % 10 === 5);
  lab.do({ do: 'stop', session: 1, id: 1 });
  const take = lab.recorder.take('d', 1);
  assert.equal(take?.keepMillis, 4000);
  assert.ok(take.gaps.length <= 4, `${take.gaps.length} of 19 are left`);
  assert.match(lab.engine.describe(1), new RegExp(`mended from copies ${19 - take.gaps.length} `));
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  assert.equal(lab.of('closed')[0].statistics.packetsLost, 19, 'they are counted as lost all the same');
});

test('two lost Opus packets are a gap of their length but for the one that has a copy', async () => {
  const lab = await Lab.started(WIDE.opus);
  const phone = new WidePhone(lab, 'opus');
  lab.record();
  phone.say(chord([300, 600], 1000, { rate: RATE }), i => i === 20 || i === 21);
  lab.tick(15);
  lab.do({ do: 'stop', session: 1, id: 1 });
  const gaps = lab.recorder.take('d', 1)?.gaps;
  assert.deepEqual(gaps, [{ atMillis: 400, millis: 40, reason: 'loss' }]);
  assert.equal(lab.of('recorded')[0].millis, 1000);
});

test('packets of Opus that swap places are put in order', async () => {
  const lab = await Lab.started(WIDE.opus);
  const phone = new WidePhone(lab, 'opus');
  lab.record();
  const packets = phone.packets(chord([440], 1000, { rate: RATE }));
  for (let i = 10; i + 1 < 40; i += 7) [packets[i], packets[i + 1]] = [packets[i + 1], packets[i]];
  for (const packet of packets) {
    lab.clock.advance(20);
    lab.send(packet);
    lab.engine.tick();
  }
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.equal(lab.of('recorded')[0].millis, 1000);
  const { samples } = await message(lab, 'Pcm');
  assert.equal(findTones(samples, RATE, [440]).length, 1);
});

test('keys beside Opus: with its clock and with that of old phones, each once; ours have its clock', async () => {
  for (const [eventRate, units] of [
    [48_000, 960],
    [undefined, 160],
  ] as const) {
    const lab = await Lab.started({ ...WIDE.opus, eventRate });
    const phone = new WidePhone(lab, 'opus');
    lab.record({ endKeys: '#' });
    phone.say(chord([440], 600, { rate: RATE }));
    for (let i = 1; i <= 7; i++) {
      const duration = Math.min(i, 5) * units;
      const payload = Uint8Array.of(11, i >= 5 ? 0x8a : 0x0a, duration >> 8, duration);
      lab.clock.advance(20);
      lab.send(rtp(payload, { payloadType: 110, sequence: lab.sequence++, timestamp: lab.timestamp, marker: i === 1 }));
      lab.engine.tick();
    }
    assert.equal(
      lab
        .of('key')
        .map(({ key }) => key)
        .join(),
      '#',
    );
    assert.deepEqual(
      lab.of('recorded').map(({ endedBy, millis }) => [endedBy, millis]),
      [['key', 600]],
    );
    lab.network.undelivered.length = 0;
    lab.do({ do: 'dial', session: 1, keys: '5' });
    lab.tick(5);
    const sent = lab.heard();
    assert.deepEqual(
      sent.map(({ payload }) => (payload[2] << 8) | payload[3]),
      [1, 2, 3, 4, 5].map(i => i * units),
    );
    assert.equal(new Set(sent.map(({ timestamp }) => timestamp)).size, 1);
  }
});

test('the tone of a key beside Opus is cut off from where its event began', async () => {
  const lab = await Lab.started(WIDE.opus);
  const phone = new WidePhone(lab, 'opus');
  lab.record({ endKeys: '#' });
  phone.say(chord([440], 600, { rate: RATE }));
  const began = lab.timestamp;
  phone.say(chord([941, 1477], 100, { rate: RATE }));
  const duration = 100 * 48;
  const payload = Uint8Array.of(11, 0x8a, duration >> 8, duration & 0xff);
  lab.send(rtp(payload, { payloadType: 110, sequence: lab.sequence++, timestamp: began }));
  assert.deepEqual(
    lab.of('recorded').map(({ endedBy, millis }) => [endedBy, millis]),
    [['key', 600]],
  );
});

test('timestamps of Opus run at 48 kHz, in what is sent and in the jitter that is reported', async () => {
  const lab = await Lab.started(WIDE.opus);
  lab.tick(4);
  const [first, second] = lab.heard();
  assert.equal((second.timestamp - first.timestamp) >>> 0, 960);
  const phone = new WidePhone(lab, 'opus');
  phone.packets(new Int16Array(RATE * 8)).forEach((packet, i) => {
    lab.clock.advance(i % 2 === 0 ? 15 : 25);
    lab.send(packet);
    lab.engine.tick();
  });
  const report = lab.network.undelivered.filter(({ to }) => to.port === PHONE_RTCP.port).at(-1);
  assert.ok(report);
  // A sender report with one block: 28 octets, then 12 of the block before the jitter (RFC 3550 section 6.4.1).
  const jitter = Buffer.from(report.bytes).readUInt32BE(28 + 12);
  assert.ok(Math.abs(jitter / 48 - 5) < 0.5, `${jitter / 48} ms`);
  lab.do({ do: 'close', session: 1 });
  lab.tick(3);
  assert.ok(Math.abs(lab.of('closed')[0].statistics.jitterMillis - 5) < 0.5);
});

test('what is no Opus costs its packet only, and nothing of it is recorded', async () => {
  const lab = await Lab.started(WIDE.opus);
  const phone = new WidePhone(lab, 'opus');
  lab.record();
  phone.say(chord([440], 400, { rate: RATE }));
  // Code 3 without a count; eight frames of 20 ms, longer than any packet may be; two frames of unlike length said to be alike.
  for (const payload of [[0x4b], [0x4b, 8, 1, 2, 3, 4, 5, 6, 7, 8], [0x49, 1, 2, 3], []]) {
    lab.clock.advance(20);
    lab.send(phone.packet(Uint8Array.from(payload)));
    lab.engine.tick();
  }
  phone.say(chord([440], 400, { rate: RATE }));
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.match(lab.engine.describe(1), /malformed [34] /);
  assert.equal(lab.of('broken').length, 0);
  assert.equal(lab.of('recorded')[0].millis, 880);
});

for (const [from, to] of [
  ['PCMU', 'G722'],
  ['PCMU', 'opus'],
  ['opus', 'PCMU'],
  ['G722', 'opus'],
  ['opus', 'G722'],
] as const)
  test(`a re-INVITE changes ${from} to ${to} in the middle: the take stays in its codec, and is whole`, async () => {
    const narrow = from === 'PCMU' || to === 'PCMU';
    const say = (lab: Lab, codec: 'PCMU' | 'G722' | 'opus', hertz: number) => {
      if (codec === 'PCMU') lab.say(tone(1000, { hertz, decibels: -12 }));
      else new WidePhone(lab, codec).say(chord([hertz], 1000, { rate: RATE, amplitude: 0.25 }));
    };
    const agreed = { PCMU: { codec: 'PCMU', payloadType: 0 }, ...WIDE } as const;
    const lab = await Lab.started(agreed[from]);
    lab.record();
    say(lab, from, 700);
    lab.start(agreed[to]);
    say(lab, to, 1500);
    lab.do({ do: 'stop', session: 1, id: 1 });
    const take = lab.recorder.take('d', 1);
    assert.equal(take?.codec, from === 'PCMU' ? 'PCMU' : 'G722');
    assert.ok(Math.abs((take?.keepMillis ?? 0) - 2000) <= 20, `${take?.keepMillis} ms`);
    const { samples, rate } = await message(lab, 'Pcm');
    const tones = findTones(samples, rate, [700, 1500]).map(({ frequencies }) => frequencies[0]);
    assert.deepEqual(tones, [700, 1500], narrow ? 'through 8 kHz' : 'wide');
    const level = levelOf({ samples: samples.subarray(rate, 2 * rate), rate }, 1500);
    assert.ok(Math.abs(level + 12) < 1.5, `${level} dB`);
  });

test('comfort noise is a pause of the sender, not a loss and nothing that was not agreed on', async () => {
  const lab = await Lab.started();
  lab.record();
  lab.say(tone(200));
  lab.send(rtp(Uint8Array.of(40), { payloadType: 13, sequence: lab.sequence++, timestamp: lab.timestamp }));
  lab.clock.advance(300);
  lab.timestamp += 300 * 8;
  lab.say(tone(200));
  lab.do({ do: 'stop', session: 1, id: 1 });
  assert.deepEqual(lab.recorder.take('d', 1)?.gaps, [{ atMillis: 200, millis: 300, reason: 'dtx' }]);
  assert.match(lab.engine.describe(1), /lost 0 .* unnegotiated 0 /);
});

/** Says the packets through a network that delays each as told, in steps of 1 ms; what was recorded. */
async function recordedThrough(codec: 'G722' | 'opus', delay: (packet: number) => number): Promise<Uint8Array> {
  const lab = await Lab.started(WIDE[codec]);
  lab.record();
  const packets = new WidePhone(lab, codec).packets(syllables(3000));
  const arrivals = packets.map((bytes, n) => ({ bytes, at: n * 20 + delay(n) })).sort((a, b) => a.at - b.at);
  let now = 0;
  for (const { bytes, at } of arrivals) {
    for (; now < at; now++) {
      lab.clock.advance(1);
      if (now % 20 === 19) lab.engine.tick();
    }
    lab.send(bytes);
  }
  lab.do({ do: 'stop', session: 1, id: 1 });
  return lab.recorded();
}

for (const codec of CODECS)
  test(`however packets of ${codec} overtake one another, within 150 ms, the recording is the same (seed 3)`, async () => {
    const random = seeded(3);
    const inOrder = await recordedThrough(codec, () => 0);
    const recorded = await recordedThrough(codec, n => (n < 3 ? 0 : 150 * random()));
    assert.ok(Buffer.from(recorded).equals(inOrder));
  });
