import { createHash } from 'node:crypto';
import type { AuditRow, ChainedRow } from '../store/object-store.ts';

/**
 * The hash of an entry: SHA-256, in hexadecimal, of the hash before it and of everything that the entry says, as one JSON array. The
 * detail is in it as the text that is stored, so nothing depends on how an object is written.
 */
export function hashOf(previousHash: string, row: AuditRow): string {
  const said = [
    previousHash,
    row.at,
    row.organization ?? null,
    row.who,
    row.requestId ?? null,
    row.cmdlet,
    row.kind ?? null,
    row.objectId ?? null,
    row.objectName ?? null,
    row.outcome,
    row.detail,
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** The entries with their places after the last one. */
export function chained(previousHash: string, rows: readonly AuditRow[]): ChainedRow[] {
  let last = previousHash;
  return rows.map(row => {
    const chainedRow = { ...row, previousHash: last, hash: hashOf(last, row) };
    last = chainedRow.hash;
    return chainedRow;
  });
}
