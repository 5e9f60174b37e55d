import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer, text } from '../define/property.ts';
import { scopeName, tenant, VERIFICATION_LEVELS } from './cs-common.ts';

const limit = (byDefault: number, max: number, help: string) =>
  integer({ default: byDefault, min: 1, max, inactive: true, help });
const allowed = <const D extends boolean>(byDefault: D, help: string) =>
  flag({ default: byDefault, inactive: true, help });

/** How calls and messages cross to other organisations; there is one for all edge servers. */
export const csAccessEdgeConfiguration = defineObject({
  kind: 'CsAccessEdgeConfiguration',
  path: 'cs-access-edge-configurations',
  word: 'accessedge',
  summary: 'How calls and messages cross to other organisations.',
  properties: {
    name: scopeName('site scope'),
    organization: tenant,
    routingMethod: choice({
      values: ['UseDnsSrvRouting', 'UseDefaultRouting'],
      default: 'UseDnsSrvRouting',
      help: 'Other organisations are found by DNS, or everything goes to DefaultRouteFqdn. Providers exist by DNS only.',
    }),
    defaultRouteFqdn: text({ format: 'fqdn', max: 253, help: 'Where everything goes with default routing.' }),
    allowFederatedUsers: flag({
      default: false,
      help: 'Calls and messages may cross at all, to other organisations and to a hosted service.',
    }),
    enablePartnerDiscovery: flag({
      default: false,
      help: 'Organisations may be found by DNS that are not on the list of allowed domains.',
    }),
    allowOutsideUsers: allowed(true, 'People may sign in from outside.'),
    allowAnonymousUsers: allowed(false, 'People without an account may join meetings.'),
    discoveredPartnerVerificationLevel: choice({
      values: VERIFICATION_LEVELS,
      default: 'UseSourceVerification',
      inactive: true,
      help: 'How far senders are trusted whose organisations were found by DNS.',
    }),
    verificationLevel: choice({
      values: VERIFICATION_LEVELS,
      inactive: true,
      help: 'How far senders are trusted with default routing.',
    }),
    isPublicProvider: allowed(false, 'The default route leads to a public provider.'),
    markSourceVerifiableOnOutgoingMessages: allowed(true, 'What goes out is marked as verifiable.'),
    keepCrlsUpToDateForPeers: allowed(true, 'Lists of revoked certificates are fetched again and again.'),
    outgoingTlsCountForFederatedPartners: limit(4, 4, 'Most connections to one organisation.'),
    enableArchivingDisclaimer: allowed(false, 'Others are told that conversations are archived.'),
    beClearingHouse: allowed(false, 'It stands between organisations.'),
    enableUserReplicator: allowed(false, 'People are copied to the edge servers.'),
    enableDiscoveredPartnerContactsLimit: allowed(true, 'MaxContactsPerDiscoveredPartner holds.'),
    maxContactsPerDiscoveredPartner: limit(1000, 2_147_483_647, 'Most people of an organisation found by DNS.'),
    discoveredPartnerStandardRate: limit(20, 2_147_483_647, 'Most messages a second of an organisation found by DNS.'),
    discoveredPartnerReportPeriodMinutes: integer({
      default: 60,
      min: 1,
      max: 65_535,
      unit: 'minutes',
      inactive: true,
      help: 'How often organisations found by DNS are reported.',
    }),
    maxAcceptedCertificatesStored: limit(1000, 2_147_483_647, 'Most certificates remembered as accepted.'),
    maxRejectedCertificatesStored: limit(500, 2_147_483_647, 'Most certificates remembered as rejected.'),
    certificatesDeletedPercentage: limit(
      20,
      100,
      'Share of the remembered certificates that goes when there are too many.',
    ),
    dnsSrvCacheRecordCount: integer({
      min: 1,
      max: 2_147_483_647,
      inactive: true,
      help: 'Most answers of DNS that are remembered; later versions of the original know it.',
    }),
    skypeSearchUrl: text({
      format: 'https url',
      max: 1024,
      inactive: true,
      help: 'Where people are searched for; later versions of the original know it.',
    }),
  },
  always: 'Global',
});

export type CsAccessEdgeConfiguration = ObjectOf<typeof csAccessEdgeConfiguration>;
