import { encodeG711, linearTable } from '../codec/g711.ts';
import type { CodecName, G711Law } from '../sdp/settings.ts';

/** 5 dB fainter: three frames in a row end 15 dB down. */
const GAIN = 0.56;

const FAINTER: Readonly<Record<G711Law, Uint8Array>> = { PCMU: fainter('PCMU'), PCMA: fainter('PCMA') };

/**
 * Makes a frame fainter, in place, so that a lost one can be made up by the one before. False when that cannot be done: G.722 codes changes, so its
 * decoder comes to rest by itself when it gets silence.
 */
export function fade(codec: CodecName, frame: Uint8Array): boolean {
  if (codec === 'G722') return false;
  const table = FAINTER[codec];
  for (let i = 0; i < frame.length; i++) frame[i] = table[frame[i]];
  return true;
}

function fainter(law: G711Law): Uint8Array {
  const codes = new Uint8Array(256);
  encodeG711(
    law,
    linearTable(law).map(sample => sample * GAIN),
    codes,
  );
  return codes;
}
