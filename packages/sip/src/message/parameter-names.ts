import { Bug } from '@parley/base';
import type { Cursor } from './cursor.ts';

/** Names of URI and header parameters that most messages have. */
const COMMON: readonly string[] = [
  'alias',
  'branch',
  'cause',
  'expires',
  'index',
  'lr',
  'maddr',
  'method',
  'ob',
  'q',
  'reason',
  'received',
  'rport',
  'tag',
  'transport',
  'user',
];

const slotOf = (length: number, first: number): number => ((length & 15) << 5) | (first & 31);

/** By length and first letter: no two of them have both in common. */
function slots(): readonly string[] {
  const table = new Array<string>(512).fill('');
  for (const name of COMMON) {
    const slot = slotOf(name.length, name.charCodeAt(0));
    if (table[slot] !== '') throw new Bug(`${name} and ${table[slot]} have one slot`);
    table[slot] = name;
  }
  return table;
}

const SLOTS = slots();

/**
 * The name of a parameter between two places of a cursor, in lower case. It has characters of tokens and of URI parameters only. The
 * common ones are always the same strings, so that nothing is made to look them up.
 */
export function parameterName(cursor: Cursor, start: number, end: number): string {
  const common = SLOTS[slotOf(end - start, cursor.octet(start))];
  return isThere(cursor, start, end, common) ? common : cursor.text.slice(start, end).toLowerCase();
}

/** "| 0x20" makes a letter lower case and leaves "-" alone; no other octet of a name becomes one of those. */
function isThere(cursor: Cursor, start: number, end: number, name: string): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at++) if ((cursor.octet(start + at) | 0x20) !== name.charCodeAt(at)) return false;
  return true;
}
