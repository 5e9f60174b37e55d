import { type OfKind, type Problem, problem, remark } from '@parley/schema';
import type { KindRules, Lookup } from './rule.ts';

/** The names of all usages, lower case. */
async function knownUsages(lookup: Lookup): Promise<ReadonlySet<string>> {
  const lists = await lookup.all('CsPstnUsage');
  return new Set(lists.flatMap(({ usage }) => usage).map(each => each.toLowerCase()));
}

/** Usages must be on the one list. */
export async function usageProblems(property: string, usages: readonly string[], lookup: Lookup): Promise<Problem[]> {
  if (usages.length === 0) return [];
  const known = await knownUsages(lookup);
  return usages
    .filter(usage => !known.has(usage.toLowerCase()))
    .map(usage => problem(property, usage, 'a usage of the global list: Set-CsPstnUsage -Usage @{Add="..."} adds one'));
}

const includes = (list: readonly string[], usage: string) =>
  list.some(each => each.toLowerCase() === usage.toLowerCase());

/** Whoever has a usage. */
async function usersOf(usage: string, lookup: Lookup): Promise<string[]> {
  const policies = (await lookup.all('CsVoicePolicy')).filter(
    policy => includes(policy.pstnUsages, usage) || includes(policy.customCallForwardingSimulRingUsages, usage),
  );
  const routes = (await lookup.all('CsVoiceRoute')).filter(route => includes(route.pstnUsages, usage));
  const trunks = (await lookup.all('CsTrunkConfiguration')).filter(trunk => includes(trunk.pstnUsages, usage));
  return [
    ...policies.map(({ name }) => `voicepolicy ${name}`),
    ...routes.map(({ name }) => `voiceroute ${name}`),
    ...trunks.map(({ name }) => `trunkconfiguration ${name}`),
  ];
}

/** A usage leaves the list when nobody has it any more. */
async function goneProblems(
  list: OfKind<'CsPstnUsage'>,
  before: OfKind<'CsPstnUsage'>,
  lookup: Lookup,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const usage of before.usage) {
    if (includes(list.usage, usage)) continue;
    const users = await usersOf(usage, lookup);
    if (users.length > 0) problems.push(remark('usage', usage, `usage: ${usage} is used by ${users.join(', ')}`));
  }
  return problems;
}

/** The list is one of names, and names that differ in case only are one. */
function doubled({ usage }: OfKind<'CsPstnUsage'>): Problem[] {
  const names = usage.map(each => each.toLowerCase());
  const again = usage.find((each, i) => names.indexOf(each.toLowerCase()) !== i);
  return again === undefined ? [] : [problem('usage', again, 'a list without repetition')];
}

export const csPstnUsageRules: KindRules<'CsPstnUsage'> = {
  check: async (list, { before, lookup }) => [
    ...doubled(list),
    ...(before ? await goneProblems(list, before, lookup) : []),
  ],
};
