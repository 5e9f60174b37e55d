import { type Document, definitionOf, type Kind, type Property } from '@parley/schema';
import type { AuditDetail } from './audit-entry.ts';

/** What is told of values that are nobody's business. */
const SECRET = '(secret)';

/** What changed between two documents of a kind; undefined stands for an object that is not there. */
export function changedValues(kind: Kind, before: Document | undefined, after: Document | undefined): AuditDetail {
  const { properties, secret } = definitionOf(kind);
  const tell = (name: string, value: unknown) => (secret ? SECRET : told(properties[name], value));
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter(name => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
  const valuesOf = (document: Document) =>
    Object.fromEntries(changed.map(name => [name, document[name] === undefined ? null : tell(name, document[name])]));
  return { ...(before ? { from: valuesOf(before) } : {}), ...(after ? { to: valuesOf(after) } : {}) };
}

function told(declared: Property | undefined, value: unknown): unknown {
  return declared?.bulky && typeof value === 'string' ? `(${value.length} characters)` : value;
}
