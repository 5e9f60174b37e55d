import type { ObjectDefinition } from '../define/object.ts';
import { definitionOf, type Kind, kinds, type NewOfKind, type OfKind } from '../objects/index.ts';
import { editedList, listEditOf } from './list-edit.ts';
import { nearest } from './nearest.ts';
import { type Problem, problem, remark, shown } from './problem.ts';
import { checkValue, type Value } from './value.ts';

/** An object as it is stored: only what was given, so that a changed default reaches it. */
export type Document = Readonly<Record<string, Value>>;

/** A clean document, or everything that is wrong with the input (at most 20 problems). */
export type Validated = { readonly document: Document } | { readonly problems: readonly Problem[] };

const MOST_PROBLEMS = 20;

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** What is given along with a new object and not kept in it (see `ObjectDefinition.creation`). */
export type Creation = Readonly<Record<string, Value>>;

/** Checks what makes a new object of a kind, the parameters of its creation included. */
export function validateNew(
  kind: Kind,
  input: unknown,
): { readonly document: Document; readonly creation: Creation } | { readonly problems: readonly Problem[] } {
  const parameters = definitionOf(kind).creation ?? {};
  if (!isRecord(input))
    return { problems: [problem(definitionOf(kind).word, input, 'an object with named properties')] };
  const kept = Object.fromEntries(Object.entries(input).filter(([name]) => !Object.hasOwn(parameters, name)));
  const validated = validate(kind, kept);
  const problems = 'problems' in validated ? [...validated.problems] : [];
  const creation: Record<string, Value> = {};
  for (const [name, property] of Object.entries(parameters)) {
    const value = given(input, name) ?? ('default' in property ? property.default : undefined);
    const checked = value === undefined ? undefined : checkValue(name, value, property);
    if (checked && 'problem' in checked) problems.push(checked.problem);
    else if (checked) creation[name] = checked.value;
  }
  return 'document' in validated && problems.length === 0 ? { document: validated.document, creation } : { problems };
}

/** Checks the properties of an object of a kind. `null` and an empty text stand for "not given". */
export function validate(kind: Kind, input: unknown): Validated {
  const definition = definitionOf(kind);
  if (!isRecord(input)) return { problems: [problem(definition.word, input, 'an object with named properties')] };
  const problems = unknownProperties(definition, input);
  const document: Record<string, Value> = {};
  for (const [name, property] of Object.entries(definition.properties)) {
    const value = given(input, name);
    if (value === undefined) {
      if ('required' in property && property.required) problems.push(missing(name, property));
      continue;
    }
    const checked = checkValue(name, value, property);
    if ('problem' in checked) problems.push(checked.problem);
    else document[name] = checked.value;
  }
  if (problems.length === 0) problems.push(...brokenRules(definition, document));
  return problems.length > 0 ? { problems: problems.slice(0, MOST_PROBLEMS) } : { document };
}

/**
 * Checks a change to an object: `patch` names what changes, `null` (or an empty text) takes a property back to its default, and a list
 * may be `{ add?, remove? }` instead of a whole one.
 */
export function validateChange(kind: Kind, current: Document, patch: unknown): Validated {
  const definition = definitionOf(kind);
  if (!isRecord(patch)) return { problems: [problem(definition.word, patch, 'an object with named properties')] };
  const merged: Record<string, unknown> = { ...current };
  const problems: Problem[] = [];
  for (const name of Object.keys(patch)) {
    const next = changed(definition, { name, value: patch[name] }, current);
    if ('problem' in next) problems.push(next.problem);
    else Object.defineProperty(merged, name, { ...PLAIN, value: next.value });
  }
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  const validated = validate(kind, merged);
  if ('problems' in validated) return validated;
  const before = withDefaults(definition, current);
  const after = withDefaults(definition, validated.document);
  const fixed = Object.entries(definition.properties)
    .filter(([name, property]) => property.fixedAfterCreate && !isSame(before[name], after[name]))
    .map(([name]) =>
      remark(name, patch[name], `${name} cannot be changed after creation (it is ${shown(before[name])})`),
    );
  return fixed.length > 0 ? { problems: fixed } : validated;
}

