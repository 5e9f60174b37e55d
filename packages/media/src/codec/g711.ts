import type { G711Law } from '../sdp/settings.ts';

/**
 * ITU-T G.711, both laws, 8 kHz, one byte a sample, by tables. Amplitudes are on the scale of 16 bits: the 14 bits of the mu-law times 4,
 * the 13 bits of the A-law times 8.
 */

const SIXTEEN_BITS = 65536;

const PCMU_LINEAR = Int16Array.from({ length: 256 }, (_, code) => linearOfPcmu(code));
const PCMA_LINEAR = Int16Array.from({ length: 256 }, (_, code) => linearOfPcma(code));
// 64 KiB each: one look-up a sample.
const PCMU_CODES = Uint8Array.from({ length: SIXTEEN_BITS }, (_, bits) => pcmuOfLinear((bits << 16) >> 16));
const PCMA_CODES = Uint8Array.from({ length: SIXTEEN_BITS }, (_, bits) => pcmaOfLinear((bits << 16) >> 16));
const PCMU_AS_PCMA = Uint8Array.from(PCMU_LINEAR, pcmaOfLinear);
const PCMA_AS_PCMU = Uint8Array.from(PCMA_LINEAR, pcmuOfLinear);
const PCMU_ENERGY = Uint32Array.from(PCMU_LINEAR, sample => sample * sample);
const PCMA_ENERGY = Uint32Array.from(PCMA_LINEAR, sample => sample * sample);

/** Decodes mu-law bytes into the start of `to`, which must be at least as long as `from`. */
export function decodePcmu(from: Uint8Array, to: Int16Array): void {
  for (let i = 0; i < from.length; i++) to[i] = PCMU_LINEAR[from[i]];
}

/** Decodes A-law bytes into the start of `to`, which must be at least as long as `from`. */
export function decodePcma(from: Uint8Array, to: Int16Array): void {
  for (let i = 0; i < from.length; i++) to[i] = PCMA_LINEAR[from[i]];
}

/** Encodes samples as mu-law into the start of `to`, which must be at least as long as `from`. */
export function encodePcmu(from: Int16Array, to: Uint8Array): void {
  for (let i = 0; i < from.length; i++) to[i] = PCMU_CODES[from[i] & 0xffff];
}

/** Encodes samples as A-law into the start of `to`, which must be at least as long as `from`. */
export function encodePcma(from: Int16Array, to: Uint8Array): void {
  for (let i = 0; i < from.length; i++) to[i] = PCMA_CODES[from[i] & 0xffff];
}

/** `decodePcmu` or `decodePcma`. */
export function decodeG711(codec: G711Law, from: Uint8Array, to: Int16Array): void {
  if (codec === 'PCMU') decodePcmu(from, to);
  else decodePcma(from, to);
}

/** `encodePcmu` or `encodePcma`. */
export function encodeG711(codec: G711Law, from: Int16Array, to: Uint8Array): void {
  if (codec === 'PCMU') encodePcmu(from, to);
  else encodePcma(from, to);
}

/** A table of 256 bytes that turns bytes of one law into bytes of the other (the nearest amplitude it has). */
export function transcodingTable(from: G711Law): Uint8Array {
  return from === 'PCMU' ? PCMU_AS_PCMA : PCMA_AS_PCMU;
}

/** The squared 16-bit amplitude of each of the 256 coded bytes: the energy of a packet without decoding it. Not to be written to. */
export function energyTable(codec: G711Law): Uint32Array {
  return codec === 'PCMU' ? PCMU_ENERGY : PCMA_ENERGY;
}

/** The 16-bit amplitude of each of the 256 coded bytes. Not to be written to. */
export function linearTable(codec: G711Law): Int16Array {
  return codec === 'PCMU' ? PCMU_LINEAR : PCMA_LINEAR;
}

/** G.711 table 2: sign, three bits of segment, four of step, all inverted on the line; 33 is the bias that makes segments powers of two. */
function linearOfPcmu(code: number): number {
  const bits = ~code & 0xff;
  const segment = (bits >> 4) & 7;
  const magnitude = ((((bits & 15) << 1) + 33) << segment) - 33;
  return (bits & 0x80 ? -magnitude : magnitude) * 4;
}

/** One's complement for negative samples, as the ITU's own reference does (G.191): both signs then have the same decision values. */
function pcmuOfLinear(sample: number): number {
  const biased = Math.min((sample < 0 ? ~sample : sample) >> 2, 8158) + 33;
  const segment = 26 - Math.clz32(biased);
  const bits = (segment << 4) | ((biased >> (segment + 1)) & 15);
  return ~(sample < 0 ? bits | 0x80 : bits) & 0xff;
}

/** G.711 table 1: as above without a bias, the lowest two segments alike, every second bit inverted on the line. */
function linearOfPcma(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 1) + 1;
  const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
  return (bits & 0x80 ? magnitude : -magnitude) * 8;
}

function pcmaOfLinear(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const step = segment === 0 ? magnitude : (magnitude >> (segment - 1)) & 15;
  return ((segment << 4) | step | (sample < 0 ? 0 : 0x80)) ^ 0x55;
}
