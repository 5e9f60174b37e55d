import { ParleyError } from '@parley/base';
import pg from 'pg';

// Oids of pg_type: bigint, and numeric, which is what sums of bigint are.
const INT8 = 20;
const NUMERIC = 1700;

/** @throws ParleyError DATABASE_FAILED for what a number cannot say exactly. */
function exactNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new ParleyError('DATABASE_FAILED', `a number in the database is too large: ${text}`);
  return value;
}

/** How values become JavaScript's: numbers are numbers, as on SQLite. Given to each connection; the library's own table stays as it is. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return (oid === INT8 || oid === NUMERIC) && format !== 'binary' ? exactNumber : pg.types.getTypeParser(oid, format);
  },
};
