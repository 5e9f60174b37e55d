import { type Clock, defer, type Log, messageOf, sleep } from '@parley/base';
import pg from 'pg';
import { Listeners } from '../announcements.ts';
import { operationalFailure } from './failures.ts';
import type { Place } from './place.ts';
import { type Budgets, clientConfig } from './pool.ts';

export const CHANNEL = 'parley';

const SHORTEST_PAUSE_MILLIS = 100;
const LONGEST_PAUSE_MILLIS = 10_000;
/** A connection whose other side vanished says nothing: it is asked this often. */
const PING_MILLIS = 15_000;
/** A server that does not answer our farewell is left after so long. */
const LONGEST_FAREWELL_MILLIS = 2_000;

export interface ListeningOptions {
  readonly place: Place;
  readonly budgets: Budgets;
  readonly clock: Clock;
  readonly log: Log;
}

/** The connection that hears announcements. When it is lost it is made again, and the listeners are told that they may have missed some. */
export class Listening {
  readonly listeners = new Listeners();
  readonly #options: ListeningOptions;
  readonly #over = new AbortController();
  #client: pg.Client | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** Resolves when announcements are heard. Rejects when the first connection cannot be made. */
  async start(): Promise<void> {
    const { lost } = await this.#connect();
    this.#kept = this.#keep(lost);
  }

  async close(): Promise<void> {
    this.#over.abort();
    await Promise.race([this.#client?.end(), sleep(this.#options.clock, LONGEST_FAREWELL_MILLIS)]);
    await this.#kept;
  }

  async #keep(first: Promise<void>): Promise<void> {
    let lost = first;
    for (;;) {
      await lost;
      const again = await this.#again();
      if (!again) return;
      lost = again.lost;
      this.listeners.missed();
    }
  }

  /** Tries until there is a connection; undefined when there need not be one any more. */
  async #again(): Promise<Connected | undefined> {
    const { clock, log } = this.#options;
    const { signal } = this.#over;
    for (let pause = SHORTEST_PAUSE_MILLIS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        return await this.#connect();
      } catch (error) {
        log.warn('announcements of the database are not heard', { why: messageOf(error), againInMillis: pause });
      }
      await Promise.race([sleep(clock, pause), aborted(signal)]);
    }
    return undefined;
  }

  async #connect(): Promise<Connected> {
    const { place, budgets, clock, log } = this.#options;
    const client = new pg.Client(clientConfig(place, budgets));
    const lost = defer<void>();
    const lose = (why: unknown) => {
      if (!this.#over.signal.aborted) log.warn('database connection lost', { why: messageOf(why) });
      lost.resolve();
    };
    client.on('error', lose);
    client.once('end', () => lost.resolve());
    client.on('notification', ({ payload }) => void (payload !== undefined && this.listeners.tell(payload)));
    const ask = () => {
      const timer = clock.after(PING_MILLIS, () => void client.query('select 1').then(ask, giveUp));
      void lost.promise.then(() => timer.cancel());
    };
    const giveUp = (error: unknown) => {
      lose(error);
      void client.end();
    };
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      void client.end();
      throw operationalFailure(place.shown, error);
    }
    this.#client = client;
    if (this.#over.signal.aborted) void client.end();
    ask();
    return { lost: lost.promise };
  }
}

interface Connected {
  /** Resolves when the connection is gone, or as good as gone. */
  readonly lost: Promise<void>;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => void signal.addEventListener('abort', () => resolve(), { once: true }));
