import { definitionOf, type Kind, type OfKind, remark, shownName } from '@parley/schema';
import { dtmfMapOf, type Spelled } from '../../spelling/dtmf-map.ts';
import type { Action, ActionContext, KindRules } from './rule.ts';
import { flagIn, neededIn, type Parameters, textsIn } from './um-parameters.ts';
import { enableMailbox } from './um-user-enable.ts';

/** What of the parameters is a property of the kind, under its own name. */
function patchOf(kind: Kind, parameters: Parameters): Record<string, unknown> {
  const properties = Object.entries(definitionOf(kind).properties);
  const named = properties.map(([name, property]): [string, string] => [name, shownName(name, property)]);
  return Object.fromEntries(
    named.filter(([, shown]) => Object.hasOwn(parameters, shown)).map(([name, shown]) => [name, parameters[shown]]),
  );
}

/** How somebody will be spelled when a patch is made. */
function spelledWith(person: object, patch: Readonly<Record<string, unknown>>): Spelled {
  const after = new Map<string, unknown>([...Object.entries(person), ...Object.entries(patch)]);
  const text = (name: string) => {
    const value = after.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const { firstName, lastName, mailAddress, alias } = Object.fromEntries(
    ['firstName', 'lastName', 'mailAddress', 'alias'].map(name => [name, text(name)]),
  );
  return { firstName, lastName, mailAddress, alias, displayName: text('displayName') ?? text('name') };
}

/** Sets properties, and works out the keys by which callers spell the name when that is asked for. */
const update =
  <K extends 'User' | 'Contact' | 'DistributionGroup'>(kind: K): Action<K> =>
  async ({ object, parameters }: ActionContext<K>) => {
    const person: OfKind<K> | undefined = object;
    if (!person) return {};
    const patch = patchOf(kind, parameters);
    if (flagIn(parameters, 'CreateDTMFMap')) patch.umDtmfMap = dtmfMapOf(spelledWith(person, patch));
    return { changes: [{ what: 'change', kind, id: person.id, patch }], shows: [{ kind, id: person.id }] };
  };

const LISTS = [
  ['User', 'members'],
  ['Contact', 'contacts'],
  ['DistributionGroup', 'groups'],
] as const;

/** Puts people, contacts and groups into a group, or takes them out. */
const members =
  (how: 'add' | 'remove'): Action<'DistributionGroup'> =>
  async ({ object, parameters, lookup }) => {
    if (!object) return {};
    const wanted: Record<string, string[]> = { members: [], contacts: [], groups: [] };
    for (const identity of textsIn(parameters, 'Member') ?? [neededIn(parameters, 'Member')]) {
      const [list, id] = await meantMember(identity, lookup);
      wanted[list].push(id);
    }
    const patch = Object.fromEntries(
      Object.entries(wanted)
        .filter(([, ids]) => ids.length > 0)
        .map(([list, ids]) => [list, { [how]: ids }]),
    );
    return {
      changes: [{ what: 'change', kind: 'DistributionGroup', id: object.id, patch }],
      shows: [{ kind: 'DistributionGroup', id: object.id }],
    };
  };

/** Who is meant, people first. Throws `OBJECT_NOT_FOUND` when nobody is. */
async function meantMember(
  identity: string,
  lookup: ActionContext<'DistributionGroup'>['lookup'],
): Promise<readonly [string, string]> {
  for (const [kind, list] of LISTS) {
    const found = await lookup.get(kind, identity);
    if (found) return [list, found.id];
    for (const property of ['name', ...(definitionOf(kind).foundBy ?? [])]) {
      const [one, ...more] = await lookup.find<Kind>(kind, property, identity, { limit: 2 });
      if (one && more.length === 0) return [list, one.id];
    }
  }
  return ['members', (await lookup.meant('User', identity)).id];
}

/** Who is in a group. */
const listMembers: Action<'DistributionGroup'> = async ({ object }) => {
  if (!object) return {};
  const shows = LISTS.flatMap(([kind, list]) => object[list].map(id => ({ kind, id })));
  return { shows };
};

export const umUser: KindRules<'User'> = { actions: { enableUMMailbox: enableMailbox, update: update('User') } };
export const umContact: KindRules<'Contact'> = { actions: { update: update('Contact') } };
export const umDistributionGroup: KindRules<'DistributionGroup'> = {
  async check({ id, name, groups }) {
    return groups.includes(id) ? [remark('groups', name, `groups: ${name} cannot be in itself`)] : [];
  },
  actions: {
    update: update('DistributionGroup'),
    members: listMembers,
    addMembers: members('add'),
    removeMembers: members('remove'),
  },
};
