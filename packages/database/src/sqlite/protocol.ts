import type { Cell } from '../parameters.ts';

/** One row, column -> value. */
export type Row = Record<string, Cell>;

/** Main thread -> SQLite thread. */
export type Request =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly Cell[] }
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
