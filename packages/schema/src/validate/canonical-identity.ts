import type { ObjectDefinition } from '../define/object.ts';
import { distinguishedNameOf } from './canonical-path.ts';
import { canonical, misfit } from './format.ts';

/**
 * The form in which an identity that people give is kept as a name: `tag:Sales` is kept as `Sales`, `site:redmond` as `Site:redmond`,
 * the path `example.org/Finance` as the distinguished name that it means.
 * An identity that no object of the kind can have stays as it is.
 */
export function canonicalIdentity({ properties }: ObjectDefinition, identity: string): string {
  const { name } = properties;
  if (name?.type !== 'text') return identity;
  const written = (name.format === 'distinguished name' && distinguishedNameOf(identity)) || identity;
  return misfit(written, name.format) === undefined ? canonical(written, name.format) : identity;
}
