import { readWavAt8k, resample } from '@parley/media';
import { MPEGDecoder } from 'mpg123-decoder';
import type { Arrived } from './inbox.ts';

const RATE = 8000;

/** Decodes the attachments of voice messages, whatever codec they are in. */
export class SoundReader {
  readonly #mp3 = new MPEGDecoder();

  /** 8 kHz samples. */
  async samples({ type, bytes }: NonNullable<Arrived['attachment']>): Promise<Int16Array> {
    if (type !== 'audio/mpeg') return readWavAt8k(bytes);
    await this.#mp3.ready;
    const { channelData, sampleRate } = this.#mp3.decode(bytes);
    await this.#mp3.reset();
    const samples = Int16Array.from(channelData[0] ?? [], value => Math.round(value * 32767));
    return sampleRate === RATE ? samples : resample(samples, sampleRate, RATE);
  }

  close(): void {
    this.#mp3.free();
  }
}
