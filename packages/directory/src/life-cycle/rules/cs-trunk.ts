import { type OfKind, type Problem, problem } from '@parley/schema';
import {
  firstTranslation,
  newRule,
  numberIn,
  numberRuleProblems,
  placeProblems,
  rulesIn,
  shownRules,
} from './cs-number-rule.ts';
import { textIn } from './cs-read.ts';
import { resetOrRemove, scopedMeant, scopeProblems } from './cs-scope.ts';
import { usageProblems } from './cs-usage.ts';
import type { Action, KindRules } from './rule.ts';

type Trunk = OfKind<'CsTrunkConfiguration'>;

/** Media go around the mediation server only where that can be undone, or where nobody waits for RTCP. */
function bypassProblems(trunk: Trunk): Problem[] {
  const { enableBypass, concentratedTopology, enableReferSupport, rtcpActiveCalls, rtcpCallsOnHold } = trunk;
  const isPossible = concentratedTopology && (enableReferSupport || (!rtcpActiveCalls && !rtcpCallsOnHold));
  if (!enableBypass || isPossible) return [];
  return [
    problem(
      'enableBypass',
      true,
      'false, unless ConcentratedTopology is true and either EnableReferSupport is true or RTCPActiveCalls and RTCPCallsOnHold are false',
    ),
  ];
}

/** `Test-CsTrunkConfiguration`: the number that gateways get; nothing when no rule changes it. */
const test: Action<'CsTrunkConfiguration'> = async ({ parameters, lookup }) => {
  const trunk = await scopedMeant(
    'CsTrunkConfiguration',
    textIn(parameters, 'TrunkConfiguration', 'a trunk configuration'),
    lookup,
  );
  const rules = await rulesIn('CsOutboundTranslationRule', trunk, lookup);
  const found = firstTranslation(rules, numberIn(parameters, 'DialedNumber'));
  return { result: found ? [{ MatchingRule: found.rule.name, TranslatedNumber: found.number }] : [] };
};

export const csTrunkConfigurationRules: KindRules<'CsTrunkConfiguration'> = {
  check: async (trunk, { lookup }) => [
    ...bypassProblems(trunk),
    ...(await scopeProblems(trunk, lookup)),
    ...(await usageProblems('pstnUsages', trunk.pstnUsages, lookup)),
  ],
  async computed(trunk, lookup) {
    return {
      outboundTranslationRulesList: shownRules(await rulesIn('CsOutboundTranslationRule', trunk, lookup)),
      outboundCallingNumberTranslationRulesList: shownRules(
        await rulesIn('CsOutboundCallingNumberTranslationRule', trunk, lookup),
      ),
      sipResponseCodeTranslationRulesList: shownRules(await rulesIn('CsSipResponseCodeTranslationRule', trunk, lookup)),
    };
  },
  actions: { 'reset-or-remove': resetOrRemove('CsTrunkConfiguration'), test },
};

const NUMBER_RULE = ['pattern', 'translation', 'priority', 'description'] as const;

export const csOutboundTranslationRuleRules: KindRules<'CsOutboundTranslationRule'> = {
  check: async (rule, { lookup }) => [
    ...placeProblems(rule, await lookup.get('CsTrunkConfiguration', rule.trunkConfiguration)),
    ...numberRuleProblems(rule),
  ],
  actions: { 'new-rule': newRule('CsOutboundTranslationRule', NUMBER_RULE) },
};

export const csOutboundCallingNumberTranslationRuleRules: KindRules<'CsOutboundCallingNumberTranslationRule'> = {
  check: async (rule, { lookup }) => [
    ...placeProblems(rule, await lookup.get('CsTrunkConfiguration', rule.trunkConfiguration)),
    ...numberRuleProblems(rule),
  ],
  actions: { 'new-rule': newRule('CsOutboundCallingNumberTranslationRule', NUMBER_RULE) },
};

/** Responses below 400 are not final, so that a rule for one would never be used; 0 leaves it to the ISUP cause. */
function responseProblems(rule: OfKind<'CsSipResponseCodeTranslationRule'>): Problem[] {
  const { receivedResponseCode: code, receivedISUPCauseValue: cause } = rule;
  if (code > 0 && code < 400) return [problem('receivedResponseCode', code, '400 to 699, or 0')];
  return code === 0 && cause === -1
    ? [problem('receivedResponseCode', code, '400 to 699, or 0 together with ReceivedISUPCauseValue')]
    : [];
}

export const csSipResponseCodeTranslationRuleRules: KindRules<'CsSipResponseCodeTranslationRule'> = {
  check: async (rule, { lookup }) => [
    ...placeProblems(rule, await lookup.get('CsTrunkConfiguration', rule.trunkConfiguration)),
    ...responseProblems(rule),
  ],
  actions: {
    'new-rule': newRule('CsSipResponseCodeTranslationRule', [
      'receivedResponseCode',
      'receivedISUPCauseValue',
      'translatedResponseCode',
      'priority',
    ]),
  },
};
