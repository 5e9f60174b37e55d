import { defineObject, type ObjectOf } from '../define/object.ts';
import { ref, text } from '../define/property.ts';

/** A part of the address book. */
export const addressList = defineObject({
  kind: 'AddressList',
  path: 'address-lists',
  word: 'addresslist',
  summary: 'A part of the address book: the people that callers of an attendant or of a plan can find.',
  ownedBy: 'organization',
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    organization: ref({
      required: true,
      to: 'Organization',
      fixedAfterCreate: true,
      help: 'The tenant it belongs to.',
    }),
    displayName: text({ max: 128, help: 'Name as it is shown; empty takes the name.' }),
    recipientFilter: text({
      max: 2048,
      help: 'Who is in it, for example "Department -eq \'Sales\'"; empty: everybody of the container.',
    }),
    recipientContainer: ref({ to: 'OrganizationalUnit', help: 'The organisational unit whose people are in it.' }),
  },
});

export type AddressList = ObjectOf<typeof addressList>;
