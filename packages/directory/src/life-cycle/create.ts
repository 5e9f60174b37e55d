import { Bug } from '@parley/base';
import {
  type Creation,
  type Document,
  definitionOf,
  type Kind,
  objectOf,
  type Problem,
  problem,
  remark,
  validateNew,
} from '@parley/schema';
import { ObjectInvalid } from '../objects.ts';
import { checkAmongOthers } from './checks.ts';
import { ALWAYS, ownerOf } from './declared.ts';
import type { Place } from './identity.ts';
import { type Kept, objectIn } from './kept.ts';
import { OrganizationLookup } from './organization-lookup.ts';
import {
  checkCreation,
  checkReferences,
  isValues,
  organizationOf,
  placeOf,
  withIds,
  withOnlyChoices,
} from './references.ts';
import { NOT_PERMITTED } from './refusals.ts';
import { rulesOf } from './rules/index.ts';

/** Etag of an object that was never changed. */
const FIRST_ETAG = '1';
/** Objects that are made along with objects that are made along. */
const DEEPEST = 4;

/** A new object, clean, before it is seen whether it fits among the others. */
interface Draft {
  readonly document: Document;
  readonly creation: Creation;
}

async function draftOf(kind: Kind, input: unknown, place: Place): Promise<Draft> {
  if (!isValues(input))
    throw new ObjectInvalid([problem(definitionOf(kind).word, input, 'an object with named properties')]);
  const around = await placeOf(kind, input, place);
  const values = await withIds(kind, input, around);
  await withOnlyChoices(kind, values, around);
  const validated = validateNew(kind, values);
  if ('problems' in validated) throw new ObjectInvalid(validated.problems);
  return validated;
}

/** Makes an object and everything that is made along with it. Throws `ObjectInvalid`. */
export async function create(kind: Kind, input: unknown, place: Place, depth = 0): Promise<Kept> {
  const { workspace } = place;
  if (kind === 'Organization' && place.organization !== undefined)
    throw NOT_PERMITTED('only who administers the whole system makes organisations');
  const { document, creation } = await draftOf(kind, input, place);
  const kept = await placed(kind, document, place);
  const inside = { workspace, organization: kept.organization };
  const wrong = await checkCreation(kind, creation, inside);
  if (wrong.length > 0) throw new ObjectInvalid(wrong);
  await workspace.put(kept, await checkAmongOthers(kept, undefined, workspace));
  await createAlong(kind, { kept, creation, inside, depth });
  return kept;
}

/** The object in the organisation to which it belongs. */
async function placed(kind: Kind, document: Document, place: Place): Promise<Kept> {
  const id = place.workspace.options.newId();
  const organization = await organizationOf({ kind, id, document }, place);
  const kept = {
    kind,
    id,
    organization: organization ?? '',
    etag: FIRST_ETAG,
    document,
    unknown: {},
    object: objectOf(kind, id, document),
  };
  const isElsewhere = place.organization !== undefined && organization !== place.organization;
  if (organization !== undefined && !isElsewhere) return kept;
  // What it belongs to is not there, or is none of the asker's business: the same words for both.
  const problems = await checkReferences(kept, { ...place, organization: place.organization ?? '' });
  throw new ObjectInvalid(problems);
}

async function createAlong<K extends Kind>(
  kind: K,
  at: { readonly kept: Kept; readonly creation: Creation; readonly inside: Place; readonly depth: number },
): Promise<void> {
  const { kept, creation, inside, depth } = at;
  const lookup = new OrganizationLookup(inside.workspace, inside.organization);
  const wanted = (await rulesOf(kind)?.along?.(objectIn(kept, kind), creation, lookup)) ?? [];
  if (wanted.length > 0 && depth >= DEEPEST) throw new Bug(`${kind} makes objects that make objects without an end`);
  for (const each of wanted) await createCompanion(each, inside, depth + 1);
  if (kind !== 'Organization') return;
  for (const each of ALWAYS) {
    const input = { name: each.name, [ownerOf(each.kind) ?? 'organization']: kept.id };
    await createCompanion({ kind: each.kind, input }, inside, depth + 1);
  }
}

/** What is wrong with it is told as a problem of what was asked for. */
async function createCompanion(
  { kind, input }: { readonly kind: Kind; readonly input: unknown },
  place: Place,
  depth: number,
): Promise<void> {
  try {
    await create(kind, input, place, depth);
  } catch (error) {
    if (!(error instanceof ObjectInvalid)) throw error;
    const { word } = definitionOf(kind);
    const problems = error.problems.map(
      ({ property, value, message }): Problem =>
        remark(property, value, `the ${word} that is made along with it: ${message}`),
    );
    throw new ObjectInvalid(problems);
  }
}
