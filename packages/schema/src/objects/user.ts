import { defineObject, type ObjectOf } from '../define/object.ts';
import { ref, text } from '../define/property.ts';
import { dtmfMap, person } from './person.ts';
import { userCommunications, userCommunicationsComputed, userCommunicationsFoundBy } from './user-communications.ts';

/** A person with an account. */
export const user = defineObject({
  kind: 'User',
  path: 'users',
  word: 'user',
  summary: 'A person: names, addresses and numbers.',
  ownedBy: 'organization',
  foundBy: ['alias', 'userPrincipalName', 'samAccountName', 'mailAddress', ...userCommunicationsFoundBy],
  numerous: true,
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    organization: ref({
      required: true,
      to: 'Organization',
      fixedAfterCreate: true,
      help: 'The tenant of the person.',
    }),
    alias: text({ unique: true, max: 64, format: 'name', help: 'Short name, for example ann.' }),
    userPrincipalName: text({
      unique: true,
      max: 254,
      format: 'principal name',
      help: 'Name to sign in with: ann@example.org.',
    }),
    samAccountName: text({
      unique: true,
      max: 129,
      format: 'logon name',
      help: 'Name to sign in with, the domain in front: contoso\\ann.',
    }),
    ...person,
    umDtmfMap: dtmfMap,
    ...userCommunications,
  },
  computed: userCommunicationsComputed,
});

export type User = ObjectOf<typeof user>;
