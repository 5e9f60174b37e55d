/** What the headers of an MP3 file say. */
export interface Mp3Frames {
  readonly frames: number;
  /** Samples a second. */
  readonly rate: number;
  /** Bits a second, each that occurs, in order of first use. */
  readonly bitRates: readonly number[];
  /** Length that a player shows: frames times samples of a frame, milliseconds. */
  readonly millis: number;
}

// ISO/IEC 13818-3 2.4.2.3 and MPEG 2.5: layer III at the low rates, 576 samples a frame.
const KILOBITS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const RATES: Readonly<Record<number, readonly number[]>> = { 0: [11025, 12000, 8000], 2: [22050, 24000, 16000] };
const SAMPLES = 576;

/**
 * Walks through the frames of an MP3 file of the low sampling rates (MPEG 2 and 2.5, layer III: what we write). Undefined when it is not frame after frame
 * from the first byte to the last.
 */
export function readMp3Frames(file: Uint8Array): Mp3Frames | undefined {
  const bitRates = new Set<number>();
  let rate = 0;
  let frames = 0;
  let at = 0;
  while (at < file.length) {
    const header = headerAt(file, at);
    if (!header || (rate !== 0 && header.rate !== rate) || at + header.length > file.length) return undefined;
    rate = header.rate;
    bitRates.add(header.bitRate);
    frames += 1;
    at += header.length;
  }
  if (frames === 0) return undefined;
  return { frames, rate, bitRates: [...bitRates], millis: (frames * SAMPLES * 1000) / rate };
}

function headerAt(file: Uint8Array, at: number): { rate: number; bitRate: number; length: number } | undefined {
  // Eleven bits of sync, two of version, two of layer (01 is III).
  if (at + 4 > file.length || file[at] !== 0xff || (file[at + 1] & 0xe6) !== 0xe2) return undefined;
  const rate = RATES[(file[at + 1] >> 3) & 3]?.[(file[at + 2] >> 2) & 3];
  const bitRate = (KILOBITS[file[at + 2] >> 4] ?? 0) * 1000;
  if (!rate || bitRate === 0) return undefined;
  const padding = (file[at + 2] >> 1) & 1;
  return { rate, bitRate, length: Math.floor((SAMPLES / 8) * (bitRate / rate)) + padding };
}
