import assert from 'node:assert/strict';
import { ParleyError } from '@parley/base';
import { definitionOf, type Kind, makeObject, type NewOfKind, type OfKind } from '@parley/schema';
import type { ActionContext, KindRules, Lookup } from '../src/life-cycle/rules/rule.ts';

/** One object of a small world; its id is what comes first. */
export type Made = { [K in Kind]: readonly [id: string, kind: K, input: NewOfKind<K>] }[Kind];

interface Kept {
  readonly id: string;
  readonly kind: Kind;
  readonly object: object;
}

function isOf<K extends Kind>(kept: Kept, kind: K): kept is Kept & { readonly object: OfKind<K> } {
  return kept.kind === kind;
}

const read = (object: object, property: string): unknown => new Map(Object.entries(object)).get(property);

/** A property that the engine looks things up by: the test fails when rules use another one. */
function isIndexed(kind: Kind, name: string): boolean {
  const { properties, foundBy = [] } = definitionOf(kind);
  const property = properties[name];
  return (
    name === 'name' ||
    foundBy.includes(name) ||
    property?.type === 'ref' ||
    (property?.type === 'text' && property.unique !== undefined)
  );
}

const same = (left: unknown, right: string) => typeof left === 'string' && left.toLowerCase() === right.toLowerCase();

/** What rules see of a world that is given whole. */
export function lookupOf(...made: readonly Made[]): Lookup {
  const kept = made.map(([id, kind, input]): Kept => ({ id, kind, object: makeObject(kind, id, input) }));
  const of = <K extends Kind>(kind: K) => kept.flatMap(each => (isOf(each, kind) ? [each.object] : []));
  const find: Lookup['find'] = async (kind, property, value, { limit = 100 } = {}) => {
    assert.ok(isIndexed(kind, property), `${kind} is not looked up by ${property}`);
    return of(kind)
      .filter(object => same(read(object, property), value))
      .slice(0, limit);
  };
  return {
    organization: 'o',
    get: async (kind, id) => of(kind).find(object => object.id === id),
    find,
    async all(kind) {
      assert.ok(!definitionOf(kind).numerous, `there are too many of ${kind}`);
      return of(kind);
    },
    async meant(kind, identity) {
      const { foundBy = [] } = definitionOf(kind);
      const found = of(kind).find(
        object => object.id === identity || ['name', ...foundBy].some(name => same(read(object, name), identity)),
      );
      if (!found) throw new ParleyError('OBJECT_NOT_FOUND', `there is no ${kind} ${identity}`);
      return found;
    },
    referrers: async () => [],
  };
}

/** What an action is called with. */
export const asked = <K extends Kind>(
  lookup: Lookup,
  parameters: Readonly<Record<string, unknown>>,
  object?: OfKind<K>,
): ActionContext<K> => ({ object, parameters, lookup, by: { who: 'ann' }, settings: {}, now: 0 });

/** The globals that every organisation has, one site with a pool and a gateway, and a unit. */
export const HOME = [
  ['vm', 'CsHostedVoicemailPolicy', { name: 'Global', organization: 'o' }],
  ['vp', 'CsVoicePolicy', { name: 'Global', organization: 'o' }],
  ['dp', 'CsDialPlan', { name: 'Global', organization: 'o' }],
  ['edge', 'CsAccessEdgeConfiguration', { name: 'Global', organization: 'o' }],
  ['usages', 'CsPstnUsage', { name: 'Global', organization: 'o', usage: ['Local', 'Long Distance'] }],
  ['redmond', 'CsSite', { name: 'Redmond', organization: 'o' }],
  ['pool', 'CsPool', { name: 'pool.litwareinc.com', organization: 'o', site: 'redmond' }],
  ['gateway', 'CsPool', { name: 'gateway.litwareinc.com', organization: 'o', site: 'redmond', role: 'PstnGateway' }],
  [
    'finance',
    'OrganizationalUnit',
    { name: 'ou=Finance,dc=litwareinc,dc=com', leafName: 'Finance', organization: 'o' },
  ],
] as const satisfies readonly Made[];

/** What is wrong with an object of a world, as the rules of its kind say it. */
export async function problemsOf<K extends Kind>(
  rules: KindRules<K>,
  kind: K,
  id: string,
  lookup: Lookup,
): Promise<string[]> {
  const object = await lookup.get(kind, id);
  assert.ok(object, id);
  const problems = await rules.check?.(object, { before: undefined, lookup, settings: {} });
  return (problems ?? []).map(({ message }) => message);
}

/** Why an object of a world cannot be removed. */
export async function refusalOf<K extends Kind>(
  rules: KindRules<K>,
  kind: K,
  id: string,
  lookup: Lookup,
): Promise<string | undefined> {
  const object = await lookup.get(kind, id);
  assert.ok(object, id);
  return rules.refusesRemoval?.(object, lookup);
}
