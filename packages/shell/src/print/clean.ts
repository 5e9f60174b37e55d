import { plainText } from '@parley/base';

/** Longest text of one cell, characters. */
const LONGEST_CELL = 400;

/** Text fit for a terminal: one line, nothing in it that a terminal obeys or that turns the writing round. */
export function clean(untrusted: string): string {
  return plainText(untrusted, LONGEST_CELL);
}

/** A line fit for a terminal that stays as long as it is: what a terminal obeys becomes a blank. */
export function cleanLine(untrusted: string): string {
  return untrusted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ');
}

/** A moment as administrators of the originals know it: `2026-01-05 09:00:00Z`; empty when it is none. */
export function moment(millis: number): string {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** Milliseconds as seconds with one decimal. */
export function seconds(millis: number): string {
  return (millis / 1000).toFixed(1);
}

/**
 * JSON for programs, which may still land on a terminal: JSON escapes C0 only, so DEL, C1 (0x9b starts a control sequence),
 * line separators and every invisible formatting character are escaped too. It stays the same JSON.
 */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, character =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
