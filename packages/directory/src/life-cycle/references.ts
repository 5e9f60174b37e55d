import { definitionOf, type Kind, type Problem, problem, withNamedParts } from '@parley/schema';
import { idsAt } from './comparable.ts';
import { creationPlaces, ownerOf, type ReferencePlace, referencePlaces } from './declared.ts';
import { idsOf, type Place } from './identity.ts';
import type { Kept } from './kept.ts';

type Values = Record<string, unknown>;

export const isValues = (input: unknown): input is Readonly<Values> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** Sets a property whatever its name: assigning to `__proto__` would change the prototype instead. */
export function setOwn(values: Values, name: string, value: unknown): void {
  Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A copy that holds just what the input itself has. */
export function copyOf(input: Readonly<Values>): Values {
  const copy: Values = {};
  for (const [name, value] of Object.entries(input)) setOwn(copy, name, value);
  return copy;
}

/** The id that a reference means when that is clear; otherwise the value as it is, for the checks to complain about. */
async function resolved(to: Kind, value: unknown, place: Place): Promise<unknown> {
  if (typeof value !== 'string' || value === '') return value;
  const ids = await idsOf(to, value, place);
  return ids.length === 1 ? ids[0] : value;
}

async function resolvedEntry(entry: unknown, reference: ReferencePlace, place: Place): Promise<unknown> {
  const { field, to } = reference;
  if (field === undefined) return resolved(to, entry, place);
  if (!isValues(entry)) return entry;
  // Fields of records are given in any case.
  const given = Object.keys(entry).find(each => each.toLowerCase() === field.toLowerCase());
  if (given === undefined) return entry;
  const copy = copyOf(entry);
  setOwn(copy, given, await resolved(to, entry[given], place));
  return copy;
}

/** One value of a property with ids instead of names: also the entries of a list, and of what is added to and removed from one. */
async function resolvedValue(value: unknown, reference: ReferencePlace, place: Place): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(each => resolvedEntry(each, reference, place)));
  if (!isValues(value) || !isListPatch(value)) return resolvedEntry(value, reference, place);
  const copy = copyOf(value);
  for (const word of Object.keys(copy)) setOwn(copy, word, await resolvedValue(copy[word], reference, place));
  return copy;
}

/** Whether a value changes a list instead of replacing it: nothing but `add` and `remove`, in any case. */
export function isListPatch(value: Readonly<Values>): boolean {
  const words = Object.keys(value);
  return words.length > 0 && words.every(word => ['add', 'remove'].includes(word.toLowerCase()));
}

/** Records that are written as texts hold their references only when they are taken apart. */
function inParts(kind: Kind, { property, field }: ReferencePlace, values: Readonly<Values>): unknown {
  const value = values[property];
  const declared = field === undefined ? undefined : definitionOf(kind).properties[property];
  if (declared?.type !== 'list') return value;
  if (!isValues(value) || !isListPatch(value)) return withNamedParts(value, declared);
  const copy = copyOf(value);
  for (const word of Object.keys(copy)) setOwn(copy, word, withNamedParts(copy[word], declared));
  return copy;
}

/** References given as names become ids; those of the creation too. */
export async function withIds(kind: Kind, input: Readonly<Values>, place: Place): Promise<Values> {
  const values = copyOf(input);
  for (const reference of [...referencePlaces(kind), ...creationPlaces(kind)])
    if (Object.hasOwn(values, reference.property))
      setOwn(values, reference.property, await resolvedValue(inParts(kind, reference, values), reference, place));
  return values;
}

/**
 * Where what an input names is looked for: whoever works for the whole system means objects of the organisation to which the new one
 * will belong, when that is given.
 */
export async function placeOf(kind: Kind, input: Readonly<Values>, place: Place): Promise<Place> {
  const owner = ownerOf(kind);
  const reference = referencePlaces(kind).find(each => each.property === owner);
  if (place.organization !== undefined || !reference || !Object.hasOwn(input, reference.property)) return place;
  const id = await resolved(reference.to, input[reference.property], place);
  const kept = typeof id === 'string' ? await place.workspace.get(reference.to, id) : undefined;
  return kept ? { ...place, organization: kept.organization } : place;
}

/**
 * A required reference that was not given means the only object there is: nobody names the organisation when there is one, and nobody
 * needs to who works in one.
 */
export async function withOnlyChoices(kind: Kind, values: Values, place: Place): Promise<void> {
  for (const { property, to, required, field } of referencePlaces(kind)) {
    if (!required || field !== undefined || (Object.hasOwn(values, property) && values[property] !== null)) continue;
    const ids = await place.workspace.some(to, place.organization);
    if (ids.length === 1) setOwn(values, property, ids[0]);
  }
}

/** The organisation whose an object is, by what it belongs to; undefined when that is not there. */
export async function organizationOf(kept: Pick<Kept, 'kind' | 'id' | 'document'>, { workspace }: Place) {
  const owner = ownerOf(kept.kind);
  if (owner === undefined) return kept.id;
  const id: unknown = kept.document[owner];
  const to = referencePlaces(kept.kind).find(each => each.property === owner)?.to;
  return typeof id === 'string' && to ? (await workspace.get(to, id))?.organization : undefined;
}

/** References must lead to objects of the organisation. What is elsewhere is as good as not there. */
export async function checkReferences(kept: Kept, { workspace, organization }: Place): Promise<Problem[]> {
  const places = referencePlaces(kept.kind);
  await workspace.load(places.flatMap(place => idsAt(kept.document, place)));
  const problems: Problem[] = [];
  // A new object may refer to itself.
  for (const place of places)
    for (const id of idsAt(kept.document, place))
      if (id !== kept.id && !(await workspace.get(place.to, id, organization))) problems.push(missing(place, id));
  return problems;
}

function missing({ property, field, to }: ReferencePlace, id: string): Problem {
  const name = field === undefined ? property : `${property}.${field}`;
  return problem(name, id, `the id or the name of an existing ${definitionOf(to).kind}`);
}

/** The references of a creation must lead to objects of the organisation too. */
export async function checkCreation(kind: Kind, creation: Readonly<Values>, place: Place): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const reference of creationPlaces(kind)) {
    const { [reference.property]: id } = creation;
    if (typeof id === 'string' && !(await place.workspace.get(reference.to, id, place.organization)))
      problems.push(missing(reference, id));
  }
  return problems;
}
