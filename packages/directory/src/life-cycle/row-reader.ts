import type { Log } from '@parley/base';
import { definitionOf } from '@parley/schema';
import type { StoredRow } from '../store/object-store.ts';
import { type Kept, keptOf } from './kept.ts';

/** Objects that are remembered, and the longest document of one, characters: 4 MiB at most. */
const MOST = 500;
const LONGEST = 4096;

/**
 * Reads rows. What very many objects refer to (policies, dial plans, organisations) is taken apart and checked when it is another one than
 * the last time, not whenever one of those many is read. The row itself always comes from the store.
 */
export class RowReader {
  readonly #log: Log;
  readonly #known = new Map<string, readonly [StoredRow, Kept]>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** What a row holds; undefined, with a line in the log, when it cannot be read. */
  read(row: StoredRow): Kept | undefined {
    const [before, known] = this.#known.get(row.id) ?? [];
    if (before && isSame(before, row)) return known;
    const kept = keptOf(row, this.#log);
    this.#known.delete(row.id);
    if (kept && row.document.length <= LONGEST && !definitionOf(row.kind).numerous) this.#remember(row, kept);
    return kept;
  }

  /** The one that was read first leaves. */
  #remember(row: StoredRow, kept: Kept): void {
    this.#known.set(row.id, [row, kept]);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
    }
  }
}

const isSame = (one: StoredRow, other: StoredRow) =>
  one.document === other.document &&
  one.etag === other.etag &&
  one.organization === other.organization &&
  one.kind === other.kind;
