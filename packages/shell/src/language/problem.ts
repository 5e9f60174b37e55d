import { cleanLine } from '../print/clean.ts';
import { width } from '../print/table.ts';
import type { Span } from './ast.ts';

/** What is wrong with a script, and where. */
export interface Problem {
  readonly message: string;
  readonly at: Span;
}

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters as people count them. */
  readonly column: number;
}

/** Longest part of a line that is shown. */
const SHOWN = 100;

export function positionOf(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  const line = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(line)].length + 1 };
}

/** The line of a place with carets under it, two lines; a long line is shown around the place. */
export function caret(source: string, { start, end }: Span): string {
  const first = source.lastIndexOf('\n', start - 1) + 1;
  const last = source.indexOf('\n', start);
  const line = source.slice(first, last < 0 ? source.length : last).trimEnd();
  const from = Math.max(0, start - first - SHOWN / 2);
  const shown = line.slice(from, from + SHOWN);
  const before = shown.slice(0, start - first - from);
  const marked = shown.slice(before.length, before.length + end - start);
  return `  ${cleanLine(shown)}\n  ${' '.repeat(width(cleanLine(before)))}${'^'.repeat(Math.max(1, width(cleanLine(marked))))}`;
}

/** A problem for people: where, what, and the line with a mark under it. */
export function described(problem: Problem, source: string): string {
  const { line, column } = positionOf(source, problem.at.start);
  const where = source.includes('\n') ? `line ${line}, column ${column}` : `column ${column}`;
  return `${where}: ${problem.message}\n${caret(source, problem.at)}`;
}
