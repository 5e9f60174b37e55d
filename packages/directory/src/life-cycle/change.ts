import { ParleyError } from '@parley/base';
import { definitionOf, type Kind, objectOf, validateChange } from '@parley/schema';
import type { Catalogue, Edit, StoredDocument } from '../lookup/catalogue.ts';
import type { Referrer } from '../lookup/world.ts';
import { ANY_ETAG, type Change, ObjectInvalid } from '../objects.ts';
import { checkInWorld } from './checks.ts';
import type { Planning } from './create.ts';
import { identify } from './identity.ts';
import { withIds } from './references.ts';

/** Most users of an object that a refusal names. */
const MOST_NAMED = 10;

/** The document that an identity and an etag mean. Throws `OBJECT_NOT_FOUND`, `OBJECT_AMBIGUOUS`, `OBJECT_CHANGED`. */
function find(catalogue: Catalogue, kind: Kind, at: { identity: string; etag: string }): StoredDocument {
  const id = identify(catalogue, kind, at.identity);
  const kept = catalogue.documentOf(id);
  if (!kept) throw new ParleyError('OBJECT_NOT_FOUND', `there is no ${definitionOf(kind).word} ${id}`);
  if (at.etag !== ANY_ETAG && at.etag !== kept.etag)
    throw new ParleyError(
      'OBJECT_CHANGED',
      `${definitionOf(kind).word} ${catalogue.nameOf(id)} was changed by somebody else since you have read it: read it again`,
    );
  return kept;
}

/** The refusal that names the users of an object. */
function inUse(catalogue: Catalogue, kept: StoredDocument, users: readonly Referrer[]): ParleyError {
  const named = users
    .slice(0, MOST_NAMED)
    .map(user => `${definitionOf(user.kind).word} ${catalogue.nameOf(user.id)}`)
    .join(', ');
  const more = users.length > MOST_NAMED ? ` and ${users.length - MOST_NAMED} more` : '';
  return new ParleyError(
    'OBJECT_IN_USE',
    `${definitionOf(kept.kind).word} ${catalogue.nameOf(kept.id)} is used by ${named}${more}`,
  );
}

/** The edit that a change means, none when nothing changes. */
export function planChange(
  kind: Kind,
  identity: string,
  change: Change,
  planning: Planning,
): readonly [string, ...Edit[]] {
  const { catalogue, rules } = planning;
  const kept = find(catalogue, kind, { identity, etag: change.etag });
  const validated = validateChange(kind, kept.document, withIds(catalogue, kind, change.patch));
  if ('problems' in validated) throw new ObjectInvalid(validated.problems);
  const { document } = validated;
  if (JSON.stringify(document) === JSON.stringify(kept.document)) return [kept.id];
  // Its mailboxes would silently get into another numbering: they have to move first.
  const users = catalogue.world.referrersOf(kept.id).filter(user => user.kind === 'UMMailbox');
  if (kind === 'UMMailboxPolicy' && document.umDialPlan !== kept.document.umDialPlan && users.length > 0)
    throw inUse(catalogue, kept, users);
  checkInWorld(kind, objectOf(kind, kept.id, document), { catalogue, rules });
  const next = { kind, id: kept.id, etag: String(Number(kept.etag) + 1), document };
  return [kept.id, { op: 'put', next, before: kept.etag }];
}

/** The edits that remove an object and what goes with it, the object's own last. Throws `OBJECT_IN_USE` with the users' names. */
export function planRemove(kind: Kind, at: { identity: string; etag: string }, catalogue: Catalogue): readonly Edit[] {
  const kept = find(catalogue, kind, at);
  const users = catalogue.world.referrersOf(kept.id);
  // A hunt group is nothing without its gateway and goes with it.
  const going = kind === 'UMIPGateway' ? users.filter(user => user.kind === 'UMHuntGroup') : [];
  const staying = users.filter(user => !going.includes(user));
  if (staying.length > 0) throw inUse(catalogue, kept, staying);
  return [...going, { kind, id: kept.id }].map(gone => ({
    op: 'remove',
    kind: gone.kind,
    id: gone.id,
    before: catalogue.documentOf(gone.id)?.etag ?? '',
  }));
}
