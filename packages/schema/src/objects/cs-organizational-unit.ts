import { defineObject, type ObjectOf } from '../define/object.ts';
import { list, ref, text } from '../define/property.ts';
import { description, tenant } from './cs-common.ts';

/** A branch of the tree that people and contacts hang in; its place is its distinguished name. */
export const organizationalUnit = defineObject({
  kind: 'OrganizationalUnit',
  path: 'organizational-units',
  word: 'ou',
  summary: 'A branch of the tree of people and contacts.',
  properties: {
    name: text({
      required: true,
      unique: true,
      max: 1024,
      format: 'distinguished name',
      fixedAfterCreate: true,
      shown: 'DistinguishedName',
      help: 'Its place: ou=Finance,ou=North America,dc=example,dc=org.',
    }),
    leafName: text({
      required: true,
      max: 64,
      fixedAfterCreate: true,
      shown: 'Name',
      help: 'Its own name: Finance. People find it by this too, when only one has it.',
    }),
    organization: tenant,
    description: description(1024),
  },
  foundBy: ['leafName'],
});

export type OrganizationalUnit = ObjectOf<typeof organizationalUnit>;

/** What administrators of people may write to in a unit and below; nothing, when there is no such object. */
export const csOUPermission = defineObject({
  kind: 'CsOUPermission',
  path: 'cs-ou-permissions',
  word: 'oupermission',
  summary: 'What administrators of people may make and change in an organisational unit and below it.',
  properties: {
    name: text({
      required: true,
      unique: true,
      max: 1024,
      format: 'distinguished name',
      fixedAfterCreate: true,
      shown: 'Identity',
      help: 'Distinguished name of the unit.',
    }),
    organization: tenant,
    ou: ref({
      required: true,
      to: 'OrganizationalUnit',
      fixedAfterCreate: true,
      shown: 'OU',
      help: 'The unit.',
    }),
    objectTypes: list({
      required: true,
      max: 6,
      of: text({ max: 16, help: 'User, Computer, Contact, AppContact, InetOrgPerson or Device.' }),
      shown: 'ObjectType',
      help: 'Kinds of objects that may be made and changed.',
    }),
  },
  foundBy: ['ou'],
  goesWith: 'ou',
});

export type CsOUPermission = ObjectOf<typeof csOUPermission>;

/** What `Grant-CsOUPermission` knows. */
export const OU_OBJECT_TYPES = ['User', 'Computer', 'Contact', 'AppContact', 'InetOrgPerson', 'Device'] as const;
