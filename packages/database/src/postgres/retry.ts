import { randomInt } from 'node:crypto';
import { type Clock, sleep } from '@parley/base';
import { CameBetween } from './failures.ts';

/** Times that a transaction is tried. */
const TRIES = 6;
/** The first pause is shorter than this, each further one may be twice as long. */
const PAUSE_MILLIS = 20;

/**
 * Runs a transaction again when another one came between (serialisation failure, deadlock): PostgreSQL has changed nothing then.
 * Nothing else is tried again: after a lost connection nobody knows whether a commit has happened.
 */
export async function againWhenSafe<T>(clock: Clock, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof CameBetween) || attempt === TRIES) throw error;
    }
    await sleep(clock, randomInt(1, PAUSE_MILLIS * 2 ** attempt));
  }
}
