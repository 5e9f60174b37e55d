import type { Noun } from '../command.ts';
import { objectNoun } from './object-noun.ts';

/** The configurable objects as words of the command line. The examples work one after the other on a fresh installation. */
export const objectNouns: readonly Noun[] = [
  objectNoun('UMMailbox', {
    columns: ['name', 'extensions', 'displayName', 'sipResourceIdentifier', 'umEnabled', 'umMailboxPolicy'],
    // Whoever makes a mailbox wants it to answer; the property's own default is that of the originals.
    onCreate: { umEnabled: true },
    examples: {
      list: ['parley mailbox list', 'parley mailbox list --text 1002 --json'],
      show: ['parley mailbox show ann', 'parley mailbox show 1001 --all', 'parley mailbox show sip:ann@parley.test'],
      create: [
        'parley mailbox create dan --extensions 1004 --sip-resource-identifier dan@parley.test --display-name "Dan Ito"',
      ],
      set: [
        'parley mailbox set dan --display-name "Daniel Ito" --time-zone Europe/Paris --language fr-FR',
        'parley mailbox set dan --um-enabled false --language ""',
      ],
      delete: ['parley mailbox delete dan'],
    },
  }),
  objectNoun('UMDialPlan', {
    columns: ['name', 'numberOfDigitsInExtension', 'uriType', 'defaultLanguage', 'audioCodec', 'maxRecordingDuration'],
    examples: {
      list: ['parley dialplan list'],
      show: ['parley dialplan show Main'],
      create: ['parley dialplan create Paris --number-of-digits-in-extension 3 --default-language fr-FR'],
      set: ['parley dialplan set Paris --audio-codec G711 --max-recording-duration 5'],
    },
  }),
  objectNoun('UMMailboxPolicy', {
    columns: ['name', 'umDialPlan', 'allowMissedCallNotifications', 'maxGreetingDuration'],
    examples: {
      list: ['parley policy list'],
      show: ['parley policy show "Main Default Policy"'],
      create: ['parley policy create Quiet --um-dial-plan Main --allow-missed-call-notifications false'],
      set: ['parley policy set Quiet --voice-mail-text "Please answer within a day."'],
      delete: ['parley policy delete Quiet'],
    },
  }),
  objectNoun('UMIPGateway', {
    columns: ['name', 'address', 'port', 'status', 'divertingUser'],
    examples: {
      list: ['parley gateway list'],
      show: ['parley gateway show loopback'],
      create: ['parley gateway create asterisk --address 192.0.2.10 --um-dial-plan Paris'],
      set: ['parley gateway set asterisk --address 192.0.2.10,192.0.2.16/28 --diverting-user Last'],
      delete: ['parley gateway delete asterisk'],
    },
  }),
  objectNoun('UMHuntGroup', {
    columns: ['name', 'umIPGateway', 'umDialPlan', 'pilotIdentifier'],
    examples: {
      list: ['parley huntgroup list'],
      show: ['parley huntgroup show "loopback\\Default Hunt Group"'],
      create: [
        'parley huntgroup create paris --um-dial-plan Paris --um-ip-gateway loopback --pilot-identifier 800,801',
      ],
      delete: ['parley huntgroup delete paris'],
    },
  }),
  objectNoun('Organization', {
    columns: ['name', 'displayName', 'systemMailAddress', 'timeZone'],
    examples: {
      list: ['parley organization list'],
      show: ['parley organization show Parley'],
      set: ['parley organization set Parley --system-mail-address voicemail@example.org'],
    },
  }),
];
