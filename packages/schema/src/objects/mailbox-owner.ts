import { choice, flag, text } from '../define/property.ts';

/** What the owner of a mailbox chooses, by telephone, by a web page or by a mail program. */
export const ownersChoices = {
  awayGreetingFilename: text({
    format: 'wave file',
    max: 1024,
    group: "The owner's choices",
    inactive: true,
    help: 'Recorded greeting (WAV) of somebody who is away.',
  }),
  oofStatus: flag({
    default: false,
    shown: 'OofStatus',
    group: "The owner's choices",
    inactive: true,
    help: 'The owner is away: the away greeting is played.',
  }),
  playOnPhoneDialString: text({
    format: 'number',
    max: 128,
    group: "The owner's choices",
    inactive: true,
    help: 'Number that messages are played on.',
  }),
  telephoneAccessFolderEmail: text({
    default: 'Inbox',
    max: 256,
    group: "The owner's choices",
    inactive: true,
    help: 'Folder whose mail is read by telephone.',
  }),
  receivedVoiceMailPreviewEnabled: flag({
    default: true,
    group: "The owner's choices",
    inactive: true,
    help: 'Messages that are received carry a transcript.',
  }),
  sentVoiceMailPreviewEnabled: flag({
    default: true,
    group: "The owner's choices",
    inactive: true,
    help: 'Messages that are sent by telephone carry a transcript.',
  }),
  preferredInterface: choice({
    values: ['Voice', 'Touchtone'],
    default: 'Voice',
    group: "The owner's choices",
    inactive: true,
    help: 'Whether menus are spoken to or dialled in.',
  }),
  timeFormat: choice({
    values: ['Hours12', 'Hours24'],
    group: "The owner's choices",
    inactive: true,
    help: 'How times are told; empty leaves it to the language.',
  }),
  textMessageNumber: text({
    format: 'phone number',
    max: 64,
    group: "The owner's choices",
    inactive: true,
    help: 'Mobile telephone that text messages go to.',
  }),
  textMessageOperator: text({
    max: 128,
    group: "The owner's choices",
    inactive: true,
    help: 'The operator of that telephone.',
  }),
  textMessageLocale: text({
    format: 'language',
    group: "The owner's choices",
    inactive: true,
    help: 'Language of text messages.',
  }),
} as const;
