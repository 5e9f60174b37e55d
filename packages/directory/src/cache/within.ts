import { type Clock, ParleyError } from '@parley/base';

/** What `work` resolves with; rejects with `DATABASE_SLOW` when it has not after `millis`. The work goes on. */
export async function within<T>(work: Promise<T>, millis: number, clock: Clock): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = clock.after(millis, () =>
    late.reject(new ParleyError('DATABASE_SLOW', `the database has not answered within ${millis} ms`)),
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timer.cancel();
  }
}
