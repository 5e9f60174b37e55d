import { ObjectInvalid } from '@parley/directory';
import { type CmdletDefinition, canonicalScope, definitionOf, type Kind, problem } from '@parley/schema';
import { type Bound, textIn } from './bind.ts';
import { instanceIn } from './instance.ts';

/** Shapes of names that begin with what the object holds for: `site:Redmond`, `tag:Sales`. */
const isScoped = (format: string | undefined) =>
  format !== undefined && (format.endsWith(' scope') || format === 'scoped name');

/** The one way in which names of a kind are kept: `Sales` for `tag:Sales`. */
function kept(kind: Kind, identity: string): string {
  const { name } = definitionOf(kind).properties;
  if (name?.type !== 'text' || !isScoped(name.format)) return identity;
  const cut = name.format === 'scoped name' ? identity.lastIndexOf('/') : identity.length;
  return cut < 0 ? identity : canonicalScope(identity.slice(0, cut)) + identity.slice(cut);
}

/** What names a container: "ann" of `-Mailbox ann`. */
function containerIn({ parameters }: CmdletDefinition, bound: Bound): string | undefined {
  const [name] = Object.entries(parameters).find(([, { within }]) => within) ?? [];
  return name === undefined ? undefined : textIn(bound, name);
}

/** The object that is meant, as the objects take it; undefined when none is. */
export function identityIn(kind: Kind, cmdlet: CmdletDefinition, bound: Bound): string | undefined {
  const identity = textIn(bound, 'Identity') ?? instanceIn(cmdlet, bound)?.identity;
  if (identity === undefined) return undefined;
  const container = containerIn(cmdlet, bound);
  return container === undefined || identity.includes('\\') ? kept(kind, identity) : `${container}\\${identity}`;
}

/** The same where one is needed; of the one object that every organisation has it may be left out. */
export function neededIdentity(kind: Kind, cmdlet: CmdletDefinition, bound: Bound): string {
  const identity = identityIn(kind, cmdlet, bound) ?? definitionOf(kind).always;
  if (identity !== undefined) return identity;
  throw new ObjectInvalid([problem('Identity', undefined, `the name or the id of a ${kind}`)]);
}
