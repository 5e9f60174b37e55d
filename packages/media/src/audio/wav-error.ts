import { ParleyError } from '@parley/base';

/** A WAV file that cannot be used (code `WAV_UNUSABLE`). The message says what is wrong with it and what is allowed. */
export class WavError extends ParleyError {
  constructor(problem: string) {
    super('WAV_UNUSABLE', `WAV: ${problem}`);
    this.name = 'WavError';
  }
}
