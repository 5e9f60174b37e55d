import {
  type Document,
  type Kind,
  LONGEST_NUMBER,
  type NumberRule,
  type OfKind,
  type Problem,
  problem,
  translated,
  translationMisfit,
} from '@parley/schema';
import { inOrder, type Prioritized } from './cs-ordered.ts';
import { type Given, givenIn, invalid, isOn, propertiesIn, shownIn, textIn } from './cs-read.ts';
import { scopedMeant } from './cs-scope.ts';
import type { Action, Lookup } from './rule.ts';

/** A rule that belongs to a dial plan or a trunk configuration, by its kind; what it belongs to, by the property that leads there. */
export type RuleKind =
  | 'CsVoiceNormalizationRule'
  | 'CsOutboundTranslationRule'
  | 'CsOutboundCallingNumberTranslationRule'
  | 'CsSipResponseCodeTranslationRule';

export const PARENTS = {
  CsVoiceNormalizationRule: { kind: 'CsDialPlan', property: 'dialPlan' },
  CsOutboundTranslationRule: { kind: 'CsTrunkConfiguration', property: 'trunkConfiguration' },
  CsOutboundCallingNumberTranslationRule: { kind: 'CsTrunkConfiguration', property: 'trunkConfiguration' },
  CsSipResponseCodeTranslationRule: { kind: 'CsTrunkConfiguration', property: 'trunkConfiguration' },
} as const satisfies Readonly<Record<RuleKind, { readonly kind: Kind; readonly property: string }>>;

/** `site:Redmond/Internal`, or a parent and a name apart. */
function placeIn(parameters: Given): { readonly parent: string; readonly name: string } {
  const identity = givenIn(parameters, 'RuleIdentity') ?? undefined;
  if (identity === undefined)
    return {
      parent: textIn(parameters, 'Parent', 'given with Name, or Identity instead of both'),
      name: textIn(parameters, 'Name', 'given with Parent, or Identity instead of both'),
    };
  const whole = textIn(parameters, 'RuleIdentity', 'a scope and a name with / between them');
  const cut = whole.lastIndexOf('/');
  if (cut < 1) throw invalid(problem('Identity', whole, 'a scope and a name with / between them'));
  return { parent: whole.slice(0, cut), name: whole.slice(cut + 1) };
}

/** `New-` of a rule: it goes to the plan or configuration of its scope; in memory, into the list of a plan that is made later. */
export const newRule =
  <K extends RuleKind>(kind: K, properties: readonly string[]): Action<K> =>
  async ({ parameters, lookup }) => {
    const { parent, name } = placeIn(parameters);
    if (isOn(parameters, 'InMemory')) return { result: { Name: name, ...shownIn(parameters, kind, properties) } };
    const { kind: of, property } = PARENTS[kind];
    const found = await scopedMeant(of, parent, lookup);
    const input = {
      ...propertiesIn(parameters, kind, properties),
      name: `${found.name}/${name}`,
      [property]: found.id,
    };
    return { changes: [{ what: 'create', kind, input }] };
  };

/** The scope in a rule's identity is that of what it belongs to. */
export function placeProblems(
  rule: { readonly name: string },
  parent: { readonly name: string } | undefined,
): Problem[] {
  const scope = rule.name.slice(0, rule.name.lastIndexOf('/'));
  if (parent && scope.toLowerCase() === parent.name.toLowerCase()) return [];
  return [problem('name', rule.name, `${parent?.name ?? 'a scope'}/ and a name`)];
}

/** The groups that a replacement takes must be there. */
export function numberRuleProblems({ pattern, translation }: NumberRule): Problem[] {
  const misfit = translationMisfit(translation, pattern);
  return misfit === undefined ? [] : [problem('translation', translation, misfit)];
}

/** A number that people give to be tried. */
export function numberIn(parameters: Given, name: string): string {
  const number = textIn(parameters, name, 'a number');
  if (number.length <= LONGEST_NUMBER) return number;
  throw invalid(problem(name, number, `at most ${LONGEST_NUMBER} characters long`));
}

/** What the first rule that matches makes of a number. */
export function firstTranslation<R extends NumberRule & Prioritized>(
  rules: readonly R[],
  number: string,
): { readonly rule: R; readonly number: string } | undefined {
  for (const rule of inOrder(rules)) {
    const made = translated(rule, number);
    if (made !== undefined) return { rule, number: made };
  }
  return undefined;
}

/** The rules of a plan or a configuration. Most of one: more are never tried. */
export const rulesIn = <K extends RuleKind>(
  kind: K,
  parent: { readonly id: string },
  lookup: Lookup,
): Promise<readonly OfKind<K>[]> => lookup.find(kind, PARENTS[kind].property, parent.id, { limit: MOST_RULES });

const MOST_RULES = 1000;

/** Rules as their parent shows them. */
export const shownRules = (rules: readonly (Prioritized & { readonly name: string })[]): readonly Document[] =>
  inOrder(rules).map(rule => {
    const { id: _, ...others } = rule;
    const own = Object.entries(others).filter(([name]) => !PARENT_PROPERTIES.has(name));
    return Object.fromEntries(own);
  });

const PARENT_PROPERTIES: ReadonlySet<string> = new Set(Object.values(PARENTS).map(({ property }) => property));
