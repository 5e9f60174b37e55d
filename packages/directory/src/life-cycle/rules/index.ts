import type { Kind } from '@parley/schema';
import { csRules } from './cs.ts';
import type { KindRules } from './rule.ts';
import { umRules } from './um.ts';
import { umUser } from './um-people.ts';

/** The rules of every kind that has some of its own. */
const RULES: { readonly [K in Kind]?: KindRules<K> } = {
  ...csRules,
  ...umRules,
  // A person is of both: calls and policies on one side, a mailbox on the other.
  User: { ...csRules.User, actions: { ...csRules.User.actions, ...umUser.actions } },
};

/** The rules of a kind; none when all that holds for it is in its declaration. */
export function rulesOf<K extends Kind>(kind: K): KindRules<K> | undefined {
  const rules: { readonly [P in Kind]?: KindRules<P> } = RULES;
  return rules[kind];
}
