import { definitionOf, objectOf, problem, remark, validateChange } from '@parley/schema';
import { ANY_ETAG, ObjectInvalid } from '../objects.ts';
import { checkAmongOthers } from './checks.ts';
import { leadingOn } from './declared.ts';
import type { Place } from './identity.ts';
import { type Kept, nameOf } from './kept.ts';
import { checkReferences, isValues, organizationOf, withIds } from './references.ts';
import { OBJECT_CHANGED } from './refusals.ts';
import { refuseUsed } from './users.ts';

/** Throws `OBJECT_CHANGED` when what somebody has seen is not what is there. */
export function checkEtag(kept: Kept, etag: string): void {
  if (etag !== ANY_ETAG && etag !== kept.etag) throw OBJECT_CHANGED(kept);
}

/** Changes an object and returns it; nothing is written when nothing changes. Throws `ObjectInvalid`, `OBJECT_IN_USE`. */
export async function change(kept: Kept, given: unknown, place: Place): Promise<Kept> {
  const { kind, id } = kept;
  const { workspace } = place;
  const inside = { workspace, organization: kept.organization };
  if (!isValues(given))
    throw new ObjectInvalid([problem(definitionOf(kind).word, given, 'an object with named properties')]);
  const patch = await withIds(kind, given, inside);
  const validated = validateChange(kind, kept.document, patch);
  if ('problems' in validated) throw new ObjectInvalid(validated.problems);
  const { document } = validated;
  if (JSON.stringify(document) === JSON.stringify(kept.document)) return kept;
  const etag = String(Number(kept.etag) + 1);
  const next: Kept = { ...kept, etag, document, object: objectOf(kind, id, document) };
  refuseAnotherName(kept, next);
  await refuseAnotherPlace(next, inside);
  await refuseLeadingElsewhere(kept, next, inside);
  await workspace.put(next, await checkAmongOthers(next, kept, workspace), kept);
  return next;
}

/** What every organisation has is known by its name. */
function refuseAnotherName(kept: Kept, next: Kept): void {
  const { always } = definitionOf(kept.kind);
  if (always === undefined || nameOf(kept) !== always || nameOf(next) === always) return;
  throw new ObjectInvalid([
    remark('name', nameOf(next), `name: the ${kept.kind} ${always} of an organisation keeps its name`),
  ]);
}

/** An object stays in its organisation. */
async function refuseAnotherPlace(next: Kept, inside: Place): Promise<void> {
  if ((await organizationOf(next, inside)) === inside.organization) return;
  throw new ObjectInvalid(await checkReferences(next, inside));
}

/** What others are unique by does not change under them: a policy with mailboxes stays in its dial plan. */
async function refuseLeadingElsewhere(kept: Kept, next: Kept, { workspace }: Place): Promise<void> {
  for (const { property, from } of leadingOn(kept.kind))
    if (kept.document[property] !== next.document[property]) await refuseUsed(kept, { by: [from], workspace });
}
