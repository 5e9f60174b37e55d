import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, integer, list, ref, text } from '../define/property.ts';

/** What services and call routers have alike. */
export const serverSettings = {
  name: text({ required: true, unique: true, max: 253, format: 'name', help: 'Name of the server.' }),
  organization: ref({ required: true, to: 'Organization', fixedAfterCreate: true, help: 'The tenant that it serves.' }),
  dialPlans: list({
    of: ref({ to: 'UMDialPlan', help: 'A SIP URI dial plan.' }),
    default: [],
    max: 256,
    help: 'SIP URI dial plans whose calls it takes.',
  }),
  umStartupMode: choice({
    values: ['TCP', 'TLS', 'Dual'],
    default: 'TCP',
    inactive: true,
    help: 'Transports that it listens by after the next start.',
  }),
  maxCallsAllowed: integer({ default: 100, min: 0, max: 100_000, inactive: true, help: 'Most calls at a time.' }),
  ipAddressFamily: choice({
    values: ['IPv4Only', 'IPv6Only', 'Any'],
    default: 'Any',
    inactive: true,
    help: 'Addresses that it listens on.',
  }),
  ipAddressFamilyConfigurable: flag({ default: true, inactive: true, help: 'IPAddressFamily may be set.' }),
} as const;

/** What answers calls on one server. */
export const service = defineObject({
  kind: 'UMService',
  path: 'services',
  word: 'service',
  summary: 'What answers the calls on one server.',
  ownedBy: 'organization',
  always: 'localhost',
  properties: {
    ...serverSettings,
    status: choice({
      values: ['Enabled', 'Disabled', 'NoNewCalls'],
      default: 'Enabled',
      inactive: true,
      help: 'Kept for scripts of older systems.',
    }),
    sipTcpListeningPort: integer({
      default: 5062,
      min: 0,
      max: 65535,
      inactive: true,
      help: 'Port that it takes calls on by TCP.',
    }),
    sipTlsListeningPort: integer({
      default: 5063,
      min: 0,
      max: 65535,
      inactive: true,
      help: 'Port that it takes calls on by TLS.',
    }),
    externalServiceFqdn: text({ format: 'domain', inactive: true, help: 'Name by which others reach it.' }),
    sipAccessService: text({
      format: 'host and port',
      max: 260,
      inactive: true,
      help: 'The nearest front end for the media of people who are elsewhere.',
    }),
    grammarGenerationSchedule: list({
      of: text({ format: 'week interval', max: 64, help: 'For example Mon.02:00-Mon.02:30.' }),
      default: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].map(day => `${day}.02:00-${day}.02:30`),
      max: 7,
      group: 'Speech',
      inactive: true,
      help: 'When names are prepared for speech recognition, once a day at most.',
    }),
    irmLogEnabled: flag({
      default: true,
      group: 'Protection',
      inactive: true,
      help: 'Protection of messages is logged.',
    }),
    irmLogMaxAge: text({
      default: '30.00:00:00',
      format: 'time span',
      max: 20,
      group: 'Protection',
      inactive: true,
      help: 'Age at which that log is deleted.',
    }),
    irmLogMaxDirectorySize: text({
      default: '250MB',
      format: 'byte size',
      max: 20,
      group: 'Protection',
      inactive: true,
      help: 'Most room for that log.',
    }),
    irmLogMaxFileSize: text({
      default: '10MB',
      format: 'byte size',
      max: 20,
      group: 'Protection',
      inactive: true,
      help: 'Size at which a new file is begun.',
    }),
    irmLogPath: text({
      default: 'IRMLogs',
      format: 'folder',
      max: 255,
      group: 'Protection',
      inactive: true,
      help: 'Folder of that log.',
    }),
  },
  computed: { languages: { help: 'Languages that prompts exist in.' } },
});

export type Service = ObjectOf<typeof service>;
