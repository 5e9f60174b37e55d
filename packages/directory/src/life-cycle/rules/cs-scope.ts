import { Bug } from '@parley/base';
import { canonicalScope, definitionOf, type Kind, type OfKind, type Problem, problem, scopeOf } from '@parley/schema';
import type { Action, Lookup } from './rule.ts';

/** What holds for scopes, by its kind. */
export const SCOPED = [
  'CsHostedVoicemailPolicy',
  'CsVoicePolicy',
  'CsDialPlan',
  'CsTrunkConfiguration',
  'CsVoicemailReroutingConfiguration',
  'CsMediaConfiguration',
] as const satisfies readonly Kind[];

/** What is made for a scope, or granted by a name, as administrators write it: with or without `tag:`. */
export const scopedMeant = <K extends Kind>(kind: K, identity: string, lookup: Lookup): Promise<OfKind<K>> =>
  lookup.meant(kind, canonicalScope(identity));

/** What a service is called, and the role of the pool that has it. */
export const SERVICES = {
  Registrar: 'Registrar',
  PstnGateway: 'PstnGateway',
  MediationServer: 'Mediation',
} as const;

/** The pool of this name, when it has the role. */
export async function poolOf(
  name: string,
  role: OfKind<'CsPool'>['role'],
  lookup: Lookup,
): Promise<OfKind<'CsPool'> | undefined> {
  return (await lookup.find('CsPool', 'name', name, { limit: 1 })).find(pool => pool.role === role);
}

/** The site or the service that an object is for must exist. */
export async function scopeProblems({ name }: { readonly name: string }, lookup: Lookup): Promise<Problem[]> {
  const { scope, of } = scopeOf(name);
  if (scope === 'Global' || scope === 'Tag') return [];
  if (scope === 'Site')
    return (await lookup.find('CsSite', 'name', of, { limit: 1 })).length > 0
      ? []
      : [problem('name', name, 'the scope of an existing site')];
  const pool = await poolOf(of, SERVICES[scope], lookup);
  return pool ? [] : [problem('name', name, `the scope of an existing pool whose role is ${SERVICES[scope]}`)];
}

/** Everything that is made for one of these scopes, as a refusal says it; undefined when there is nothing. */
export async function madeFor(scopes: readonly string[], lookup: Lookup): Promise<string | undefined> {
  const users: string[] = [];
  for (const kind of SCOPED)
    for (const scope of scopes)
      for (const { name } of await lookup.find(kind, 'name', scope, { limit: 1 }))
        users.push(`${definitionOf(kind).word} ${name}`);
  return users.length > 0 ? users.join(', ') : undefined;
}

/** `Remove-` of what has a global object: that cannot be removed, so it goes back to its defaults. */
export const resetOrRemove =
  <K extends Kind>(kind: K): Action<K> =>
  async ({ object, lookup, by }) => {
    const { always, properties } = definitionOf(kind);
    if (always === undefined) throw new Bug(`${kind} has no object that is always there`);
    const meant = object ?? (await lookup.find(kind, 'name', always, { limit: 1 })).at(0);
    if (!meant) throw new Bug(`there is no ${always} ${kind}`);
    if (!('name' in meant) || meant.name !== always) return { changes: [{ what: 'remove', kind, id: meant.id }] };
    const changing = Object.entries(properties).filter(([, property]) => !property.fixedAfterCreate);
    return {
      changes: [
        { what: 'change', kind, id: meant.id, patch: Object.fromEntries(changing.map(([name]) => [name, null])) },
      ],
      shows: by.trial ? [{ kind, id: meant.id }] : [],
    };
  };
