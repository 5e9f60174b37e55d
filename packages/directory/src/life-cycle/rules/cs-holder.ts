import { codeOf, ParleyError } from '@parley/base';
import type { OfKind } from '@parley/schema';
import { canonicalScope, problem, scopeOf, shownScope } from '@parley/schema';
import { effectivePolicy, GRANTED, type Holder, type PolicyKind } from './cs-effective.ts';
import { givenIn, invalid, isOn, textIn } from './cs-read.ts';
import type { Action, Lookup } from './rule.ts';

/** The object of a kind that an identity means; undefined when there is none. */
async function meant<K extends 'User' | 'CsExUmContact'>(kind: K, identity: string, lookup: Lookup) {
  try {
    return await lookup.meant(kind, identity);
  } catch (error) {
    if (codeOf(error) === 'OBJECT_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The person or the contact that is meant. Throws `OBJECT_NOT_FOUND` or `OBJECT_AMBIGUOUS`. */
export async function holderMeant(
  identity: string,
  lookup: Lookup,
): Promise<{ kind: 'User' | 'CsExUmContact'; holder: Holder }> {
  const user = await meant('User', identity, lookup);
  if (user) return { kind: 'User', holder: user };
  const contact = await meant('CsExUmContact', identity, lookup);
  if (contact) return { kind: 'CsExUmContact', holder: contact };
  const shown = JSON.stringify(identity.slice(0, 80));
  throw new ParleyError('OBJECT_NOT_FOUND', `there is no person and no contact ${shown}`);
}

/** The policy of this name that can be granted. */
async function grantable<K extends PolicyKind>(kind: K, name: string, lookup: Lookup): Promise<OfKind<K>> {
  if (scopeOf(name).scope !== 'Tag')
    throw invalid(
      problem('PolicyName', name, `the name of a ${kind} that is granted; ${shownScope(name)} holds by itself`),
    );
  const policy = (await lookup.find(kind, 'name', canonicalScope(name), { limit: 1 })).at(0);
  if (policy) return policy;
  throw invalid(problem('PolicyName', name, `the name of an existing ${kind}`));
}

/** Nobody can be enabled for hosted voice mail under such a policy: whoever grants one should know. */
const leadsNowhere = (kind: PolicyKind, policy: object) =>
  kind === 'CsHostedVoicemailPolicy' && !('destination' in policy);

/** `Grant-` of a policy: by its name, with or without `tag:`; `null` takes it away. */
export const grant =
  <K extends PolicyKind>(kind: K): Action<K> =>
  async ({ parameters, lookup, by }) => {
    const identity = textIn(parameters, 'Holder', 'a person or a contact');
    const { kind: of, holder } = await holderMeant(identity, lookup);
    const name = givenIn(parameters, 'PolicyName');
    const policy =
      name === null
        ? undefined
        : await grantable(kind, textIn(parameters, 'PolicyName', `the name of a ${kind}, or $null`), lookup);
    const warnings =
      policy && leadsNowhere(kind, policy)
        ? [`${policy.name} has no Destination: nobody can be enabled for hosted voice mail under it`]
        : [];
    return {
      changes: [{ what: 'change', kind: of, id: holder.id, patch: { [GRANTED[kind]]: policy?.id ?? null } }],
      // The originals answer with nothing, unless they are told to.
      shows: isOn(parameters, 'PassThru') || by.trial ? [{ kind: of, id: holder.id }] : [],
      warnings,
    };
  };

const TYPES: Readonly<Record<string, PolicyKind>> = {
  HostedVoicemailPolicy: 'CsHostedVoicemailPolicy',
  VoicePolicy: 'CsVoicePolicy',
  DialPlan: 'CsDialPlan',
};

/** `Get-CsEffectivePolicy`: what holds, and which scope has decided that. */
export const showEffective: Action<'User'> = async ({ parameters, lookup }) => {
  const { holder } = await holderMeant(textIn(parameters, 'Holder', 'a person or a contact'), lookup);
  const wanted = givenIn(parameters, 'PolicyType') ?? undefined;
  const result: unknown[] = [];
  for (const [type, kind] of Object.entries(TYPES)) {
    if (wanted !== undefined && wanted !== type) continue;
    const { object, scope, why } = await effectivePolicy(kind, holder, lookup);
    result.push({
      Identity: type,
      Policy: shownScope(object.name),
      Scope: scope,
      Why: why,
      ...(kind === 'CsHostedVoicemailPolicy' ? destinationOf(object) : {}),
    });
  }
  if (result.length === 0) throw invalid(problem('PolicyType', wanted, `one of ${Object.keys(TYPES).join(', ')}`));
  return { result };
};

const destinationOf = (policy: object) => ({
  Destination: 'destination' in policy ? policy.destination : null,
  Organization: 'tenantOrganizations' in policy ? policy.tenantOrganizations : null,
});