interface Named {
  readonly name: string;
  readonly value: unknown;
}

/** The value that a patch means: itself, or the present list with what is added and without what is removed. */
function changed({ properties }: ObjectDefinition, { name, value }: Named, current: Document) {
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  const edit = property?.type === 'list' ? listEditOf(value) : undefined;
  if (property?.type !== 'list' || !edit) return { value };
  return editedList(name, edit, { property, current: Object.hasOwn(current, name) ? current[name] : property.default });
}

// Assigning to a key named __proto__ would change the object's prototype instead of adding the key that has to be complained about.
const PLAIN = { enumerable: true, configurable: true, writable: true };

/** The value of a property that was really given. */
function given(input: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return value === null || value === '' ? undefined : value;
}

function missing(name: string, property: ObjectDefinition['properties'][string]): Problem {
  const checked = checkValue(name, undefined, property);
  return 'problem' in checked ? checked.problem : problem(name, undefined, 'given');
}

function unknownProperties(definition: ObjectDefinition, input: object): Problem[] {
  const known = Object.keys(definition.properties);
  return Object.keys(input)
    .filter(name => name !== 'id' && !known.includes(name))
    .slice(0, MOST_PROBLEMS)
    .map(name => {
      const plain = shown(name);
      const near = nearest(name, known);
      return remark(plain, undefined, `${definition.kind} has no property ${plain}: ${near}`);
    });
}

function brokenRules(definition: ObjectDefinition, document: Document): Problem[] {
  if (definition.rules === undefined) return [];
  const all = withDefaults(definition, document);
  const size = (value: Value | undefined) => (value === 'Unlimited' ? Number.POSITIVE_INFINITY : Number(value));
  return definition.rules
    .filter(rule => size(all[rule.property]) >= size(all[rule.lessThan]) && size(all[rule.property]) !== 0)
    .map(rule => {
      const than = all[rule.lessThan];
      return problem(rule.property, all[rule.property], `less than ${rule.lessThan}, which is ${shown(than)}`);
    });
}

function isSame(left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Properties and their defaults, listed once: everything that is read goes through them. */
const DEFAULTS: ReadonlyMap<string, readonly (readonly [name: string, value: Value | undefined])[]> = new Map(
  kinds.map(kind => [kind, defaultsOf(definitionOf(kind))]),
);

function defaultsOf({ properties }: ObjectDefinition): (readonly [name: string, value: Value | undefined])[] {
  return Object.entries(properties).map(([name, each]) => [name, 'default' in each ? each.default : undefined]);
}

/** A document with the defaults of its kind for all that was not given. */
function withDefaults({ kind }: ObjectDefinition, document: Document): Record<string, Value> {
  const all: Record<string, Value> = {};
  for (const [name, usual] of DEFAULTS.get(kind) ?? []) {
    const value = Object.hasOwn(document, name) ? document[name] : usual;
    if (value !== undefined) all[name] = value;
  }
  return all;
}

/** The object that a clean document stands for: its id, what was given, and defaults. */
export function objectOf<K extends Kind>(kind: K, id: string, document: Document): OfKind<K> {
  // The type says what `validate` has checked property by property: a document comes from nowhere else.
  // An object that was built name by name is a hash table to V8, a copy of it takes a quarter of the memory: nodes remember 50,000 mailboxes.
  return Object.freeze({ id, ...withDefaults(definitionOf(kind), document) }) as OfKind<K>;
}

/** An object from properties that the program itself wrote (tests, first start): fails like a bug when they are wrong. */
export function makeObject<K extends Kind>(kind: K, id: string, input: NewOfKind<K>): OfKind<K> {
  const validated = validate(kind, input);
  if ('document' in validated) return objectOf(kind, id, validated.document);
  throw new TypeError(`${kind} ${id}: ${validated.problems.map(each => each.message).join('; ')}`);
}
