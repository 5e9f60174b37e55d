import { type DialPlan, type Kind, type OfKind, type Problem, problem } from '@parley/schema';
import type { Lookup, Rules } from './rule.ts';

/** What refers to one object that administrators are shown in one go. */
const MOST_SHOWN = 100;

/** A language that was given must be one that prompts exist in. */
export function missingLanguage(property: string, language: string | undefined, { languages }: Rules): Problem[] {
  if (language === undefined || !languages || languages.includes(language)) return [];
  return [problem(property, language, `a language that prompts exist in: ${languages.join(', ')}`)];
}

type WithGroups = Pick<DialPlan, 'allowedInCountryOrRegionGroups' | 'allowedInternationalGroups'>;

/** Whoever may dial by groups of dialing rules names groups that the plan has; upper and lower case are equal. */
export function unknownGroups(object: WithGroups, plan: DialPlan): Problem[] {
  const of = (rules: DialPlan['configuredInternationalGroups']) => [...new Set(rules.map(({ name }) => name))];
  return [
    ...strangers('allowedInCountryOrRegionGroups', object, of(plan.configuredInCountryOrRegionGroups)),
    ...strangers('allowedInternationalGroups', object, of(plan.configuredInternationalGroups)),
  ];
}

function strangers(property: keyof WithGroups, object: WithGroups, groups: readonly string[]): Problem[] {
  const known = new Set(groups.map(each => each.toLowerCase()));
  const has = groups.length === 0 ? 'it has none' : groups.join(', ');
  return object[property]
    .filter(each => !known.has(each.toLowerCase()))
    .map(each => problem(property, each, `the name of a group of dialing rules of the dial plan: ${has}`));
}

/** The names of the objects of a kind that refer to something, in their order. */
export async function namesOf<K extends Kind>(
  kind: K,
  { property, id }: { readonly property: string; readonly id: string },
  lookup: Lookup,
): Promise<readonly string[]> {
  const found = await lookup.find(kind, property, id, { limit: MOST_SHOWN });
  return found.map(nameIn).sort();
}

/** An object's name, its id when it has none. */
export function nameIn(object: OfKind<Kind>): string {
  return 'name' in object && typeof object.name === 'string' ? object.name : object.id;
}
