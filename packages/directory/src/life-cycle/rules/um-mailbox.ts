import { type DialPlan, type Mailbox, type Problem, problem, remark } from '@parley/schema';
import { dtmfMapOf } from '../../spelling/dtmf-map.ts';
import type { CheckContext, KindRules, Lookup } from './rule.ts';
import { missingLanguage } from './um-common.ts';
import { phoneContextOf } from './um-dial-plan.ts';
import { disable } from './um-mailbox-disable.ts';
import { setPin } from './um-mailbox-pin.ts';

type Extensions = 'extensions' | 'secondaryExtensions';

/** The dial plan of a mailbox's policy. */
export async function dialPlanOf(mailbox: Mailbox, lookup: Lookup): Promise<DialPlan | undefined> {
  const policy = await lookup.get('UMMailboxPolicy', mailbox.umMailboxPolicy);
  return policy && lookup.get('UMDialPlan', policy.umDialPlan);
}

const planAt = (property: Extensions, mailbox: Mailbox, lookup: Lookup) =>
  property === 'extensions'
    ? dialPlanOf(mailbox, lookup)
    : mailbox.secondaryDialPlan === undefined
      ? undefined
      : lookup.get('UMDialPlan', mailbox.secondaryDialPlan);

/** An extension must be as long as the plan says. */
function wrongLengths(property: Extensions, mailbox: Mailbox, plan: DialPlan): Problem[] {
  const digits = plan.numberOfDigitsInExtension;
  return mailbox[property]
    .filter(extension => extension.length !== digits)
    .map(extension => problem(property, extension, `${digits} digits long, as dial plan ${plan.name} says`));
}

/**
 * In one plan an extension is somebody's first or somebody's second, not both. Among the first ones, and among the second ones, the
 * declaration says so already.
 */
async function sharedExtensions(
  property: Extensions,
  { mailbox, plan }: { readonly mailbox: Mailbox; readonly plan: DialPlan },
  lookup: Lookup,
): Promise<Problem[]> {
  // With one plan there is no second one to which extensions could belong: the usual case, and that of every mass import.
  if (mailbox[property].length === 0 || (await lookup.all('UMDialPlan')).length === 1) return [];
  const other: Extensions = property === 'extensions' ? 'secondaryExtensions' : 'extensions';
  const problems: Problem[] = [];
  for (const extension of mailbox[property])
    for (const owner of await lookup.find('UMMailbox', other, extension)) {
      if (owner.id === mailbox.id || (await planAt(other, owner, lookup))?.id !== plan.id) continue;
      const message = `${property}: ${extension} belongs to mailbox ${owner.name} in dial plan ${plan.name}`;
      problems.push(remark(property, extension, message));
    }
  return problems;
}

/** What people are written as in plans of each type. */
const ADDRESS = {
  TelExtn: undefined,
  SipName: 'a SIP address such as ann@example.org',
  E164: 'an E.164 number such as +33123456789',
} as const;

/** Callers are told apart by what the plan writes them as, so each mailbox needs such an address. */
export function unfitAddress(address: string | undefined, plan: DialPlan): Problem[] {
  const allowed = ADDRESS[plan.uriType];
  const fits = plan.uriType === 'E164' ? address?.startsWith('+') : address?.includes('@');
  if (allowed === undefined || fits) return [];
  const why = `since dial plan ${plan.name} is of type ${plan.uriType}`;
  return [problem('sipResourceIdentifier', address, `${allowed}, ${why}`)];
}

function wrongSecondPlan(mailbox: Mailbox, plan: DialPlan): Problem[] {
  const { secondaryDialPlan, secondaryExtensions } = mailbox;
  if (secondaryDialPlan === undefined)
    return secondaryExtensions.length === 0
      ? []
      : [problem('secondaryDialPlan', undefined, 'given, since there are secondaryExtensions')];
  if (secondaryDialPlan === plan.id)
    return [problem('secondaryDialPlan', plan.name, 'another dial plan than that of its policy')];
  return secondaryExtensions.length > 0
    ? []
    : [problem('secondaryExtensions', undefined, 'given, since there is a secondaryDialPlan')];
}

async function check(mailbox: Mailbox, { lookup, settings }: CheckContext<'UMMailbox'>): Promise<Problem[]> {
  const problems = missingLanguage('language', mailbox.language, settings);
  const plan = await dialPlanOf(mailbox, lookup);
  if (!plan) return problems;
  problems.push(...unfitAddress(mailbox.sipResourceIdentifier, plan), ...wrongSecondPlan(mailbox, plan));
  for (const property of ['extensions', 'secondaryExtensions'] as const) {
    const at = await planAt(property, mailbox, lookup);
    if (!at) continue;
    const wrong = wrongLengths(property, mailbox, at);
    problems.push(
      ...wrong,
      ...(wrong.length > 0 ? [] : await sharedExtensions(property, { mailbox, plan: at }, lookup)),
    );
  }
  return problems;
}

/** "EUM:" is what the mailbox is reached by first, "eum:" all else; a mailbox whose calls are not answered has none. */
async function eumAddresses(mailbox: Mailbox, lookup: Lookup): Promise<readonly string[]> {
  const plan = await dialPlanOf(mailbox, lookup);
  if (!mailbox.umEnabled || !plan) return [];
  const context = await phoneContextOf(plan, lookup);
  const { extensions, sipResourceIdentifier: address } = mailbox;
  const isByAddress = plan.uriType !== 'TelExtn' && address !== undefined;
  const first = isByAddress ? [address, ...extensions] : [...extensions, ...(address === undefined ? [] : [address])];
  const addresses = first.map((each, index) => `${index === 0 ? 'EUM' : 'eum'}:${each};phone-context=${context}`);
  const second = await planAt('secondaryExtensions', mailbox, lookup);
  if (!second) return addresses;
  const secondContext = await phoneContextOf(second, lookup);
  return [...addresses, ...mailbox.secondaryExtensions.map(each => `eum:${each};phone-context=${secondContext}`)];
}

export const umMailbox: KindRules<'UMMailbox'> = {
  check,
  async computed(mailbox, lookup) {
    const user = mailbox.user === undefined ? undefined : await lookup.get('User', mailbox.user);
    const { name: alias, displayName, mailAddress } = mailbox;
    const spelled = user?.umDtmfMap.length ? user.umDtmfMap : dtmfMapOf({ alias, displayName, mailAddress });
    const unit = user?.ou === undefined ? undefined : await lookup.get('OrganizationalUnit', user.ou);
    return {
      ou: unit?.name,
      emailAddresses: await eumAddresses(mailbox, lookup),
      umDialPlan: (await dialPlanOf(mailbox, lookup))?.name,
      userID: mailbox.name,
      umDtmfMap: spelled,
      phoneticDisplayName: user?.phoneticDisplayName,
    };
  },
  actions: { disable, setPIN: setPin },
};
