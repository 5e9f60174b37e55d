import assert from 'node:assert/strict';
import { readWav, WavError, writeG711Wav, writeWav } from '@parley/media';
import type { FuzzTarget } from '../target.ts';

const samples = Int16Array.from({ length: 160 }, (_, i) => i * 100);

export const wav: FuzzTarget = {
  name: 'wav',
  seeds: [writeWav(samples, 8000), writeWav(samples, 16_000), writeG711Wav('PCMU', new Uint8Array(160))],
  dictionary: ['RIFF', 'WAVE', 'fmt ', 'data', 'LIST', '\u0000\u0000\u0000\u0000', '\u00ff\u00ff\u00ff\u00ff'],
  declared: error => error instanceof WavError,
  run(bytes) {
    const sound = readWav(bytes);
    assert.ok(sound.samples.length <= 4 * bytes.length, 'a small file is no long sound');
  },
};
