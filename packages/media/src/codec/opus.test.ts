import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import fc from 'fast-check';
import { tonePower } from '../audio/goertzel.ts';
import { chord } from '../audio/tones.ts';
import { LARGEST_OPUS_PAYLOAD, OpusLibrary, type OpusStream, type OpusWishes } from './opus.ts';
import { becomePrevious, opusLength } from './opus-packet.ts';

const SEED = 20261121;
const WISHES: OpusWishes = { fec: false, maxBitrate: 510_000, constantBitrate: false };
const library = new OpusLibrary();

/** Packets of 20 ms. */
function encoded(samples: Int16Array, wishes: Partial<OpusWishes> = {}): Uint8Array[] {
  const stream = library.stream({ ...WISHES, ...wishes });
  const packets: Uint8Array[] = [];
  for (let at = 0; at + 320 <= samples.length; at += 320) {
    const into = new Uint8Array(320);
    packets.push(into.subarray(0, stream.encode(samples.subarray(at, at + 320), into, 0)));
  }
  stream.close();
  return packets;
}

function decoded(stream: OpusStream, packet: Uint8Array): Int16Array | undefined {
  const samples = new Int16Array(1920);
  const count = stream.decode(packet, 0, packet.length, samples);
  return count < 0 ? undefined : samples.slice(0, count);
}

/** A voice: harmonics that glide, in syllables. */
function voice(millis: number): Int16Array {
  const random = seeded(SEED);
  let phase = 0;
  return Int16Array.from({ length: millis * 16 }, (_, i) => {
    const time = i / 16_000;
    phase += (2 * Math.PI * (140 + 30 * Math.sin(5 * time))) / 16_000;
    let sum = 0;
    for (let harmonic = 1; harmonic < 15; harmonic++) sum += Math.sin(harmonic * phase) / harmonic;
    return Math.round(3000 * sum * (0.6 + 0.4 * Math.sin(15 * time)) + (random() - 0.5) * 200);
  });
}

test('a tone of 5.5 kHz goes through and keeps its level', () => {
  const sound = chord([5500], 1000, { rate: 16_000, amplitude: 0.3 });
  const stream = library.stream(WISHES);
  const out = Int16Array.from(encoded(sound).flatMap(packet => [...(decoded(stream, packet) ?? [])]));
  stream.close();
  assert.equal(out.length, sound.length);
  const level = (samples: Int16Array) =>
    10 * Math.log10(tonePower(samples, 5500, { rate: 16_000, offset: 6400, length: 8000 }));
  assert.ok(Math.abs(level(out) - level(sound)) < 1, `${level(out) - level(sound)} dB`);
});

test('the other side’s highest bit rate is kept to', () => {
  const bits = (wishes: Partial<OpusWishes>) =>
    encoded(voice(2000), wishes).reduce((sum, packet) => sum + 4 * packet.length, 0);
  assert.ok(Math.abs(bits({}) - 24_000) < 5000, `${bits({})}`);
  assert.ok(bits({ maxBitrate: 12_000 }) < 14_000, `${bits({ maxBitrate: 12_000 })}`);
  const lengths = new Set(encoded(voice(1000), { constantBitrate: true }).map(packet => packet.length));
  assert.equal(lengths.size, 1, 'a constant one too');
});

test('a lost frame comes back from its copy in the next packet, and the next is decoded as well as if nothing had been lost', () => {
  const sound = voice(6000);
  const packets = encoded(sound, { fec: true });
  const [whole, mended, holed] = [0, 0, 0].map(() => library.stream(WISHES));
  const errors = { copy: 0, next: 0, nextWithout: 0, energy: 0, copies: 0 };
  packets.forEach((packet, i) => {
    const truth = decoded(whole, packet) ?? new Int16Array(320);
    const off = (other: Int16Array | undefined) =>
      truth.reduce((sum, sample, k) => sum + (sample - (other?.[k] ?? 0)) ** 2, 0);
    const copy = packets[i + 1]?.slice();
    if (i % 10 === 5 && copy && becomePrevious(copy, 0, copy.length)) {
      errors.copies += 1;
      errors.energy += off(undefined);
      errors.copy += off(decoded(mended, copy));
      return;
    }
    const [next, without] = [off(decoded(mended, packet)), i % 10 === 5 ? 0 : off(decoded(holed, packet))];
    if (i % 10 !== 6) return;
    errors.next += next;
    errors.nextWithout += without;
  });
  for (const stream of [whole, mended, holed]) stream.close();
  assert.ok(errors.copies >= 10, `${errors.copies} copies`);
  assert.ok(
    errors.copy < errors.energy / 6,
    `copies are ${10 * Math.log10(errors.energy / errors.copy)} dB above what is wrong with them`,
  );
  assert.ok(errors.next < errors.nextWithout / 3, 'what comes next is better for it');
});

