import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpusLibrary } from '@parley/media';
import { Hearing } from './hearing.ts';
import { emptyHeader, readRtp } from './rtp-header.ts';
import { VoiceDecoder } from './voice-decoder.ts';

const decoder = new VoiceDecoder(
  {
    remote: { address: '127.0.0.1', port: 2 },
    remoteRtcp: { address: '127.0.0.1', port: 3 },
    codec: 'PCMU',
    payloadType: 0,
    direction: 'sendrecv',
  },
  new OpusLibrary(),
);

/** A packet of 160 equal bytes; 0x80 is the largest amplitude of the mu-law. */
function packet(hearing: Hearing, number: number, options: { at?: number; ssrc?: number; timestamp?: number } = {}) {
  const { at = 100 + number * 20, ssrc = 1, timestamp = 5000 + number * 160 } = options;
  const header = { ...emptyHeader(), ssrc, timestamp, start: 12, length: 160 };
  hearing.packet(header, new Uint8Array(172).fill(0x80), { decoder, at });
}

/** Where there is sound, as [first, last + 1] sample. */
function stretches(samples: Int16Array): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < samples.length; i++)
    if (samples[i] !== 0) {
      const last = found.at(-1);
      if (last?.[1] === i) last[1] = i + 1;
      else found.push([i, i + 1]);
    }
  return found;
}

test('packets lie where their timestamps say, whatever their order; what is missing is silence', () => {
  const hearing = new Hearing(60);
  for (const number of [0, 1, 5, 4, 2]) packet(hearing, number, { at: 100 + number * 20 + number });
  assert.deepEqual(stretches(hearing.view()), [
    [320, 800],
    [960, 1280],
  ]);
});

test('another source goes on where the clock is, never over what was heard', () => {
  const hearing = new Hearing(100);
  packet(hearing, 0);
  packet(hearing, 0, { ssrc: 2, timestamp: 9, at: 1100 });
  packet(hearing, 0, { ssrc: 3, timestamp: 9, at: 1101 });
  assert.deepEqual(stretches(hearing.view()), [
    [0, 160],
    [8000, 8320],
  ]);
});

test('a timestamp that jumps does not make an hour of silence', () => {
  const hearing = new Hearing(100);
  packet(hearing, 0);
  packet(hearing, 1, { timestamp: 0x7000_0000 });
  assert.deepEqual(stretches(hearing.view()), [[0, 320]]);
});

test('a header is read past sources and an extension, without its padding; what is too short is none', () => {
  const bytes = new Uint8Array(12 + 4 + 8 + 20);
  bytes.set([0x80 | 0x20 | 0x10 | 1, 0x80 | 8, 0x12, 0x34, 0xff, 0, 0, 1, 0, 0, 0, 9]);
  bytes.set([0xbe, 0xde, 0, 1], 16);
  bytes[bytes.length - 1] = 4;
  const header = emptyHeader();
  assert.ok(readRtp(bytes, header));
  assert.deepEqual(header, {
    payloadType: 8,
    sequence: 0x1234,
    timestamp: 0xff00_0001,
    ssrc: 9,
    start: 24,
    length: 16,
  });
  for (const length of [0, 11, 15, 17, 23]) assert.equal(readRtp(bytes.subarray(0, length), header), false);
  bytes[0] = 0x40;
  assert.equal(readRtp(bytes, header), false, 'version 1');
});
