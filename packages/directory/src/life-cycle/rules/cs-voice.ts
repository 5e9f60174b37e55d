import { isMatch, type OfKind, type Problem, problem } from '@parley/schema';
import { grant } from './cs-holder.ts';
import { numberIn } from './cs-number-rule.ts';
import { inOrder } from './cs-ordered.ts';
import { textIn } from './cs-read.ts';
import { poolOf, resetOrRemove, scopedMeant, scopeProblems } from './cs-scope.ts';
import { usageProblems } from './cs-usage.ts';
import type { Action, KindRules, Lookup } from './rule.ts';

type Route = OfKind<'CsVoiceRoute'>;

const has = (usages: readonly string[], usage: string) =>
  usages.some(each => each.toLowerCase() === usage.toLowerCase());

/** The first route that a number takes: the policy's usages from top to bottom, of each the routes by priority. */
export function firstRoute(usages: readonly string[], routes: readonly Route[], number: string) {
  const ordered = inOrder(routes);
  for (const usage of usages) {
    const route = ordered.find(each => has(each.pstnUsages, usage) && isMatch(each.numberPattern, number));
    if (route) return { route, usage };
  }
  return undefined;
}

/** `Test-CsVoicePolicy`: nothing when no route takes the number. */
const testPolicy: Action<'CsVoicePolicy'> = async ({ parameters, lookup }) => {
  const policy = await scopedMeant('CsVoicePolicy', textIn(parameters, 'VoicePolicy', 'a voice policy'), lookup);
  const routes = await lookup.all('CsVoiceRoute');
  const found = firstRoute(policy.pstnUsages, routes, numberIn(parameters, 'TargetNumber'));
  return { result: found ? [{ FirstMatchingRoute: found.route.name, MatchingUsage: found.usage }] : [] };
};

export const csVoicePolicyRules: KindRules<'CsVoicePolicy'> = {
  check: async (policy, { lookup }) => [
    ...(await scopeProblems(policy, lookup)),
    ...(await usageProblems('pstnUsages', policy.pstnUsages, lookup)),
    ...(await usageProblems('customCallForwardingSimulRingUsages', policy.customCallForwardingSimulRingUsages, lookup)),
  ],
  actions: { grant: grant('CsVoicePolicy'), 'reset-or-remove': resetOrRemove('CsVoicePolicy'), test: testPolicy },
};

async function gatewayProblems({ pstnGatewayList }: Route, lookup: Lookup): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const service of pstnGatewayList) {
    const gateway = await poolOf(service.slice(service.indexOf(':') + 1), 'PstnGateway', lookup);
    if (!gateway) problems.push(problem('pstnGatewayList', service, 'existing pools whose role is PstnGateway'));
  }
  return problems;
}

/** `Test-CsVoiceRoute`. */
const testRoute: Action<'CsVoiceRoute'> = async ({ parameters, lookup }) => {
  const route = await lookup.meant('CsVoiceRoute', textIn(parameters, 'Route', 'a voice route'));
  return { result: { MatchesPattern: isMatch(route.numberPattern, numberIn(parameters, 'TargetNumber')) } };
};

export const csVoiceRouteRules: KindRules<'CsVoiceRoute'> = {
  async check(route, { lookup }) {
    const isNameless = route.suppressCallerId && route.alternateCallerId === undefined;
    return [
      ...(isNameless ? [problem('alternateCallerId', undefined, 'given, since SuppressCallerId is true')] : []),
      ...(await usageProblems('pstnUsages', route.pstnUsages, lookup)),
      ...(await gatewayProblems(route, lookup)),
    ];
  },
  actions: { test: testRoute },
};
