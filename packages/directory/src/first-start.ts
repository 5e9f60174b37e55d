import type { Clock } from '@parley/base';
import { makeObject, type NewOfKind } from '@parley/schema';
import type { KeptObjects } from './kept-objects.ts';
import { DEFAULT_HUNT_GROUP } from './life-cycle/rules/um-ip-gateway.ts';
import type { Entry } from './lookup/world.ts';

const PEOPLE = [
  { name: 'ann', displayName: 'Ann Lee', extension: '1001' },
  { name: 'bob', displayName: 'Bob Ray', extension: '1002' },
  { name: 'carol', displayName: 'Carol Diaz', extension: '1003' },
] as const;

const PLAN = 'Main';
const DIGITS = 4;

const organizationSeed = (timeZone: string): NewOfKind<'Organization'> => ({
  name: 'Parley',
  systemMailAddress: 'voicemail@parley.test',
  timeZone,
});

const dialPlanSeed = (organization: string): NewOfKind<'UMDialPlan'> => ({
  name: PLAN,
  organization,
  numberOfDigitsInExtension: DIGITS,
  uriType: 'SipName',
});

const gatewaySeed = (organization: string): NewOfKind<'UMIPGateway'> => ({
  name: 'loopback',
  organization,
  address: ['127.0.0.0/8', '::1'],
});

const mailboxSeeds = (policy: string): readonly NewOfKind<'UMMailbox'>[] =>
  PEOPLE.map(({ name, displayName, extension }) => ({
    name,
    displayName,
    umEnabled: true,
    umMailboxPolicy: policy,
    extensions: [extension],
    sipResourceIdentifier: `${name}@parley.test`,
    mailAddress: `${name}@parley.test`,
  }));

export interface FirstStartOptions {
  readonly clock: Clock;
  /** Time zone (IANA) of the organisation: the machine's own. */
  readonly timeZone: string;
}

/**
 * Fills a store that has no organisation yet with what a newcomer needs, all of it or nothing: an organisation, a SIP URI dial
 * plan with its policy, the gateway `loopback` with a catch-all hunt group, and three mailboxes.
 * Resolves with lines that say what was made; none when there was something already.
 */
export function firstStart(objects: KeptObjects, { timeZone }: FirstStartOptions): Promise<readonly string[]> {
  return objects.together({ who: 'system', cmdlet: 'first start' }, async store => {
    const there = await store.list('Organization', { limit: 1 });
    if (there.objects.length > 0) return [];
    const { object: organization } = await store.create('Organization', organizationSeed(timeZone));
    const { object: plan } = await store.create('UMDialPlan', dialPlanSeed(organization.id));
    const { object: policy } = await store.get('UMMailboxPolicy', `${PLAN} Default Policy`);
    const linked = { ...gatewaySeed(organization.id), umDialPlan: plan.id };
    const { object: gateway } = await store.create('UMIPGateway', linked);
    for (const input of mailboxSeeds(policy.id)) await store.create('UMMailbox', input);
    return [
      `organization ${organization.name} (time zone ${timeZone})`,
      `dial plan ${plan.name}: SIP URI, extensions of ${DIGITS} digits, with the mailbox policy ${policy.name}`,
      `gateway ${gateway.name}: calls from ${gateway.address.join(' and ')}, with a hunt group for all numbers`,
      ...PEOPLE.map(
        ({ name, displayName, extension }) => `mailbox ${extension}: ${displayName}, sip:${name}@parley.test`,
      ),
    ];
  });
}

/** The objects of a fresh installation with fixed ids, for tests and examples: fill a memory directory with them. */
export function firstStartObjects(timeZone = 'UTC'): readonly Entry[] {
  return [
    { kind: 'Organization', object: makeObject('Organization', 'organization', organizationSeed(timeZone)) },
    { kind: 'UMDialPlan', object: makeObject('UMDialPlan', 'plan', dialPlanSeed('organization')) },
    {
      kind: 'UMMailboxPolicy',
      object: makeObject('UMMailboxPolicy', 'policy', { name: `${PLAN} Default Policy`, umDialPlan: 'plan' }),
    },
    { kind: 'UMIPGateway', object: makeObject('UMIPGateway', 'loopback', gatewaySeed('organization')) },
    {
      kind: 'UMHuntGroup',
      object: makeObject('UMHuntGroup', 'catch-all', {
        name: DEFAULT_HUNT_GROUP,
        umDialPlan: 'plan',
        umIPGateway: 'loopback',
      }),
    },
    ...mailboxSeeds('policy').map(
      (input): Entry => ({ kind: 'UMMailbox', object: makeObject('UMMailbox', input.name, input) }),
    ),
  ];
}
