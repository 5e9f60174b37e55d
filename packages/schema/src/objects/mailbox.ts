import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, list, ref, text } from '../define/property.ts';
import { AUDIO_CODECS, REFUSED_AUDIO_CODECS } from './audio-codec.ts';
import { ownersChoices } from './mailbox-owner.ts';

/** A person's mailbox with its unified messaging settings. */
export const mailbox = defineObject({
  kind: 'UMMailbox',
  path: 'mailboxes',
  word: 'mailbox',
  summary: "A person's mailbox: extensions, addresses and message settings.",
  ownedBy: 'umMailboxPolicy',
  foundBy: ['sipResourceIdentifier', 'mailAddress', 'extensions', 'secondaryExtensions', 'user'],
  numerous: true,
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Short name (alias), for example ann.' }),
    displayName: text({ max: 128, listed: true, help: 'Full name, as it is shown and spoken; empty takes the name.' }),
    user: ref({ to: 'User', fixedAfterCreate: true, help: 'The person it belongs to.' }),
    umEnabled: flag({ default: false, help: 'Calls are answered for this mailbox.' }),
    umMailboxPolicy: ref({ required: true, to: 'UMMailboxPolicy', help: 'Its policy, and by that its dial plan.' }),
    extensions: list({
      required: true,
      max: 32,
      of: text({ format: 'digits', max: 20, help: 'As many digits as the dial plan says.' }),
      uniqueWithin: ['umMailboxPolicy', 'umDialPlan'],
      aliases: ['UMAddresses'],
      help: 'Extensions in its dial plan, the primary one first.',
    }),
    secondaryDialPlan: ref({ to: 'UMDialPlan', help: 'A second dial plan in which it has extensions too.' }),
    secondaryExtensions: list({
      max: 32,
      of: text({ format: 'digits', max: 20, help: 'As many digits as the second dial plan says.' }),
      default: [],
      uniqueWithin: ['secondaryDialPlan'],
      help: 'Extensions in the second dial plan.',
    }),
    sipResourceIdentifier: text({
      format: 'sip resource',
      max: 255,
      unique: true,
      help: 'SIP address (ann@example.org) or E.164 number (+33123456789); required in SipName and E164 plans.',
    }),
    mailAddress: text({ format: 'mail address', group: 'Messages', help: 'Where its messages are addressed to.' }),
    maildir: text({
      format: 'folder',
      max: 1024,
      group: 'Messages',
      help: "Folder (Maildir) that its messages are put into; empty takes the server's rule.",
    }),
    timeZone: text({
      format: 'time zone',
      group: 'Messages',
      help: "Time zone (IANA name); empty takes the organisation's.",
    }),
    language: text({
      format: 'language',
      group: 'Messages',
      help: "Language of its messages; empty takes the dial plan's. Callers hear the dial plan's language.",
    }),
    callAnsweringAudioCodec: choice({
      values: AUDIO_CODECS,
      refused: REFUSED_AUDIO_CODECS,
      group: 'Messages',
      help: "How the audio of its messages is stored; empty takes the dial plan's.",
    }),
    missedCallNotificationEnabled: flag({
      default: true,
      group: 'Messages',
      help: 'A notice is sent of a call that left no message.',
    }),
    anonymousCallersCanLeaveMessages: flag({
      default: true,
      group: 'Call answering',
      help: 'Callers who withhold their number may leave a message.',
    }),
    normalGreetingFilename: text({
      format: 'wave file',
      max: 1024,
      group: 'Call answering',
      help: 'Recorded greeting (WAV); empty has the system greet with the spoken name.',
    }),
    spokenNameFilename: text({
      format: 'wave file',
      max: 1024,
      group: 'Call answering',
      help: 'Recorded name (WAV); empty has the display name spoken by the voice.',
    }),
    operatorNumber: text({
      format: 'number',
      max: 20,
      group: 'Call answering',
      inactive: true,
      help: 'Personal operator to whom callers may be sent.',
    }),
    callAnsweringRulesEnabled: flag({
      default: true,
      group: 'Call answering',
      inactive: true,
      help: 'Its call answering rules work.',
    }),
    allowUMCallsFromNonUsers: choice({
      values: ['None', 'SearchEnabled'],
      default: 'SearchEnabled',
      group: 'Features',
      inactive: true,
      help: 'Whether callers may find and reach it by the directory.',
    }),
    automaticSpeechRecognitionEnabled: flag({
      default: true,
      group: 'Features',
      inactive: true,
      help: 'Spoken commands are understood.',
    }),
    faxEnabled: flag({ default: true, group: 'Features', inactive: true, help: 'Faxes are received.' }),
    pinlessAccessToVoiceMailEnabled: flag({
      default: false,
      group: 'Features',
      inactive: true,
      help: 'Messages may be heard without a PIN.',
    }),
    playOnPhoneEnabled: flag({
      default: true,
      group: 'Features',
      inactive: true,
      help: 'Messages may be played on a phone.',
    }),
    subscriberAccessEnabled: flag({
      default: true,
      group: 'Features',
      inactive: true,
      help: 'It may be called by its owner.',
    }),
    tuiAccessToCalendarEnabled: flag({
      default: true,
      group: 'Features',
      inactive: true,
      help: 'The calendar is offered by telephone.',
    }),
    tuiAccessToEmailEnabled: flag({
      default: true,
      group: 'Features',
      inactive: true,
      help: 'E-mail is offered by telephone.',
    }),
    umSMSNotificationOption: choice({
      values: ['None', 'VoiceMail', 'VoiceMailAndMissedCalls'],
      default: 'None',
      group: 'Features',
      inactive: true,
      help: 'What text messages tell about.',
    }),
    voiceMailAnalysisEnabled: flag({
      default: false,
      group: 'Features',
      inactive: true,
      help: 'Its messages may be analysed.',
    }),
    imListMigrationCompleted: flag({
      default: false,
      group: 'Features',
      inactive: true,
      help: 'Its list of contacts is kept here; a mark that other systems set.',
    }),
    pinExpired: flag({
      default: true,
      group: 'PIN',
      inactive: true,
      help: 'A new PIN is demanded at the next sign-in.',
    }),
    lockedOut: flag({ default: false, group: 'PIN', inactive: true, help: 'Nobody may sign in by telephone.' }),
    firstTimeUser: flag({
      default: true,
      group: 'PIN',
      inactive: true,
      help: 'Its owner has not set it up by telephone yet.',
    }),
    ...ownersChoices,
  },
  computed: {
    emailAddresses: {
      help: 'EUM addresses: "EUM:" is the primary one, "eum:" any other, each with its phone context.',
    },
    ou: { shown: 'OrganizationalUnit', via: ['user', 'ou'], help: 'The organisational unit of the person.' },
    umDialPlan: { via: ['umMailboxPolicy', 'umDialPlan'], help: 'The dial plan of its policy.' },
    userID: { help: 'What it is called where its PIN is told of.' },
    umDtmfMap: { shown: 'UMDtmfMap', help: 'Keys by which callers spell its name.' },
    phoneticDisplayName: { help: 'How its name is spoken, when that was given.' },
  },
});

export type Mailbox = ObjectOf<typeof mailbox>;
