import { ObjectInvalid } from '@parley/directory';
import { type Filter, identityLike, isKind, remark } from '@parley/schema';
import type { Bound } from './bind.ts';
import type { RunResult } from './ports.ts';
import type { Reach } from './reach.ts';
import type { Work } from './work.ts';

/** Most objects that one cmdlet runs over. */
const MOST = 1000;

/**
 * What a cmdlet is to run on, one after the other, when a parameter means several objects: `Grant-CsHostedVoicemailPolicy "* Smith"`.
 * Undefined when it means one; those that are out of reach are not meant. Throws an `ObjectInvalid` when it means none, or too many.
 */
export async function eachOf(
  { cmdlet, bound, objects, by }: Work,
  reach: Reach,
): Promise<readonly Bound[] | undefined> {
  for (const [name, { each, property }] of Object.entries(cmdlet.parameters)) {
    const pattern = bound.named[name];
    if (!each || typeof pattern !== 'string' || !/[*?]/.test(pattern)) continue;
    const to = property.type === 'ref' && isKind(property.to) ? property.to : undefined;
    if (to === undefined) continue;
    const shown: Filter = { op: 'like', property: 'displayName', value: pattern };
    const filter: Filter = { op: 'or', of: [identityLike(pattern), shown] };
    const { objects: all, next } = await objects.list(to, { filter, limit: MOST }, by);
    if (next !== undefined)
      throw new ObjectInvalid([remark(name, pattern, `${name} means more than ${MOST} objects: narrow it`)]);
    const found = await reach.seen(all);
    if (found.length === 0)
      throw new ObjectInvalid([remark(name, pattern, `${name}: there is no ${to} like ${pattern}`)]);
    return found.map(({ object }) => ({ ...bound, named: { ...bound.named, [name]: object.id } }));
  }
  return undefined;
}

/** One after the other: each is a change of its own, and the first refusal ends it. */
export async function inTurn<T>(works: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const all: T[] = [];
  for (const work of works) all.push(await work());
  return all;
}

/** Several answers as one. */
export function together(results: readonly RunResult[]): RunResult {
  return {
    objects: results.flatMap(each => each.objects),
    rows: results.flatMap(each => each.rows ?? []),
    warnings: results.flatMap(each => each.warnings),
    changes: results.flatMap(each => each.changes),
  };
}
