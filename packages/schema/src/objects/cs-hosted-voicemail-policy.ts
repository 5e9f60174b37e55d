import { defineObject, type ObjectOf } from '../define/object.ts';
import { text } from '../define/property.ts';
import { description, scopeName, tenant } from './cs-common.ts';

/** Where the voice mail of people goes whose mailboxes a provider has. */
export const csHostedVoicemailPolicy = defineObject({
  kind: 'CsHostedVoicemailPolicy',
  path: 'cs-hosted-voicemail-policies',
  word: 'hostedvoicemailpolicy',
  summary: 'Where the voice mail of people goes whose mailboxes a provider has.',
  properties: {
    name: scopeName('policy scope'),
    organization: tenant,
    description: description(1024),
    destination: text({
      format: 'destination',
      max: 255,
      help: 'Full name of the hosted service; nobody can be enabled under a policy that has none.',
    }),
    tenantOrganizations: text({
      format: 'destinations',
      max: 4096,
      shown: 'Organization',
      help: 'Full names of the tenants at the hosted service, with commas between them.',
    }),
  },
  always: 'Global',
});

export type CsHostedVoicemailPolicy = ObjectOf<typeof csHostedVoicemailPolicy>;
