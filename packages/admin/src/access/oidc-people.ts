import { type Clock, codeOf } from '@parley/base';
import type { AccessRecords, Administrator } from '@parley/directory';
import { roleGroupNamed } from '@parley/schema';
import { nameKey } from './names.ts';
import type { OidcOptions, Person } from './oidc-provider.ts';
import { hashOf } from './secrets.ts';

type Mapping = Pick<OidcOptions, 'groups' | 'organization'>;

/** Entries that were made for people of the provider have ids that begin so: their groups are the provider's word, at each sign-in. */
const MADE = 'oidc-';
const LONGEST_NAME = 100;

/**
 * The administrator that a person of the provider is: the one whose account it is, with the groups that he was given here; otherwise one
 * who is made, and kept, by the person's groups there. Undefined when he is nobody here.
 */
export async function administratorFor(
  person: Person,
  { groups = {}, organization }: Mapping,
  { records, clock }: { readonly records: AccessRecords; readonly clock: Clock },
): Promise<Administrator | undefined> {
  const known = await records.administrators.byOidcSubject(person.subject);
  if (known && !known.id.startsWith(MADE)) return known.disabled ? undefined : known;
  const mapped = mappedGroups(person.groups, groups);
  if (known) return keep(known, { groups: mapped, organization }, records);
  if (mapped.length === 0) return undefined;
  const made = newcomer(person, { groups: mapped, organization, createdAt: clock.wall() });
  return add(made, person, records);
}

/** Role groups of this system for groups of the provider. */
function mappedGroups(theirs: readonly string[], mapping: NonNullable<Mapping['groups']>): readonly string[] {
  const ours = theirs.flatMap(group => (Object.hasOwn(mapping, group) ? mapping[group] : []));
  return [...new Set(ours.flatMap(name => roleGroupNamed(name)?.name ?? []))];
}

async function keep(
  known: Administrator,
  { groups, organization = null }: { groups: readonly string[]; organization?: string | null },
  { administrators, sessions }: AccessRecords,
): Promise<Administrator | undefined> {
  const now = await administrators.change(known.id, { groups, organization });
  if (groups.length === 0) await sessions.removeAllOf(known.id);
  return groups.length === 0 || known.disabled ? undefined : now;
}

/** Nobody can take the name of a local administrator by calling himself so: these have "oidc\" in front. */
function newcomer(
  person: Person,
  { groups, organization, createdAt }: Pick<Administrator, 'groups' | 'organization' | 'createdAt'>,
): Administrator {
  const mark = hashOf(person.subject);
  const name = nameKey(person.name.slice(0, LONGEST_NAME)) ?? mark.slice(0, 16);
  return {
    // The same for the same person, so that two sign-ins at the same moment make one entry.
    id: `${MADE}${mark.slice(0, 40)}`,
    name: `oidc\\${name}`,
    ...(organization === undefined ? {} : { organization }),
    groups,
    scopes: [],
    oidcSubject: person.subject,
    disabled: false,
    failures: 0,
    lockedUntil: 0,
    createdAt,
  };
}

async function add(
  made: Administrator,
  person: Person,
  { administrators }: AccessRecords,
): Promise<Administrator | undefined> {
  try {
    await administrators.add(made);
    return made;
  } catch (error) {
    if (codeOf(error) !== 'OBJECT_INVALID') throw error;
  }
  // He himself, a moment ago; or somebody else whose name it was.
  const same = await administrators.byOidcSubject(person.subject);
  if (same) return same.disabled ? undefined : same;
  const other = { ...made, name: `${made.name}-${hashOf(person.subject).slice(0, 8)}` };
  await administrators.add(other);
  return other;
}
