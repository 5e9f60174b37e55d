import type { Kind } from '@parley/schema';
import { csRules } from './cs.ts';
import type { KindRules } from './rule.ts';

/** The rules of every kind that has some of its own. */
const RULES: { readonly [K in Kind]?: KindRules<K> } = { ...csRules };

/** The rules of a kind; none when all that holds for it is in its declaration. */
export function rulesOf<K extends Kind>(kind: K): KindRules<K> | undefined {
  const rules: { readonly [P in Kind]?: KindRules<P> } = RULES;
  return rules[kind];
}
