import { list, text } from '../define/property.ts';

/** How many keys and names somebody may be found by. */
const SEVERAL = 32;

/** What is told of a person, whether with an account here or elsewhere. */
export const person = {
  displayName: text({ max: 256, listed: true, help: 'Full name, as it is shown and spoken; empty takes the name.' }),
  firstName: text({ max: 64, help: 'First name.' }),
  lastName: text({ max: 64, listed: true, help: 'Last name.' }),
  initials: text({ max: 6, help: 'Initials of other names.' }),
  mailAddress: text({
    format: 'mail address',
    unique: true,
    aliases: ['WindowsEmailAddress', 'EmailAddress', 'PrimarySmtpAddress', 'ExternalEmailAddress'],
    help: 'Mail address.',
  }),
  title: text({ max: 128, group: 'Organisation', help: 'What somebody is: tells people of one name apart.' }),
  department: text({ max: 64, listed: true, group: 'Organisation', help: 'Tells people of one name apart.' }),
  company: text({ max: 64, group: 'Organisation', help: 'Company.' }),
  office: text({
    max: 128,
    aliases: ['Location'],
    group: 'Organisation',
    help: 'Place: tells people of one name apart.',
  }),
  city: text({ max: 128, group: 'Organisation', help: 'City.' }),
  countryOrRegion: text({ max: 64, group: 'Organisation', help: 'Country.' }),
  phone: text({ format: 'phone number', max: 64, group: 'Numbers', help: 'Business telephone.' }),
  otherTelephone: list({
    of: text({ format: 'phone number', max: 64, help: 'A telephone number.' }),
    default: [],
    group: 'Numbers',
    help: 'Other business telephones.',
  }),
  mobilePhone: text({ format: 'phone number', max: 64, group: 'Numbers', help: 'Mobile telephone.' }),
  homePhone: text({ format: 'phone number', max: 64, group: 'Numbers', help: 'Telephone at home.' }),
  fax: text({ format: 'phone number', max: 64, group: 'Numbers', help: 'Fax.' }),
  umCallingLineIds: list({
    of: text({ format: 'calling line', max: 128, help: 'Digits, + in front or not.' }),
    default: [],
    shown: 'UMCallingLineIds',
    group: 'Numbers',
    inactive: true,
    help: 'Numbers by which a caller is recognised as this person.',
  }),
  phoneticDisplayName: text({ max: 256, inactive: true, help: 'How the name is spoken.' }),
} as const;

/** Keys by which callers spell a name or an alias. */
export const dtmfMap = list({
  of: text({ format: 'dtmf map', max: 90, help: 'For example lastNameFirstName:764848669.' }),
  default: [],
  max: SEVERAL,
  shown: 'UMDtmfMap',
  inactive: true,
  help: 'Keys by which callers spell the name: emailAddress:, lastNameFirstName:, firstNameLastName: and digits.',
});
