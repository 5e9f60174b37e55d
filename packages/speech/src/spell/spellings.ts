import { english } from './en.ts';
import { french } from './fr.ts';
import type { Spelling } from './spelling.ts';

/** The number grammars that a language folder may name (`numbers: en`). */
export const SPELLINGS: ReadonlyMap<string, Spelling> = new Map([
  ['en', english],
  ['fr', french],
]);
