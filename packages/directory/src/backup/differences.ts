import type { Kind } from '@parley/schema';
import type { StoredRow, StoreTransaction } from '../store/object-store.ts';
import { canonical } from './canonical.ts';
import type { ObjectLine } from './file-format.ts';
import type { VerifiedFile } from './verified-file.ts';
import { OPEN_KINDS, rowsOf } from './walk.ts';

/** An object of the file and what is stored with its id. */
export type Difference =
  | { readonly what: 'created' | 'changed' | 'unchanged'; readonly line: ObjectLine; readonly row?: StoredRow }
  | { readonly what: 'removed'; readonly row: StoredRow };

/** Looks at the next one before it is taken; asks for nothing before somebody looks. */
class Ahead<T> {
  readonly #source: AsyncIterator<T>;
  #next: IteratorResult<T> | undefined;

  constructor(source: AsyncIterator<T>) {
    this.#source = source;
  }

  async peek(): Promise<T | undefined> {
    this.#next ??= await this.#source.next();
    return this.#next.done ? undefined : this.#next.value;
  }

  take(): void {
    if (!this.#next?.done) this.#next = undefined;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/**
 * What makes the file and the store differ. Both come in the same order and are read side by side, so that neither is ever in memory.
 * What is found may be changed meanwhile: only rows that were passed already are.
 */
export async function* differences(
  file: VerifiedFile,
  transaction: StoreTransaction,
  organization: string | undefined,
): AsyncGenerator<Difference> {
  const lines = new Ahead(file.objects());
  try {
    for (const kind of OPEN_KINDS) yield* ofKind(kind, lines, new Ahead(rowsOf(transaction, kind, organization)));
  } finally {
    await lines.close();
  }
}

async function* ofKind(kind: Kind, lines: Ahead<ObjectLine>, rows: Ahead<StoredRow>): AsyncGenerator<Difference> {
  for (;;) {
    const next = await lines.peek();
    const line = next?.kind === kind ? next : undefined;
    const row = await rows.peek();
    if (!line && !row) return;
    if (row && (!line || row.id < line.id)) {
      rows.take();
      yield { what: 'removed', row };
    } else if (line && (!row || line.id < row.id)) {
      lines.take();
      yield { what: 'created', line };
    } else if (line && row) {
      lines.take();
      rows.take();
      yield { what: isSame(line, row) ? 'unchanged' : 'changed', line, row };
    }
  }
}

function isSame(line: ObjectLine, row: StoredRow): boolean {
  if (line.organization !== row.organization) return false;
  try {
    return canonical(line.document) === canonical(JSON.parse(row.document));
  } catch (error) {
    // What is stored cannot be read: the file mends it.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
