import { flag, list, record, ref, text } from '../define/property.ts';

/** One key of an attendant's menu, as a line of the originals' files: "1,Sales,,SalesAutoAttendant", "2,Support,12345". */
const keyMapping = record({
  help: 'One key of a menu.',
  fields: {
    key: text({
      required: true,
      max: 1,
      format: 'attendant key',
      help: 'A key from 1 to 9, or - when no key comes in time.',
    }),
    name: text({ required: true, max: 64, format: 'name', help: 'What it is for, as it is spoken.' }),
    extension: text({ max: 128, format: 'number', help: 'Where callers are sent.' }),
    autoAttendantName: ref({ to: 'UMAutoAttendant', help: 'The attendant that callers are sent to.' }),
    promptFile: text({ max: 255, format: 'wave file name', help: 'Imported prompt that is played first.' }),
    asrPhrases: text({ max: 512, help: 'What callers may say instead, with ; between.' }),
    leaveVoicemailFor: ref({ to: 'UMMailbox', help: 'Whom callers leave a message for.' }),
    transferToMailbox: ref({ to: 'UMMailbox', help: 'Whose telephone callers are sent to.' }),
    announceBusinessLocation: flag({ default: false, help: 'The address is read out.' }),
    announceBusinessHours: flag({ default: false, help: 'The business hours are read out.' }),
  },
  written: [
    'key',
    'name',
    'extension',
    'autoAttendantName',
    'promptFile',
    'asrPhrases',
    'leaveVoicemailFor',
    'transferToMailbox',
    'announceBusinessLocation',
    'announceBusinessHours',
  ],
});

/** The keys of one of an attendant's two menus: nine, and what happens without one. */
export const keyMappings = (when: string) =>
  list({
    of: keyMapping,
    default: [],
    max: 10,
    group: `Menu ${when}`,
    inactive: true,
    help: `Keys ${when}: Key,Name,Extension,AutoAttendantName,PromptFile,AsrPhrases,LeaveVoicemailFor,TransferToMailbox.`,
  });