test('a packet without a copy, of several frames, in stereo or of another kind is left alone', () => {
  const base = Uint8Array.of(9 << 3, 0xc0, 1, 2, 3);
  const changed = (change: (packet: Uint8Array) => void) => {
    const packet = base.slice();
    change(packet);
    const before = packet.slice();
    assert.equal(becomePrevious(packet, 0, packet.length), false);
    assert.deepEqual(packet, before);
  };
  assert.equal(becomePrevious(base.slice(), 0, 5), true);
  changed(packet => {
    packet[1] = 0x80;
  });
  changed(packet => {
    packet[0] |= 1;
  });
  changed(packet => {
    packet[0] |= 4;
  });
  changed(packet => {
    packet[0] = 1 << 3;
  });
  changed(packet => {
    packet[0] = 17 << 3;
  });
  assert.equal(becomePrevious(base.slice(), 0, 2), false);
});

test('the length of a packet is what libopus decodes, for all configurations and numbers of frames', () => {
  const stream = library.stream(WISHES);
  for (let toc = 0; toc < 256; toc++)
    for (const rest of [[], [1], [2, 9, 9], [0x41, 1, 7, 0], [0x86, 0, 0, 0, 0, 0], [48], [0xff, 255, 255]]) {
      const packet = Uint8Array.of(toc, ...rest);
      const expected = opusLength(packet, 0, packet.length);
      const samples = decoded(stream, packet);
      assert.equal(samples?.length ?? 0, 2 * expected, `${toc.toString(16)} ${rest}`);
    }
  stream.close();
});

test(`hostile packets (seed ${SEED}): decoded or refused as their length says, never more than 120 ms, and the stream goes on`, () => {
  const stream = library.stream(WISHES);
  const packet = fc.uint8Array({ minLength: 0, maxLength: 300 });
  fc.assert(
    fc.property(packet, bytes => {
      const length = opusLength(bytes, 0, bytes.length);
      const samples = decoded(stream, bytes);
      assert.ok(length <= 960);
      assert.equal(samples?.length ?? 0, 2 * length);
      const copy = bytes.slice();
      if (becomePrevious(copy, 0, copy.length)) assert.equal(decoded(stream, copy)?.length, 320);
    }),
    { seed: SEED, numRuns: 5000 },
  );
  assert.equal(decoded(stream, new Uint8Array(LARGEST_OPUS_PAYLOAD + 1)), undefined);
  const [fine] = encoded(voice(20));
  assert.equal(decoded(stream, fine)?.length, 320);
  stream.close();
});

test('streams that share a library do not disturb each other, and give their memory back', () => {
  const sounds = [440, 900].map(hertz => chord([hertz], 400, { rate: 16_000 }));
  const alone = sounds.map(sound => encoded(sound));
  const streams = sounds.map(() => library.stream(WISHES));
  const packets: Uint8Array[][] = [[], []];
  for (let at = 0; at < sounds[0].length; at += 320)
    streams.forEach((stream, which) => {
      const into = new Uint8Array(320);
      const length = stream.encode(sounds[which].subarray(at, at + 320), into, 0);
      packets[which].push(into.subarray(0, length));
      decoded(streams[1 - which], into.subarray(0, length));
    });
  assert.deepEqual(packets, alone);
  for (const stream of [...streams, ...streams]) stream.close();
  assert.equal(library.streams, 0);
  assert.throws(() => streams[0].decode(packets[0][0], 0, 10, new Int16Array(320)), /after its end/);
});

test('a thousand calls one after the other use the memory of one', () => {
  const fresh = new OpusLibrary();
  assert.equal(fresh.memory, 0, 'not loaded before it is needed');
  fresh.stream(WISHES).close();
  const before = fresh.memory;
  for (let i = 0; i < 1000; i++) fresh.stream(WISHES).close();
  assert.equal(fresh.memory, before);
});
