import type { Database } from '@parley/database';

/** An object that was made, changed or removed. */
export interface ChangedObject {
  readonly kind: string;
  readonly id: string;
}

/** What has happened since the log was last read; 'anything': more than is worth telling, or nobody knows. */
export type Changes = readonly ChangedObject[] | 'anything';

/** What was changed in the directory, as a port. */
export interface ChangeLog {
  /** Everything that was committed before now counts as known. */
  begin(): Promise<void>;
  /** How far the log has been read; grows with every change of any node. */
  readonly place: number;
  /** What was committed since the last time, each once or more. Rejects with the database's failure, and the next time tells it all. */
  next(): Promise<Changes>;
}

/** Rows read at once; after more than that, everything is read again instead. */
const MOST_ROWS = 1000;
/** Numbers that are missing are asked for again, as long as a transaction may take and no more of them than that. */
const MOST_MISSING = 200;
const MISSING_MILLIS = 600_000;

interface Row {
  readonly seq: number;
  readonly kind: string | null;
  readonly object_id: string | null;
  readonly hash: string;
}

/** The audit, read as the log that it is: every change of every node is in it, in the same transaction. Announcements only say when to look. */
export function auditChanges(database: Pick<Database, 'kysely'>, now: () => number): ChangeLog {
  const place = new Place(now);
  const rows = () => database.kysely.selectFrom('audit').select(['seq', 'kind', 'object_id', 'hash']);
  const numbered = (all: readonly Row[]) => all.map(row => ({ ...row, seq: Number(row.seq) }));

  const begin = async () =>
    place.begin(numbered(await rows().orderBy('seq', 'desc').limit(MOST_MISSING).execute()).reverse());

  return {
    begin,
    get place() {
      return place.last.seq;
    },
    async next() {
      const { last, missing } = place;
      const read = await rows()
        .where(({ eb, or }) =>
          or([eb('seq', '>=', last.seq), ...(missing.length > 0 ? [eb('seq', 'in', missing)] : [])]),
        )
        .orderBy('seq')
        .limit(MOST_ROWS)
        .execute();
      const changes = read.length < MOST_ROWS ? place.pass(numbered(read)) : 'anything';
      if (changes === 'anything') await begin();
      return changes;
    },
  };
}

/**
 * How far the audit has been read. Numbers are given before the commit, and each organisation has a chain of its own, so a lower number
 * may appear later: those that were passed over are asked for again.
 */
class Place {
  readonly #now: () => number;
  #last = { seq: 0, hash: '' };
  /** Number -> when it was passed over. */
  #missing = new Map<number, number>();
  /** More were passed over than are asked for again. */
  #overflown = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  get last(): { readonly seq: number; readonly hash: string } {
    return this.#last;
  }

  get missing(): readonly number[] {
    return [...this.#missing.keys()];
  }

  /** @param newest the end of the audit, in the order of the numbers. */
  begin(newest: readonly Row[]): void {
    this.#last = { seq: 0, hash: '' };
    this.#missing.clear();
    this.#overflown = false;
    this.#advance(newest);
  }

  /** What is new among the rows from the last one on. */
  pass(rows: readonly Row[]): Changes {
    const { seq, hash } = this.#last;
    // The row that was the last one is not there any more: this is another database, or a restored one.
    if (seq > 0 && !rows.some(row => row.seq === seq && row.hash === hash)) return 'anything';
    const news = rows.filter(row => row.seq !== seq);
    const late = news.some(row => row.seq < seq);
    if (late && this.#overflown) return 'anything';
    for (const row of news) this.#missing.delete(row.seq);
    this.#advance(news.filter(row => row.seq > seq));
    return news.flatMap(({ kind, object_id: id }) => (kind === null || id === null ? [] : [{ kind, id }]));
  }

  #advance(rows: readonly Row[]): void {
    const since = this.#now();
    for (const { seq, hash } of rows) {
      if (this.#last.seq > 0) this.#passOver(this.#last.seq + 1, seq, since);
      this.#last = { seq, hash };
    }
    for (const [seq, at] of this.#missing) {
      if (since - at < MISSING_MILLIS && this.#missing.size <= MOST_MISSING) break;
      this.#missing.delete(seq);
    }
  }

  #passOver(from: number, to: number, since: number): void {
    if (to - from > MOST_MISSING) this.#overflown = true;
    for (let seq = Math.max(from, to - MOST_MISSING); seq < to; seq++) this.#missing.set(seq, since);
  }
}
