import type { ObjectDefinition } from '../define/object.ts';
import { canonical, misfit } from './format.ts';

/**
 * The form in which an identity that people give is kept as a name: `tag:Sales` is kept as `Sales`, `site:redmond` as `Site:redmond`.
 * An identity that no object of the kind can have stays as it is.
 */
export function canonicalIdentity({ properties }: ObjectDefinition, identity: string): string {
  const { name } = properties;
  if (name?.type !== 'text' || misfit(identity, name.format) !== undefined) return identity;
  return canonical(identity, name.format);
}
