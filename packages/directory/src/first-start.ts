import { makeObject, type NewOfKind } from '@parley/schema';
import type { Entry } from './lookup/world.ts';

const PEOPLE = [
  { name: 'ann', displayName: 'Ann Lee', extension: '1001' },
  { name: 'bob', displayName: 'Bob Ray', extension: '1002' },
  { name: 'carol', displayName: 'Carol Diaz', extension: '1003' },
] as const;

export const DEFAULT_PLAN = 'Default';
export const DEFAULT_POLICY = `${DEFAULT_PLAN} Default Policy`;
export const DEFAULT_ORGANIZATION = 'Parley';
export const LOOPBACK = 'loopback';
/** What the catch-all hunt group is called that is made along with a gateway. */
export const DEFAULT_HUNT_GROUP = 'Default Hunt Group';

export const organizationSeed = (timeZone: string): NewOfKind<'Organization'> => ({
  name: DEFAULT_ORGANIZATION,
  systemMailAddress: 'voicemail@parley.test',
  timeZone,
});

export const dialPlanSeed = (organization: string): NewOfKind<'UMDialPlan'> => ({
  name: DEFAULT_PLAN,
  organization,
  numberOfDigitsInExtension: 4,
  uriType: 'SipName',
});

export const gatewaySeed = (organization: string): NewOfKind<'UMIPGateway'> => ({
  name: LOOPBACK,
  organization,
  address: ['127.0.0.0/8', '::1'],
});

export const mailboxSeeds = (policy: string): readonly NewOfKind<'UMMailbox'>[] =>
  PEOPLE.map(({ name, displayName, extension }) => ({
    name,
    displayName,
    umEnabled: true,
    umMailboxPolicy: policy,
    extensions: [extension],
    sipResourceIdentifier: `${name}@parley.test`,
    mailAddress: `${name}@parley.test`,
  }));

/** The objects of a fresh installation with fixed ids, for tests and examples: fill a memory directory with them. */
export function firstStartObjects(timeZone = 'UTC'): readonly Entry[] {
  return [
    { kind: 'Organization', object: makeObject('Organization', 'organization', organizationSeed(timeZone)) },
    { kind: 'UMDialPlan', object: makeObject('UMDialPlan', 'plan', dialPlanSeed('organization')) },
    {
      kind: 'UMMailboxPolicy',
      object: makeObject('UMMailboxPolicy', 'policy', { name: DEFAULT_POLICY, umDialPlan: 'plan' }),
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
