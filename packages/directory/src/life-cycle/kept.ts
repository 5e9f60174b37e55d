import { Bug, type Log, messageOf } from '@parley/base';
import {
  type Document,
  definitionOf,
  type Kind,
  type OfKind,
  objectOf,
  validate,
  withPresentNames,
} from '@parley/schema';
import type { StoredRow } from '../store/object-store.ts';

/** An object with what is kept of it. */
export interface Kept<K extends Kind = Kind> {
  readonly kind: K;
  readonly id: string;
  readonly organization: string;
  readonly etag: string;
  readonly document: Document;
  /** Properties that only a newer version knows: carried on, so that a node of an older version loses nothing. */
  readonly unknown: Readonly<Record<string, unknown>>;
  readonly object: OfKind<K>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a row holds, checked again. Throws a `SyntaxError` that says what is wrong. */
function parsed({ kind, id, organization, etag, document }: StoredRow): Kept {
  const values: unknown = JSON.parse(document);
  if (!isRecord(values)) throw new SyntaxError('the document is no object');
  const { properties } = definitionOf(kind);
  const entries = Object.entries(withPresentNames(kind, values));
  const known = Object.fromEntries(entries.filter(([name]) => Object.hasOwn(properties, name)));
  const unknown = Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(properties, name)));
  const validated = validate(kind, known);
  if ('problems' in validated) throw new SyntaxError(validated.problems.map(each => each.message).join('; '));
  const clean = validated.document;
  return { kind, id, organization, etag, document: clean, unknown, object: objectOf(kind, id, clean) };
}

/** A row as an object; undefined, with a line in the log, when it cannot be read: one damaged object must not stop the others. */
export function keptOf(row: StoredRow, log: Log): Kept | undefined {
  try {
    return parsed(row);
  } catch (error) {
    log.error('stored object unreadable', { kind: row.kind, id: row.id, why: messageOf(error) });
    return undefined;
  }
}

export function rowOf({ kind, id, organization, etag, document, unknown }: Kept, changedAt: number): StoredRow {
  return { kind, id, organization, etag, document: JSON.stringify({ ...unknown, ...document }), changedAt };
}

export function isOfKind<K extends Kind>(kept: Kept, kind: K): kept is Kept & Kept<K> {
  return kept.kind === kind;
}

/** The object, whose kind is known to be this. */
export function objectIn<K extends Kind>(kept: Kept, kind: K): OfKind<K> {
  if (isOfKind(kept, kind)) return kept.object;
  throw new Bug(`${kept.id} is a ${kept.kind}, not a ${kind}`);
}

/** Name of an object for people: its id when it has none. */
export function nameOf({ id, document }: Pick<Kept, 'id' | 'document'>): string {
  return typeof document.name === 'string' ? document.name : id;
}

/** "mailbox ann". */
export const wordAndName = (kept: Kept) => `${definitionOf(kept.kind).word} ${nameOf(kept)}`;
