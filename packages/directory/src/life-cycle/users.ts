import { kinds } from '@parley/schema';
import type { ReferringProperty } from '../store/object-store.ts';
import { type Kept, nameOf, wordAndName } from './kept.ts';
import { OBJECT_IN_USE } from './refusals.ts';
import type { Workspace } from './workspace.ts';

/** Users of an object that a refusal names, and how many more it counts. */
const MOST_NAMED = 10;
const MOST_COUNTED = 1000;

const before = (left: Kept, right: Kept) => {
  const order = kinds.indexOf(left.kind) - kinds.indexOf(right.kind);
  return order || (nameOf(left).toLowerCase() < nameOf(right).toLowerCase() ? -1 : 1);
};

/**
 * Throws `OBJECT_IN_USE`, which names the users, when others refer to an object.
 * @param by only by these properties. @param but ids of users that do not count: they go with it.
 */
export async function refuseUsed(
  kept: Kept,
  { workspace, by, but }: { workspace: Workspace; by?: readonly ReferringProperty[]; but?: ReadonlySet<string> },
): Promise<void> {
  const limit = MOST_NAMED + MOST_COUNTED + (but?.size ?? 0) * 2;
  const found = await workspace.referrers(kept, { limit, ...(by && { by }) });
  const ids = [...new Set(found.map(({ id }) => id))].filter(id => id !== kept.id && !but?.has(id));
  if (ids.length === 0) return;
  const first = ids.slice(0, MOST_NAMED);
  await workspace.load(first);
  const users: Kept[] = [];
  for (const id of first) {
    const user = await workspace.any(id);
    if (user) users.push(user);
  }
  const named = users.sort(before).map(wordAndName);
  throw OBJECT_IN_USE(kept, `is used by ${listed(named, ids.length - named.length)}`);
}

/** "X, Y and 3 more". */
function listed(named: readonly string[], more: number): string {
  if (more === 0) return named.join(', ');
  const count = more >= MOST_COUNTED ? `more than ${MOST_COUNTED - 1}` : more;
  return named.length === 0 ? `${count} objects that cannot be read` : `${named.join(', ')} and ${count} more`;
}
