import type { Cell } from '../parameters.ts';

/** One row, column -> value. */
export type Row = Record<string, Cell>;

/**
 * Where a statement runs: at the beginning of a transaction, which begins with it (a message to a thread costs more than most statements);
 * inside of one, and nowhere when there is none any more; at its end, which is no failure when it has ended already.
 */
export type Where = 'beginning' | 'inside' | 'undone';

/** Main thread -> SQLite thread. */
export type Request =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly Cell[]; readonly where?: Where }
  | { readonly id: number; readonly close: true };

/** Why a statement failed: SQLite's own text and its (extended) result code. */
export interface Failure {
  readonly message: string;
  readonly errcode: number;
}

/** SQLite thread -> main thread. */
export type Reply =
  | { readonly id: number; readonly rows: readonly Row[]; readonly changes?: bigint; readonly insertId?: bigint }
  | { readonly id: number; readonly failure: Failure };

/** First message of the thread: open, or why not. */
export type Opened = { readonly opened: true } | { readonly failure: Failure };

/** What the thread is started with. */
export interface OpenOptions {
  readonly file: string;
}
