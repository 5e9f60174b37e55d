import { Bug, ParleyError } from '@parley/base';

/** What both engines take and give without a loss. */
export type Cell = string | number | bigint | null | Uint8Array;

/**
 * A parameter of a statement, checked.
 * @throws ParleyError DATABASE_TEXT_REFUSED for a text that PostgreSQL could not keep (NUL) or UTF-8 could not say (half a surrogate pair):
 *   one rule for both engines.
 * @throws Bug for what is no cell at all: a mistake in our own statement.
 */
function plainParameter(parameter: unknown): Cell {
  if (typeof parameter === 'string') {
    if (parameter.includes('\0') || !parameter.isWellFormed())
      throw new ParleyError('DATABASE_TEXT_REFUSED', 'a text with a NUL or half a character cannot be kept');
    return parameter;
  }
  if (parameter === null || typeof parameter === 'number') return parameter;
  if (typeof parameter === 'bigint' || parameter instanceof Uint8Array) return parameter;
  throw new Bug(`a ${typeof parameter} cannot be a parameter of a statement`);
}

/** SQLite counts up to 32,766, PostgreSQL to 65,535. */
const MOST_PARAMETERS = 32_766;

/**
 * All parameters of a statement, checked (see above).
 * @throws Bug for more of them than both engines take: write the rows in several statements.
 */
export function plainParameters(parameters: readonly unknown[]): Cell[] {
  if (parameters.length > MOST_PARAMETERS)
    throw new Bug(`a statement has at most ${MOST_PARAMETERS} parameters, not ${parameters.length}`);
  return parameters.map(plainParameter);
}
