import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer, text } from '../define/property.ts';
import { plainName, tenant, VERIFICATION_LEVELS } from './cs-common.ts';

const comment = text({ max: 1024, help: 'What administrators should know of it.' });
const domain = text({
  required: true,
  unique: true,
  max: 253,
  format: 'fqdn',
  fixedAfterCreate: true,
  shown: 'Identity',
  aliases: ['Domain'],
  help: 'The domain.',
});

/** A service outside that people of ours have accounts or mailboxes at. */
export const csHostingProvider = defineObject({
  kind: 'CsHostingProvider',
  path: 'cs-hosting-providers',
  word: 'hostingprovider',
  summary: 'A service outside that has accounts or mailboxes of our people.',
  properties: {
    name: plainName,
    organization: tenant,
    proxyFqdn: text({
      required: true,
      unique: true,
      format: 'fqdn',
      max: 253,
      fixedAfterCreate: true,
      help: "Full name of the provider's edge server; to change it, remove the provider and make it again.",
    }),
    enabled: flag({ default: false, help: 'Calls and messages go there and come from there.' }),
    enabledSharedAddressSpace: flag({ default: false, help: 'It serves addresses in our own domains too.' }),
    hostsOCSUsers: flag({ default: false, help: 'It has accounts of our people, not only their mailboxes.' }),
    isLocal: flag({ default: false, inactive: true, help: 'It is in our own network.' }),
    verificationLevel: choice({
      required: true,
      values: VERIFICATION_LEVELS,
      help: 'How far senders there are trusted. The originals do not agree on a default, so it has to be said.',
    }),
    autodiscoverUrl: text({
      format: 'https url',
      max: 1024,
      inactive: true,
      help: 'Where clients ask for their server.',
    }),
    sipClientPort: integer({ default: 443, min: 1, max: 65_535, inactive: true, help: 'Port that clients use.' }),
  },
});

export type CsHostingProvider = ObjectOf<typeof csHostingProvider>;

/** Another organisation that may call and be called. */
export const csAllowedDomain = defineObject({
  kind: 'CsAllowedDomain',
  path: 'cs-allowed-domains',
  word: 'alloweddomain',
  summary: 'A domain of another organisation that may call and be called.',
  properties: {
    name: domain,
    organization: tenant,
    proxyFqdn: text({ format: 'fqdn', max: 253, help: 'Its edge server; DNS is asked when not given.' }),
    comment,
    markForMonitoring: flag({ default: false, inactive: true, help: 'What comes and goes is watched.' }),
    verificationLevel: choice({
      values: VERIFICATION_LEVELS,
      default: 'UseSourceVerification',
      inactive: true,
      help: 'How far senders there are trusted.',
    }),
  },
});

export type CsAllowedDomain = ObjectOf<typeof csAllowedDomain>;

/** Another organisation that may not. */
export const csBlockedDomain = defineObject({
  kind: 'CsBlockedDomain',
  path: 'cs-blocked-domains',
  word: 'blockeddomain',
  summary: 'A domain of another organisation that may neither call nor be called.',
  properties: { name: domain, organization: tenant, comment },
});

export type CsBlockedDomain = ObjectOf<typeof csBlockedDomain>;
