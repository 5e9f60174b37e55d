import { Bug } from '@parley/base';
import type { Recorded, RecordOptions } from '../call.ts';
import type { CallerStep } from './script.ts';

type HangUpStep = CallerStep & { readonly does: 'hang up' };

/** Takes from the script what the caller does in a recording, and says how it ended. A script that is empty is a silent caller. */
export function recordFrom(
  steps: CallerStep[],
  options: Pick<RecordOptions, 'maxMillis' | 'idleMillis' | 'endKeys'>,
): { readonly recorded: Recorded; readonly hangUp?: HangUpStep } {
  let millis = 0;
  let soundMillis = 0;
  const ended = (endedBy: Recorded['endedBy'], key?: string): Recorded =>
    key === undefined ? { endedBy, millis, soundMillis } : { endedBy, key, millis, soundMillis };
  for (;;) {
    const step = steps[0];
    if (!step || ('during' in step && step.during !== undefined)) return { recorded: ended('silence') };
    steps.shift();
    switch (step.does) {
      case 'speak': {
        const heard = Math.min(step.millis, options.maxMillis - millis);
        millis += heard;
        soundMillis += heard;
        break;
      }
      case 'keep quiet':
        // The idle tail is cut from the audio (CA-04).
        if (step.millis >= options.idleMillis) return { recorded: ended('silence') };
        millis += Math.min(step.millis, options.maxMillis - millis);
        break;
      case 'press':
        if (options.endKeys.includes(step.key)) return { recorded: ended('key', step.key) };
        break;
      case 'be transferred':
      case 'leave a bridge':
        throw new Bug(`in a recording nobody can ${step.does}`);
      case 'lose the spool':
        return { recorded: ended('failed') };
      case 'hang up':
        return { recorded: ended('hang-up'), hangUp: step };
    }
    if (millis >= options.maxMillis) return { recorded: ended('max') };
  }
}
