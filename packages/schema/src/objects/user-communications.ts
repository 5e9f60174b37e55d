import { choice, flag, list, ref, text } from '../define/property.ts';

/** What a side of the system has said about hosted voice mail: a person of the original has one pair of name and value for each. */
const HOSTED = ['Enabled', 'Disabled'] as const;

/** What a person has by whom calls and policies are about: the properties that `Set-CsUser` and the Grant- cmdlets set. */
export const userCommunications = {
  ou: ref({
    to: 'OrganizationalUnit',
    aliases: ['OrganizationalUnit'],
    group: 'Communications',
    help: 'The organisational unit the person belongs to.',
  }),
  registrarPool: ref({
    to: 'CsPool',
    group: 'Communications',
    help: 'The pool the person is homed on; none: not enabled.',
  }),
  sipAddress: text({
    format: 'sip address',
    max: 454,
    unique: 'everywhere',
    shown: 'SipAddress',
    group: 'Communications',
    help: 'SIP address with "sip:" in front.',
  }),
  csEnabled: flag({
    default: false,
    shown: 'Enabled',
    aliases: ['CsEnabled'],
    group: 'Communications',
    help: 'The person may sign in; when false, everything about the person is kept.',
  }),
  enterpriseVoiceEnabled: flag({
    default: false,
    group: 'Communications',
    help: 'Calls of telephones are routed for the person.',
  }),
  lineURI: text({
    format: 'line uri',
    max: 64,
    unique: true,
    group: 'Communications',
    help: 'Telephone number as a URI: tel:+14255550123 or tel:+14255550100;ext=10001. With and without extension are two numbers.',
  }),
  onPremLineURI: text({
    format: 'line uri',
    max: 64,
    group: 'Communications',
    inactive: true,
    help: 'Telephone number kept for a person who is homed elsewhere.',
  }),
  privateLine: text({
    format: 'line uri',
    max: 64,
    unique: true,
    group: 'Communications',
    help: 'A second number that is not published and that most of the rules for incoming calls do not hold for.',
  }),
  csHostedVoiceMail: choice({
    values: HOSTED,
    shown: 'CsHostedVoiceMail',
    group: 'Hosted voice mail',
    help: 'What administrators here have said; Enabled by either side sends voice mail to the hosted service.',
  }),
  exchangeHostedVoiceMail: choice({
    values: HOSTED,
    shown: 'ExchangeHostedVoiceMail',
    group: 'Hosted voice mail',
    help: "What the mailbox's side has said; Enabled by either side sends voice mail to the hosted service.",
  }),
  hostedVoicemailPolicy: ref({
    to: 'CsHostedVoicemailPolicy',
    group: 'Hosted voice mail',
    help: "Granted policy; none: the site's, and then the global one.",
  }),
  csDialPlan: ref({
    to: 'CsDialPlan',
    shown: 'DialPlan',
    group: 'Communications',
    help: "Granted dial plan; none: the pool's, the site's, and then the global one.",
  }),
  voicePolicy: ref({
    to: 'CsVoicePolicy',
    group: 'Communications',
    help: "Granted policy; none: the site's, and then the global one.",
  }),
  audioVideoDisabled: flag({
    default: false,
    group: 'Communications',
    help: 'No calls with sound or picture between computers; excludes enterprise voice and remote call control.',
  }),
  remoteCallControlTelephonyEnabled: flag({
    default: false,
    group: 'Communications',
    inactive: true,
    help: 'A desk telephone is controlled from the computer; needs LineURI and LineServerURI.',
  }),
  lineServerURI: text({
    format: 'sip uri',
    max: 454,
    group: 'Communications',
    inactive: true,
    help: 'The gateway of remote call control.',
  }),
  exchangeArchivingPolicy: choice({
    values: ['Uninitialized', 'UseLyncArchivingPolicy', 'ArchivingToExchange', 'NoArchiving'],
    default: 'Uninitialized',
    group: 'Communications',
    inactive: true,
    help: 'Where conversations are archived.',
  }),
  acpInfo: list({
    of: text({ max: 1024, help: 'One provider as it was given.' }),
    default: [],
    max: 8,
    group: 'Communications',
    inactive: true,
    help: 'Providers of audio conferences.',
  }),
} as const;

/** Unique among them, by which the Cs cmdlets find a person too. */
export const userCommunicationsFoundBy = ['sipAddress', 'lineURI'] as const;

/** Worked out when a person is read; `rules/cs-user.ts` of the directory does it. */
export const userCommunicationsComputed = {
  hostedVoiceMail: { help: 'Voice mail goes to the hosted service: True, False, or nothing when nobody has said.' },
} as const;
