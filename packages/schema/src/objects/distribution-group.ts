import { defineObject, type ObjectOf } from '../define/object.ts';
import { list, ref, text } from '../define/property.ts';
import { dtmfMap } from './person.ts';

const MOST_MEMBERS = 10_000;

/** Several people under one name. */
export const distributionGroup = defineObject({
  kind: 'DistributionGroup',
  path: 'distribution-groups',
  word: 'group',
  summary: 'Several people under one name and address.',
  ownedBy: 'organization',
  foundBy: ['alias', 'mailAddress'],
  numerous: true,
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    organization: ref({
      required: true,
      to: 'Organization',
      fixedAfterCreate: true,
      help: 'The tenant it belongs to.',
    }),
    alias: text({ unique: true, max: 64, format: 'name', help: 'Short name.' }),
    displayName: text({ max: 256, listed: true, help: 'Name as it is shown and spoken; empty takes the name.' }),
    mailAddress: text({
      format: 'mail address',
      unique: true,
      aliases: ['PrimarySmtpAddress'],
      help: 'Mail address.',
    }),
    members: list({
      of: ref({ to: 'User', help: 'A person.' }),
      default: [],
      max: MOST_MEMBERS,
      help: 'People with an account.',
    }),
    contacts: list({
      of: ref({ to: 'Contact', help: 'A person outside.' }),
      default: [],
      max: MOST_MEMBERS,
      help: 'People outside the organisation.',
    }),
    groups: list({
      of: ref({ to: 'DistributionGroup', help: 'Another group.' }),
      default: [],
      max: 256,
      help: 'Groups whose members are members too.',
    }),
    umDtmfMap: dtmfMap,
  },
});

export type DistributionGroup = ObjectOf<typeof distributionGroup>;
