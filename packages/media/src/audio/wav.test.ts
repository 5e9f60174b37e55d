import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '@parley/base';
import { decodeG711, encodeG711 } from '../codec/g711.ts';
import { chord, findTones } from './tones.ts';
import { WAV_RATES } from './wav-chunks.ts';
import { WavError } from './wav-error.ts';
import { readWav, readWavAt8k } from './wav-read.ts';
import { writeG711Wav, writeWav } from './wav-write.ts';

const SEED = 20261121;

interface Made {
  tag?: number;
  channels?: number;
  rate?: number;
  block?: number;
  bits?: number;
  data?: Uint8Array;
  /** What the data chunk claims to be long. */
  claimed?: number;
  /** Chunks before `fmt `. */
  before?: Uint8Array[];
}

function chunk(id: string, body: Uint8Array, claimed = body.length): Buffer {
  const head = Buffer.from(`${id}....`, 'latin1');
  head.writeUInt32LE(claimed, 4);
  return Buffer.concat([head, body, new Uint8Array(body.length % 2)]);
}

function wav(made: Made = {}): Buffer {
  const { tag = 1, channels = 1, rate = 8000, bits = 16, data = new Uint8Array(1600), before = [] } = made;
  const block = made.block ?? (channels * bits) / 8;
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * block) >>> 0, 8);
  format.writeUInt16LE(block, 12);
  format.writeUInt16LE(bits, 14);
  return Buffer.concat([
    Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'),
    ...before,
    chunk('fmt ', format),
    chunk('data', data, made.claimed),
  ]);
}

test('what is written is read again, in each encoding', () => {
  const samples = chord([440, 1000], 100);
  assert.deepEqual(readWav(writeWav(samples, 22050)), { rate: 22050, samples });
  for (const codec of ['PCMU', 'PCMA'] as const) {
    const bytes = new Uint8Array(801);
    encodeG711(codec, Int16Array.from([...samples, 77]), bytes);
    const file = writeG711Wav(codec, bytes);
    assert.equal(file.length % 2, 0);
    assert.equal(Buffer.from(file).readUInt32LE(4), file.length - 8);
    const linear = new Int16Array(801);
    decodeG711(codec, bytes, linear);
    assert.deepEqual(readWav(file), { rate: 8000, samples: linear });
  }
  assert.equal(readWav(writeWav(new Int16Array(), 8000)).samples.length, 0);
});

test('8 bits, two channels, the extensible format, and chunks of others in between', () => {
  assert.deepEqual([...readWav(wav({ bits: 8, data: Uint8Array.of(0, 128, 255) })).samples], [-32768, 0, 32512]);
  const stereo = Buffer.from(Int16Array.of(100, 300, -32768, -32768, 5).buffer);
  assert.deepEqual([...readWav(wav({ channels: 2, data: stereo })).samples], [200, -32768]);
  const before = [chunk('LIST', Buffer.from('INFO')), chunk('JUNK', new Uint8Array(27))];
  assert.equal(readWav(wav({ before })).samples.length, 800);
  const extensible = Buffer.alloc(40);
  Buffer.from([0xfe, 0xff, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0]).copy(extensible);
  extensible[24] = 7;
  const file = Buffer.concat([
    Buffer.from('RIFF....WAVE'),
    chunk('fmt ', extensible),
    chunk('data', Uint8Array.of(0xff)),
  ]);
  assert.deepEqual([...readWav(file).samples], [0]);
});

test('every rate is brought to 8 kHz with its tones where they were', () => {
  for (const rate of WAV_RATES) {
    const samples = readWavAt8k(writeWav(chord([440], 300, { rate }), rate));
    assert.equal(samples.length, 2400);
    const [found, ...more] = findTones(samples, 8000, [220, 440, 880]);
    assert.deepEqual([found.frequencies, more], [[440], []], `${rate} Hz`);
  }
});

test('a data chunk that claims more than there is ends with the file, as programs that write to pipes leave it', () => {
  for (const claimed of [0xffffffff, 0x7ffff000, 1602]) assert.equal(readWav(wav({ claimed })).samples.length, 800);
  assert.equal(readWav(wav({ claimed: 100 })).samples.length, 50);
  assert.equal(readWav(wav({ data: new Uint8Array(1601) })).samples.length, 800);
});

const REFUSED: readonly [RegExp, Uint8Array][] = [
  [/not a WAV/, new Uint8Array()],
  [/not a WAV/, Buffer.from('RIFF')],
  [/not a WAV/, Buffer.from('<html>hello there</html>')],
  [/no fmt chunk/, Buffer.from('RIFF....WAVE')],
  [/no fmt chunk before/, Buffer.concat([Buffer.from('RIFF....WAVE'), chunk('data', new Uint8Array(4))])],
  [/no fmt chunk/, wav({ before: [chunk('JUNK', new Uint8Array(4), 0x40000000)] })],
  [/no fmt chunk/, Buffer.concat([Buffer.from('RIFF....WAVE'), ...Array(200).fill(chunk('JUNK', new Uint8Array()))])],
  [/no data chunk/, wav().subarray(0, 36)],
  [/shorter than 16/, Buffer.concat([Buffer.from('RIFF....WAVE'), chunk('fmt ', new Uint8Array(14))])],
  [/0 channels; 1 or 2/, wav({ channels: 0, block: 2 })],
  [/65535 channels/, wav({ channels: 65535, block: 2 })],
  [/0 samples a second; 8000,/, wav({ rate: 0 })],
  [/4000000000 samples a second/, wav({ rate: 4_000_000_000 })],
  [/format 2 with 4 bits; PCM/, wav({ tag: 2, bits: 4, block: 0 })],
  [/format 1 with 24 bits/, wav({ bits: 24 })],
  [/format 65534/, wav({ tag: 0xfffe })],
  [/blocks of 0 bytes/, wav({ block: 0 })],
  [/blocks of 4 bytes/, wav({ block: 4 })],
];

test('what cannot be used is refused in clear words', () => {
  for (const [says, file] of REFUSED) {
    assert.throws(
      () => readWav(file),
      (error: unknown) => error instanceof WavError && error.code === 'WAV_UNUSABLE' && says.test(error.message),
      String(says),
    );
  }
});

test('what is longer than allowed is refused before it is decoded', () => {
  assert.equal(readWav(wav(), { maxMillis: 100 }).samples.length, 800);
  assert.throws(() => readWav(wav(), { maxMillis: 99 }), /100 ms long; at most 99 ms/);
});

test(`5,000 files with changed heads (seed ${SEED}): read or WavError, never more than 20 minutes`, () => {
  const random = seeded(SEED);
  const base = wav({ before: [chunk('LIST', Buffer.from('INFO'))], data: new Uint8Array(64) });
  for (let run = 0; run < 5000; run++) {
    const file = Buffer.from(base.subarray(0, random() < 0.2 ? Math.floor(random() * base.length) : base.length));
    for (let change = 0; change <= random() * 4; change++) file[Math.floor(random() * 60)] = random() * 256;
    try {
      assert.ok(readWavAt8k(file).length <= 64);
    } catch (error) {
      if (!(error instanceof WavError)) throw error;
    }
  }
});
