import { defineObject, type ObjectOf } from '../define/object.ts';
import { ref, text } from '../define/property.ts';
import { dtmfMap, person } from './person.ts';

/** A person without an account, elsewhere. */
export const contact = defineObject({
  kind: 'Contact',
  path: 'contacts',
  word: 'contact',
  summary: 'A person outside the organisation who is in its address book.',
  ownedBy: 'organization',
  foundBy: ['alias', 'mailAddress'],
  numerous: true,
  formerly: { organizationalUnit: 'ou' },
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    organization: ref({
      required: true,
      to: 'Organization',
      fixedAfterCreate: true,
      help: 'The tenant that knows it.',
    }),
    alias: text({ unique: true, max: 64, format: 'name', help: 'Short name.' }),
    ou: ref({ to: 'OrganizationalUnit', aliases: ['OrganizationalUnit'], help: 'The organisational unit it is in.' }),
    ...person,
    umDtmfMap: dtmfMap,
  },
});

export type Contact = ObjectOf<typeof contact>;
