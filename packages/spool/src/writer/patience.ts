import type { Clock } from '@parley/base';
import { SpoolFailed } from '../errors.ts';

/** Waits for `work`, but not for ever: a disk that hangs is a disk that fails. The work itself goes on. */
export function withPatience<T>(work: Promise<T>, clock: Clock, millis: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(millis, () => reject(new SpoolFailed(`the disk did not answer for ${millis} ms`)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
