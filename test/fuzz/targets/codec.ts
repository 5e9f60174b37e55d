import assert from 'node:assert/strict';
import { G722Decoder } from '../../../packages/media/src/codec/g722.ts';
import { G722Meter } from '../../../packages/media/src/codec/g722-meter.ts';
import { NarrowG722Decoder } from '../../../packages/media/src/codec/g722-narrow.ts';
import { GsmDecoder } from '../../../packages/media/src/codec/gsm.ts';
import {
  GSM_BLOCK_OCTETS,
  PARAMETERS,
  packBlock,
  unpackBlock,
} from '../../../packages/media/src/codec/gsm-parameters.ts';
import { OpusLibrary } from '../../../packages/media/src/codec/opus.ts';
import { becomePrevious, opusLength } from '../../../packages/media/src/codec/opus-packet.ts';
import type { FuzzTarget } from '../target.ts';

/** No decoder may throw, whatever the packet. */
const declared = () => false;

const library = new OpusLibrary();
const stream = library.stream({ fec: true, maxBitrate: 32_000, constantBitrate: false });
/** The longest packet of RFC 6716: 120 ms. */
const samples = new Int16Array(1920);

function spoken(): Uint8Array[] {
  const sound = new Int16Array(320);
  return Array.from({ length: 5 }, (_, frame) => {
    for (let i = 0; i < 320; i++) sound[i] = 8000 * Math.sin((frame * 320 + i) / 9);
    const into = new Uint8Array(320);
    return into.slice(0, stream.encode(sound, into, 0));
  });
}

const SPOKEN = spoken();
/** Several frames in one packet (RFC 6716 section 3.2): two of one size, two of any, many with padding. */
const joined = [
  Uint8Array.from([(SPOKEN[0][0] & 0xfc) | 1, 1, 2, 1, 2]),
  Uint8Array.from([(SPOKEN[0][0] & 0xfc) | 2, 2, 1, 2, 9, 9]),
  Uint8Array.from([(SPOKEN[0][0] & 0xfc) | 3, 0xc3, 2, 1, 1, 8, 9, 7, 0, 0]),
];

/** The sound of a packet is as long as its table of contents says, and never longer than there is room for. */
export const opus: FuzzTarget = {
  name: 'opus',
  seeds: [...SPOKEN, ...joined],
  longest: 1500,
  declared,
  run(bytes) {
    const packet = Uint8Array.from(bytes);
    const eighths = opusLength(packet, 0, packet.length);
    assert.ok(eighths >= 0 && eighths <= 960, `${eighths / 8} ms`);
    const decoded = stream.decode(packet, 0, packet.length, samples);
    assert.ok(decoded >= -1 && decoded <= samples.length);
    if (decoded > 0) assert.equal(decoded, eighths * 2, 'as long as it says');
    const before = Uint8Array.from(packet);
    if (!becomePrevious(packet, 0, packet.length)) assert.deepEqual(packet, before, 'left as it was');
    else assert.ok(stream.decode(packet, 0, packet.length, samples) <= 320);
  },
};

/** Every octet string is G.722: the whole decoder, the narrow one and the meter take it, whatever their state. */
export const g722: FuzzTarget = {
  name: 'g722',
  seeds: [new Uint8Array(160).fill(0xfa), Uint8Array.from({ length: 320 }, (_, i) => (i * 37) & 0xff)],
  longest: 1024,
  declared,
  run(bytes) {
    const wide = new Int16Array(2 * bytes.length);
    const narrow = new Int16Array(bytes.length);
    new G722Decoder().decode(bytes, wide);
    new NarrowG722Decoder().decode(bytes, narrow);
    const energy = new G722Meter().energy(bytes, 0, bytes.length);
    assert.ok(Number.isFinite(energy) && energy >= 0, `an energy of ${energy}`);
  },
};

const FIRST = new Int16Array(PARAMETERS);
const SECOND = new Int16Array(PARAMETERS);

/** The blocks of GSM 06.10 in WAV files: every one decodes, and is packed again as it was. */
export const gsm: FuzzTarget = {
  name: 'gsm',
  seeds: [new Uint8Array(GSM_BLOCK_OCTETS), Uint8Array.from({ length: 130 }, (_, i) => (i * 91) & 0xff)],
  longest: 10 * GSM_BLOCK_OCTETS,
  declared,
  run(bytes) {
    const decoder = new GsmDecoder();
    const sound = new Int16Array(160);
    const again = new Uint8Array(GSM_BLOCK_OCTETS);
    for (let at = 0; at + GSM_BLOCK_OCTETS <= bytes.length; at += GSM_BLOCK_OCTETS) {
      unpackBlock(bytes, at, [FIRST, SECOND]);
      packBlock([FIRST, SECOND], again, 0);
      assert.deepEqual(again, Uint8Array.from(bytes.subarray(at, at + GSM_BLOCK_OCTETS)));
      for (const parameters of [FIRST, SECOND]) decoder.decode(parameters, sound);
    }
  },
};
