import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, ref } from '../define/property.ts';
import { description, plainName, tenant } from './cs-common.ts';

/** A place: policies of a site hold for whoever is homed on a pool there. */
export const csSite = defineObject({
  kind: 'CsSite',
  path: 'cs-sites',
  word: 'site',
  summary: 'A place whose pools and people have policies in common.',
  properties: {
    name: plainName,
    organization: tenant,
    siteType: choice({
      values: ['CentralSite', 'BranchSite'],
      default: 'CentralSite',
      fixedAfterCreate: true,
      help: 'A branch lives on what its central site has.',
    }),
    parentSite: ref({ to: 'CsSite', fixedAfterCreate: true, help: 'The central site of a branch.' }),
    description: description(1024),
  },
});

export type CsSite = ObjectOf<typeof csSite>;
