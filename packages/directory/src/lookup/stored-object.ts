import { type Log, messageOf } from '@parley/base';
import { definitionOf, type Kind, type OfKind, objectOf, validate, withPresentNames } from '@parley/schema';

/**
 * The object that a stored document stands for. Properties that only a newer version knows are passed over; undefined, with a line in
 * the log, for one that cannot be read: one damaged object must not stop all calls.
 */
export function storedObject<K extends Kind>(
  kind: K,
  { id, document }: { readonly id: string; readonly document: string },
  log: Log,
): OfKind<K> | undefined {
  try {
    return parsed(kind, id, document);
  } catch (error) {
    log.error('stored object unreadable', { kind, id, why: messageOf(error) });
    return undefined;
  }
}

function parsed<K extends Kind>(kind: K, id: string, document: string): OfKind<K> {
  const { properties } = definitionOf(kind);
  const kept = withPresentNames(kind, JSON.parse(document));
  const values = Object.entries(kept).filter(([name]) => Object.hasOwn(properties, name));
  const validated = validate(kind, Object.fromEntries(values));
  if ('problems' in validated) throw new SyntaxError(validated.problems.map(each => each.message).join('; '));
  return objectOf(kind, id, validated.document);
}
