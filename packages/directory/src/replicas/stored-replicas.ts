import type { Clock } from '@parley/base';
import type { Database } from '@parley/database';
import type { Replicas } from './replicas.ts';

/** A node that follows changes tells so at most so often, and when there are none at least so often. */
const OFTEN_MILLIS = 1000;
const SELDOM_MILLIS = 60_000;
/** Who has told nothing for thirty days is no node any more. */
const GONE_MILLIS = 30 * 86_400_000;

/** The replicas of a system, as they tell of themselves in its database. */
export function storedReplicas({ kysely }: Pick<Database, 'kysely'>): Replicas {
  return {
    async list() {
      const rows = await kysely.selectFrom('replica').selectAll().orderBy('node').execute();
      return rows.map(({ node, seen, told_at }) => ({ node, seen: Number(seen), toldAt: Number(told_at) }));
    },
    async newest() {
      const row = await kysely
        .selectFrom('audit')
        .select(['seq', 'at'])
        .where('object_id', 'is not', null)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && { place: Number(row.seq), at: Number(row.at) };
    },
  };
}

/** Tells of one node how far it has come. */
export class ReplicaReport {
  readonly #kysely: Database['kysely'];
  readonly #node: string;
  readonly #clock: Clock;
  #seen = -1;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor({ kysely }: Pick<Database, 'kysely'>, node: string, clock: Clock) {
    this.#kysely = kysely;
    this.#node = node;
    this.#clock = clock;
  }

  /** Everything up to that place is known here. Rejects with the database's failure. */
  async tell(seen: number): Promise<void> {
    const now = this.#clock.monotonic();
    const since = now - this.#toldAt;
    if (since < OFTEN_MILLIS || (seen === this.#seen && since < SELDOM_MILLIS)) return;
    this.#toldAt = now;
    const told_at = this.#clock.wall();
    await this.#kysely
      .insertInto('replica')
      .values({ node: this.#node, seen, told_at })
      .onConflict(conflict => conflict.column('node').doUpdateSet({ seen, told_at }))
      .execute();
    await this.#kysely
      .deleteFrom('replica')
      .where('told_at', '<', told_at - GONE_MILLIS)
      .execute();
    this.#seen = seen;
  }
}
