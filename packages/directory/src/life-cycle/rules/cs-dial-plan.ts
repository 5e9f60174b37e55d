import { ParleyError } from '@parley/base';
import { type Creation, type OfKind, type Problem, problem, remark, scopeOf, translated } from '@parley/schema';
import { grant } from './cs-holder.ts';
import {
  firstTranslation,
  newRule,
  numberIn,
  numberRuleProblems,
  placeProblems,
  rulesIn,
  shownRules,
} from './cs-number-rule.ts';
import { invalid, textIn } from './cs-read.ts';
import { resetOrRemove, SERVICES, scopedMeant, scopeProblems } from './cs-scope.ts';
import type { Action, KindRules, Lookup, WantedChange } from './rule.ts';

type Plan = OfKind<'CsDialPlan'>;

/** The rule that a plan has when nobody has made one: numbers of eleven digits get a plus. */
const KEEP_ALL = { name: 'Keep All', pattern: '^(\\d{11})$', translation: '+$1' } as const;

/** What a plan is called where its scope is not known: its own name, or what its scope gives. */
export function simpleNameOf({ name, simpleName }: Plan): string {
  if (simpleName !== undefined) return simpleName;
  const { scope, of } = scopeOf(name);
  if (scope === 'Global') return 'Prefix All';
  return scope === 'Registrar' || scope === 'PstnGateway' || scope === 'MediationServer'
    ? `${SERVICES[scope]}_${of}`
    : of;
}

/** Clients tell plans apart by this name alone, and one may stand in for what another plan was given. */
async function simpleNameProblems(plan: Plan, lookup: Lookup): Promise<Problem[]> {
  const name = simpleNameOf(plan);
  const same = (await lookup.all('CsDialPlan')).find(
    other => other.id !== plan.id && simpleNameOf(other).toLowerCase() === name.toLowerCase(),
  );
  return same ? [remark('simpleName', name, `simpleName: ${name} belongs to dial plan ${same.name}`)] : [];
}

function dialingProblems({ optimizeDeviceDialing, externalAccessPrefix }: Plan): Problem[] {
  if (!optimizeDeviceDialing || externalAccessPrefix !== undefined) return [];
  return [problem('optimizeDeviceDialing', true, 'false as long as there is no ExternalAccessPrefix')];
}

/** The rules that a plan is made with. */
function firstRules(plan: Plan, { normalizationRules: given }: Creation) {
  const rules = Array.isArray(given) && given.length > 0 ? given : [KEEP_ALL];
  return rules.map(rule => {
    const own = typeof rule === 'string' ? { name: rule } : rule;
    const input = { ...own, name: `${plan.name}/${own.name}`, dialPlan: plan.id };
    return { kind: 'CsVoiceNormalizationRule' as const, input };
  });
}

/** `Test-CsDialPlan`: the first rule that matches, and what it makes; nothing when none does. */
const test: Action<'CsDialPlan'> = async ({ parameters, lookup }) => {
  const plan = await scopedMeant('CsDialPlan', textIn(parameters, 'Dialplan', 'a dial plan'), lookup);
  const rules = await rulesIn('CsVoiceNormalizationRule', plan, lookup);
  const found = firstTranslation(rules, numberIn(parameters, 'DialedNumber'));
  return { result: found ? [{ MatchingRule: found.rule.name, TranslatedNumber: found.number }] : [] };
};

/** `Remove-CsDialPlan`: the global plan goes back to its defaults, and to the one rule that a plan has when nobody has made any. */
const resetOrRemovePlan: Action<'CsDialPlan'> = async context => {
  const result = await resetOrRemove('CsDialPlan')(context);
  const reset = result.changes?.find(({ what }) => what === 'change');
  if (reset?.what !== 'change') return result;
  const rules = await rulesIn('CsVoiceNormalizationRule', reset, context.lookup);
  const kind = 'CsVoiceNormalizationRule';
  const made: WantedChange = {
    what: 'create',
    kind,
    input: { ...KEEP_ALL, name: `Global/${KEEP_ALL.name}`, dialPlan: reset.id },
  };
  return {
    ...result,
    changes: [reset, ...rules.map(({ id }): WantedChange => ({ what: 'remove', kind, id })), made],
  };
};

export const csDialPlanRules: KindRules<'CsDialPlan'> = {
  async check(plan, { lookup }) {
    return [
      ...dialingProblems(plan),
      ...(await scopeProblems(plan, lookup)),
      ...(await simpleNameProblems(plan, lookup)),
    ];
  },
  along: async (plan, creation) => firstRules(plan, creation),
  async computed(plan, lookup) {
    const rules = await rulesIn('CsVoiceNormalizationRule', plan, lookup);
    return { simpleName: simpleNameOf(plan), normalizationRules: shownRules(rules) };
  },
  actions: { grant: grant('CsDialPlan'), 'reset-or-remove': resetOrRemovePlan, test },
};

/** `Test-CsVoiceNormalizationRule`. */
const testRule: Action<'CsVoiceNormalizationRule'> = async ({ parameters, lookup }) => {
  const rule = await lookup.meant('CsVoiceNormalizationRule', textIn(parameters, 'NormalizationRule', 'a rule'));
  const made = translated(rule, numberIn(parameters, 'DialedNumber'));
  return { result: made === undefined ? [] : [{ TranslatedNumber: made }] };
};

/** `Remove-CsVoiceNormalizationRule`: a plan keeps its last rule, and takes it along only when it goes itself. */
const removeRule: Action<'CsVoiceNormalizationRule'> = async ({ object: rule, lookup }) => {
  if (!rule) throw invalid(problem('Identity', undefined, 'a rule'));
  const plan = await lookup.get('CsDialPlan', rule.dialPlan);
  if (plan && (await rulesIn('CsVoiceNormalizationRule', plan, lookup)).length < 2)
    throw new ParleyError('OBJECT_IN_USE', `${rule.name} is the last rule of dial plan ${plan.name}, which needs one`);
  return { changes: [{ what: 'remove', kind: 'CsVoiceNormalizationRule', id: rule.id }] };
};

export const csVoiceNormalizationRuleRules: KindRules<'CsVoiceNormalizationRule'> = {
  async check(rule, { lookup }) {
    return [...placeProblems(rule, await lookup.get('CsDialPlan', rule.dialPlan)), ...numberRuleProblems(rule)];
  },
  actions: {
    'new-rule': newRule('CsVoiceNormalizationRule', [
      'pattern',
      'translation',
      'priority',
      'isInternalExtension',
      'description',
    ]),
    'remove-rule': removeRule,
    test: testRule,
  },
};
