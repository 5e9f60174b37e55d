import { codeOf, ParleyError } from '@parley/base';
import type { By, Objects, Stored } from '@parley/directory';
import { type CmdletDefinition, definitionOf, isKind, type Kind } from '@parley/schema';
import type { Bound } from './bind.ts';
import { identityIn } from './identity.ts';
import type { Values } from './whereabouts.ts';

/** What is asked. */
export interface About {
  readonly kind?: Kind;
  readonly cmdlet: CmdletDefinition;
  readonly bound: Bound;
  readonly asked: { readonly input?: unknown; readonly one?: true };
  readonly by: By;
  readonly objects: Objects;
}

/** An object that a cmdlet is done to, and what it was called. */
export interface Subject {
  readonly stored: Stored;
  readonly kinds: readonly Kind[];
  readonly identity: string;
}

/** The object that `Identity` means, when it means one that is there already. Throws `OBJECT_NOT_FOUND`. */
export async function identified(about: About): Promise<readonly Subject[]> {
  const { kind, cmdlet, bound, asked } = about;
  if (kind === undefined || cmdlet.does === 'new') return [];
  const identity = identityIn(kind, cmdlet, bound);
  if (identity === undefined || (cmdlet.does === 'get' && !asked.one && /[*?]/.test(identity))) return [];
  return [await subject([kind], identity, about)];
}

/** What parameters mean that say what the cmdlet is done to, by their names. Throws `OBJECT_NOT_FOUND`. */
export async function named(about: About): Promise<ReadonlyMap<string, readonly Subject[]>> {
  const { cmdlet, bound } = about;
  const all = new Map<string, readonly Subject[]>();
  for (const [name, parameter] of Object.entries(cmdlet.parameters)) {
    const kinds = parameter.about?.filter(isKind) ?? [];
    const value = bound.named[name];
    const identities: readonly unknown[] = Array.isArray(value) ? value : [value];
    const subjects: Subject[] = [];
    for (const identity of kinds.length > 0 ? identities : [])
      if (typeof identity === 'string') subjects.push(await subject(kinds, identity, about));
    if (subjects.length > 0) all.set(name, subjects);
  }
  return all;
}

/** The object that an identity means, of the first kind that has one. Throws `OBJECT_NOT_FOUND`. */
export async function subject(
  kinds: readonly Kind[],
  identity: string,
  { objects, by }: Pick<About, 'objects' | 'by'>,
): Promise<Subject> {
  for (const kind of kinds)
    try {
      return { stored: await objects.get(kind, identity, by), kinds, identity };
    } catch (error) {
      if (codeOf(error) !== 'OBJECT_NOT_FOUND') throw error;
    }
  throw nobody(kinds, identity);
}

/** What is out of reach is as what is not there: the same words. */
export function nobody(kinds: readonly Kind[], identity: string): ParleyError {
  const words = kinds.map(kind => `no ${definitionOf(kind).word}`).join(' and ');
  return new ParleyError('OBJECT_NOT_FOUND', `there is ${words} ${JSON.stringify(identity.slice(0, 80))}`);
}

/** Ids in the places of what was named: one, or a list where a list was given. */
export function idsOf({ named: given }: Bound, subjects: ReadonlyMap<string, readonly Subject[]>): Values {
  return Object.fromEntries(
    [...subjects].map(([name, all]): [string, unknown] => {
      const ids = all.map(({ stored }) => stored.object.id);
      return [name, Array.isArray(given[name]) ? ids : ids[0]];
    }),
  );
}
