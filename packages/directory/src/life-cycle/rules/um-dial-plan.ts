import { Bug } from '@parley/base';
import { type DialPlan, type Problem, problem, remark } from '@parley/schema';
import { phoneContextOf as phoneContext } from '../../lookup/phone-context.ts';
import { ObjectInvalid } from '../../objects.ts';
import type { CheckContext, KindRules, Lookup } from './rule.ts';
import { missingLanguage, nameIn, namesOf, unknownGroups } from './um-common.ts';
import { unsecured } from './um-secured-plans.ts';

/** Names of policies have 64 characters, and " Default Policy" has 15 of them. */
const LONGEST_WITH_POLICY = 49;

const policyName = (plan: string) => `${plan} Default Policy`;

/** What a mask leaves open is dialled: as many x, and a * for a *. */
function unevenRules(plan: DialPlan): Problem[] {
  const of = (property: 'configuredInCountryOrRegionGroups' | 'configuredInternationalGroups') =>
    plan[property]
      .filter(({ numberMask, dialedNumber }) => openIn(numberMask) !== openIn(dialedNumber))
      .map(({ numberMask, dialedNumber }) =>
        problem(property, dialedNumber, `a number with the same x and * as its mask ${numberMask} has`),
      );
  return [...of('configuredInCountryOrRegionGroups'), ...of('configuredInternationalGroups')];
}

const openIn = (mask: string) => mask.toLowerCase().replaceAll(/[^x*]/g, '');

function wrongLength({ extension, numberOfDigitsInExtension }: DialPlan): Problem[] {
  if (extension === undefined || extension.length === numberOfDigitsInExtension) return [];
  return [problem('extension', extension, `${numberOfDigitsInExtension} digits long, as all of the plan`)];
}

/** A number that subscribers dial belongs to one plan: nobody could say otherwise whose mailboxes are meant. */
async function sharedNumbers(plan: DialPlan, lookup: Lookup): Promise<Problem[]> {
  if (plan.accessTelephoneNumbers.length === 0) return [];
  const wanted = new Set(plan.accessTelephoneNumbers.map(each => each.toLowerCase()));
  const others = (await lookup.all('UMDialPlan')).filter(({ id }) => id !== plan.id);
  return others.flatMap(other =>
    other.accessTelephoneNumbers
      .filter(each => wanted.has(each.toLowerCase()))
      .map(each =>
        remark('accessTelephoneNumbers', each, `accessTelephoneNumbers: ${each} belongs to dial plan ${other.name}`),
      ),
  );
}

async function unsecuredGateways(plan: DialPlan, lookup: Lookup): Promise<Problem[]> {
  if (plan.voIPSecurity === 'Unsecured') return [];
  const problems: Problem[] = [];
  for (const { umIPGateway } of await lookup.find('UMHuntGroup', 'umDialPlan', plan.id)) {
    const gateway = await lookup.get('UMIPGateway', umIPGateway);
    problems.push(...unsecured({ gateway, dialPlan: plan, property: 'voIPSecurity' }));
  }
  return problems;
}

/** Mailboxes, attendants and gateways count on what was there when they were made. */
async function check(plan: DialPlan, { before, lookup, settings }: CheckContext<'UMDialPlan'>): Promise<Problem[]> {
  return [
    ...missingLanguage('defaultLanguage', plan.defaultLanguage, settings),
    ...wrongLength(plan),
    ...unevenRules(plan),
    ...unknownGroups(plan, plan),
    ...(await sharedNumbers(plan, lookup)),
    ...(before === undefined ? [] : await unsecuredGateways(plan, lookup)),
  ];
}

/** The organisation's domain, by which its plans are told from those of others. */
export async function phoneContextOf(plan: DialPlan, lookup: Lookup): Promise<string> {
  const organization = await lookup.get('Organization', plan.organization);
  if (!organization) throw new Bug(`dial plan ${plan.id} is of no organisation`);
  return phoneContext(plan, organization);
}

async function gatewaysOf(plan: DialPlan, lookup: Lookup): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { umIPGateway } of await lookup.find('UMHuntGroup', 'umDialPlan', plan.id)) {
    const gateway = await lookup.get('UMIPGateway', umIPGateway);
    if (gateway) names.add(gateway.name);
  }
  return [...names].sort();
}

async function groupsOf(plan: DialPlan, lookup: Lookup): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { umIPGateway, name } of await lookup.find('UMHuntGroup', 'umDialPlan', plan.id)) {
    const gateway = await lookup.get('UMIPGateway', umIPGateway);
    if (gateway) names.push(`${gateway.name}\\${name}`);
  }
  return names.sort();
}

export const umDialPlan: KindRules<'UMDialPlan'> = {
  check,
  async along(plan, { generateUMMailboxPolicy }, lookup) {
    if (generateUMMailboxPolicy !== true) return [];
    const name = policyName(plan.name);
    if ([...plan.name].length > LONGEST_WITH_POLICY)
      throw new ObjectInvalid([
        problem(
          'name',
          plan.name,
          `at most ${LONGEST_WITH_POLICY} characters long when a mailbox policy is made along with it`,
        ),
      ]);
    const [taken] = await lookup.find('UMMailboxPolicy', 'name', name, { limit: 1 });
    if (taken)
      throw new ObjectInvalid([
        remark('name', plan.name, `the mailbox policy "${name}" that is made along with it exists already`),
      ]);
    return [{ kind: 'UMMailboxPolicy', input: { name, umDialPlan: plan.id } }];
  },
  async computed(plan, lookup) {
    const at = { property: 'umDialPlan', id: plan.id };
    const servers = await lookup.find('UMService', 'dialPlans', plan.id);
    return {
      phoneContext: await phoneContextOf(plan, lookup),
      umServers: servers.map(nameIn).sort(),
      umMailboxPolicies: await namesOf('UMMailboxPolicy', at, lookup),
      umAutoAttendants: await namesOf('UMAutoAttendant', at, lookup),
      umHuntGroups: await groupsOf(plan, lookup),
      umIPGateway: await gatewaysOf(plan, lookup),
    };
  },
};
