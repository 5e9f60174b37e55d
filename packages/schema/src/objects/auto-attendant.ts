import { defineObject, type ObjectOf } from '../define/object.ts';
import { choice, flag, list, record, ref, text } from '../define/property.ts';
import { menuFile, menuFlag } from './attendant-menu.ts';
import { allowedGroups } from './dialing-rules.ts';
import { keyMappings } from './key-mapping.ts';

const DURING = 'in business hours';
const AFTER = 'after business hours';

/** The whole week: it begins and ends at the same moment. */
const ALWAYS = 'Sun.00:00-Sun.00:00';

/** One day or several on which the menu of after business hours holds. */
const holiday = record({
  help: 'A holiday.',
  fields: {
    name: text({ required: true, max: 64, format: 'name', help: 'What it is called.' }),
    greeting: text({
      required: true,
      max: 255,
      format: 'wave file name',
      help: 'Imported prompt that is played first.',
    }),
    start: text({ required: true, max: 10, format: 'date', help: 'Its first day, from 00:00.' }),
    end: text({ max: 10, format: 'date', help: 'Its last day, until 23:59; empty: the first.' }),
  },
  written: ['name', 'greeting', 'start', 'end'],
});

/** What answers a number with a menu. */
export const autoAttendant = defineObject({
  kind: 'UMAutoAttendant',
  path: 'auto-attendants',
  word: 'attendant',
  summary: 'Answers a number with a greeting and a menu, by business hours and holidays.',
  ownedBy: 'umDialPlan',
  properties: {
    name: text({ required: true, unique: true, max: 64, format: 'name', help: 'Name shown to administrators.' }),
    umDialPlan: ref({ required: true, to: 'UMDialPlan', fixedAfterCreate: true, help: 'Its dial plan.' }),
    status: choice({
      values: ['Enabled', 'Disabled'],
      default: 'Disabled',
      inactive: true,
      help: 'Whether it answers.',
    }),
    pilotIdentifierList: list({
      of: text({ format: 'number', max: 128, help: 'Digits or a SIP address.' }),
      default: [],
      inactive: true,
      help: 'Numbers that it answers.',
    }),
    speechEnabled: flag({ default: false, inactive: true, help: 'Callers may speak to it.' }),
    dtmfFallbackAutoAttendant: ref({
      to: 'UMAutoAttendant',
      inactive: true,
      help: 'The attendant with keys for callers that it does not understand.',
    }),
    language: text({ format: 'language', inactive: true, help: "Its language; empty takes the dial plan's." }),
    businessName: text({ max: 256, group: 'Greetings', inactive: true, help: 'Name that it greets with.' }),
    businessLocation: text({ max: 512, group: 'Greetings', inactive: true, help: 'Address that it reads out.' }),
    infoAnnouncementEnabled: choice({
      values: ['False', 'True', 'Uninterruptible'],
      default: 'False',
      group: 'Greetings',
      inactive: true,
      help: 'Whether an announcement follows the greeting, and whether it may be cut short.',
    }),
    infoAnnouncementFilename: text({
      format: 'wave file name',
      max: 255,
      group: 'Greetings',
      inactive: true,
      help: 'Imported prompt that is the announcement.',
    }),
    businessHoursSchedule: list({
      of: text({ format: 'week interval', max: 64, help: 'For example Mon.09:00-Mon.17:00.' }),
      default: [ALWAYS],
      max: 84,
      group: 'Business hours',
      inactive: true,
      help: `Business hours, a quarter of an hour or more apart; ${ALWAYS} is always.`,
    }),
    holidaySchedule: list({
      of: holiday,
      default: [],
      max: 256,
      group: 'Business hours',
      inactive: true,
      help: 'Holidays: Name,file.wav,start or Name,file.wav,start,end. Of two in one the shorter holds.',
    }),
    timeZone: text({
      format: 'time zone',
      aliases: ['TimeZoneName'],
      group: 'Business hours',
      inactive: true,
      help: "Time zone (IANA name) of its hours; empty takes the organisation's.",
    }),
    weekStartDay: choice({
      values: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
      default: 'Monday',
      group: 'Business hours',
      inactive: true,
      help: 'The day that its week begins with when hours are read out.',
    }),
    businessHoursWelcomeGreetingEnabled: menuFlag(DURING, 'The greeting of the file is played.'),
    businessHoursWelcomeGreetingFilename: menuFile(DURING, 'Imported prompt that greets.'),
    businessHoursMainMenuCustomPromptEnabled: menuFlag(DURING, 'The menu is told by the file.'),
    businessHoursMainMenuCustomPromptFilename: menuFile(DURING, 'Imported prompt that tells the menu.'),
    businessHoursKeyMappingEnabled: menuFlag(DURING, 'The keys work.'),
    businessHoursKeyMapping: keyMappings(DURING),
    businessHoursTransferToOperatorEnabled: menuFlag(DURING, 'Key 0 leads to the operator.'),
    afterHoursWelcomeGreetingEnabled: menuFlag(AFTER, 'The greeting of the file is played.'),
    afterHoursWelcomeGreetingFilename: menuFile(AFTER, 'Imported prompt that greets.'),
    afterHoursMainMenuCustomPromptEnabled: menuFlag(AFTER, 'The menu is told by the file.'),
    afterHoursMainMenuCustomPromptFilename: menuFile(AFTER, 'Imported prompt that tells the menu.'),
    afterHoursKeyMappingEnabled: menuFlag(AFTER, 'The keys work.'),
    afterHoursKeyMapping: keyMappings(AFTER),
    afterHoursTransferToOperatorEnabled: menuFlag(AFTER, 'Key 0 leads to the operator.'),
    operatorExtension: text({
      format: 'number',
      max: 128,
      group: 'Transfer and search',
      inactive: true,
      help: "Where 0 leads; empty takes the dial plan's.",
    }),
    nameLookupEnabled: flag({
      default: true,
      group: 'Transfer and search',
      inactive: true,
      help: 'Callers may look for people by their name.',
    }),
    callSomeoneEnabled: flag({
      default: true,
      group: 'Transfer and search',
      inactive: true,
      help: 'Callers may be transferred to people.',
    }),
    sendVoiceMsgEnabled: flag({
      default: true,
      group: 'Transfer and search',
      inactive: true,
      help: 'Callers may leave messages for people.',
    }),
    contactScope: choice({
      values: ['DialPlan', 'GlobalAddressList', 'AddressList'],
      default: 'DialPlan',
      group: 'Transfer and search',
      inactive: true,
      help: 'Whom callers can find: its dial plan, the organisation, an address list.',
    }),
    contactAddressList: ref({
      to: 'AddressList',
      group: 'Transfer and search',
      inactive: true,
      help: 'The address list when that is the scope.',
    }),
    contactRecipientContainer: ref({
      to: 'OrganizationalUnit',
      group: 'Transfer and search',
      inactive: true,
      help: 'The organisational unit that is searched.',
    }),
    matchedNameSelectionMethod: choice({
      values: ['Title', 'Department', 'Location', 'None', 'PromptForAlias', 'InheritFromDialPlan'],
      default: 'InheritFromDialPlan',
      group: 'Transfer and search',
      inactive: true,
      help: 'What tells people of one name apart.',
    }),
    starOutToDialPlanEnabled: flag({
      default: false,
      group: 'Transfer and search',
      inactive: true,
      help: 'The key * leads to the greeting for subscribers.',
    }),
    // Callers of an attendant are strangers: with true, anybody could have any extension called (toll fraud).
    allowExtensions: flag({
      default: false,
      group: 'Dialing authorisation',
      inactive: true,
      help: 'Callers may dial any extension.',
    }),
    allowDialPlanSubscribers: flag({
      default: true,
      group: 'Dialing authorisation',
      inactive: true,
      help: 'Callers may dial subscribers of the plan.',
    }),
    allowedInCountryOrRegionGroups: allowedGroups('Callers', 'in the same country'),
    allowedInternationalGroups: allowedGroups('Callers', 'in other countries'),
  },
});

export type AutoAttendant = ObjectOf<typeof autoAttendant>;
