import type { Kind } from '@parley/schema';
import { changedValues } from '../audit/changed-values.ts';
import type { By } from '../objects.ts';
import type { AuditRow } from '../store/object-store.ts';
import { type Kept, nameOf } from './kept.ts';

/** One object that a change made, changed or removed. */
export type ChangedObject =
  | { readonly what: 'created'; readonly before?: undefined; readonly after: Kept }
  | { readonly what: 'changed'; readonly before: Kept; readonly after: Kept }
  | { readonly what: 'removed'; readonly before: Kept; readonly after?: undefined };

/** The object as it was last known. */
export const changedOne = (changed: ChangedObject): Kept => changed.after ?? changed.before;

/** What cmdlets are called when nobody has said which. */
const USUAL = { created: 'New', changed: 'Set', removed: 'Remove' } as const;

/** The change as an entry of the audit of the organisation whose object it is. */
export function auditRowOf(changed: ChangedObject, by: By, at: number): AuditRow {
  const one = changedOne(changed);
  return {
    at,
    organization: one.organization,
    who: by.who,
    requestId: by.requestId,
    cmdlet: by.cmdlet ?? `${USUAL[changed.what]}-${one.kind}`,
    kind: one.kind,
    objectId: one.id,
    objectName: nameOf(one),
    outcome: 'done',
    detail: JSON.stringify(changedValues(one.kind, changed.before?.document, changed.after?.document)),
  };
}

/** Ids that one announcement names; when more of a kind were changed it says so. */
const MOST_IDS = 20;

/** Which objects were changed, for whoever keeps some in memory: kind -> ids, `*` for many. At most some 6,000 octets. */
export function announcementOf(changes: readonly ChangedObject[]): string {
  const ids = new Map<Kind, Set<string>>();
  for (const changed of changes) {
    const { kind, id } = changedOne(changed);
    ids.set(kind, (ids.get(kind) ?? new Set()).add(id));
  }
  const few = ids.size <= 10;
  return JSON.stringify({
    objects: Object.fromEntries([...ids].map(([kind, all]) => [kind, few && all.size <= MOST_IDS ? [...all] : '*'])),
  });
}
