import { parseDay } from '../schedule/day.ts';
import { minutesOf, parseWeekInterval } from '../schedule/week.ts';
import type { Format } from './format.ts';

// As in format.ts: every expression is a fixed sequence of single classes without overlap, linear in the text's length.
const FORBIDDEN_IN_FILE_NAMES = /["/\\:;|*?<>]/;
const PERSON = /^(?:[A-Za-z0-9._-]{1,64}\\)?[^"/\\[\]:;|=,+*?<>@\s]{1,64}$/;
const HOST_AND_PORT = /^[A-Za-z0-9_.-]{1,253}:([1-9][0-9]{0,4})$/;
const TIME_SPAN = /^(?:[0-9]{1,5}\.)?[0-9]{1,2}:[0-5][0-9]:[0-5][0-9]$/;
const NUMBER = /^\+?[0-9*#]{1,128}$/;

const isFileName = (text: string) => !FORBIDDEN_IN_FILE_NAMES.test(text) && text.trim() === text && text !== '..';

/** Working hours ("1,0,,"), the rest ("2,0,,"), or days and hours of one's own ("3,<mask>,<from>,<to>"; Sunday 1 to Saturday 64). */
function isTimeOfDay(text: string): boolean {
  const [kind, mask, from, to, ...rest] = text.split(',', 6).map(part => part.trim());
  if (rest.length > 0 || mask === undefined || from === undefined || to === undefined) return false;
  if (kind === '1' || kind === '2') return mask === '0' && from === '' && to === '';
  const days = /^[0-9]{1,3}$/.test(mask) ? Number(mask) : 0;
  return kind === '3' && days >= 1 && days <= 127 && minutesOf(from) !== undefined && minutesOf(to) !== undefined;
}

/** A number ("1,4255550100,,"), a person of the directory ("2,,,<id>"), a personal contact ("3,,<id>,") or all of those ("4,,,"). */
function isCallerId(text: string): boolean {
  const [type, number, contact, directory, ...rest] = text.split(',', 6).map(part => part.trim());
  if (rest.length > 0 || directory === undefined) return false;
  const given = [number, contact, directory].map(part => part !== '');
  if (type === '1') return NUMBER.test(number) && !given[1] && !given[2];
  if (type === '2') return !given[0] && !given[1] && given[2];
  if (type === '3') return !given[0] && given[1] && !given[2];
  return type === '4' && !given.includes(true);
}

/** Shapes of text that only the objects of the Exchange side have. */
export const EXCHANGE_FORMATS = {
  'wave file name': {
    fits: text => isFileName(text) && /\.wav$/i.test(text),
    allowed: 'the name of a .wav file without a folder (.wma has no free decoder)',
  },
  base64: {
    fits: text => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
    allowed: 'bytes in base64 (RFC 4648 section 4)',
  },
  'phone number': {
    fits: text => /^\+?[0-9A-Za-z ().,;=/*#-]{1,64}$/.test(text) && /[0-9]/.test(text),
    allowed: 'a telephone number such as +1 (425) 555-0100 or 425-555-0100 x 1234',
  },
  'calling line': {
    fits: text => /^\+?[0-9]{1,127}$/.test(text),
    allowed: 'at most 127 digits, + in front or not',
  },
  'logon name': { fits: text => PERSON.test(text), allowed: 'a logon name such as ann or contoso\\ann' },
  'principal name': {
    fits: text => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9_.-]{1,253}$/.test(text),
    allowed: 'a user principal name such as ann@example.org',
  },
  'dtmf map': {
    fits: text => /^(?:emailAddress|lastNameFirstName|firstNameLastName):[0-9]{1,64}$/.test(text),
    allowed: 'emailAddress:, lastNameFirstName: or firstNameLastName: and the digits of the keys',
  },
  'week interval': {
    fits: text => parseWeekInterval(text) !== undefined,
    allowed: 'a time of at least 15 minutes in the week such as Mon.09:00-Mon.17:00 or 1.9:00 AM-1.5:00 PM',
  },
  date: { fits: text => parseDay(text) !== undefined, allowed: 'a day such as 2026-12-25 or 12/25/2026' },
  'time of day': {
    fits: isTimeOfDay,
    allowed: '"1,0,," (working hours), "2,0,," (all other hours) or "3,<days>,<from>,<to>" such as 3,62,8:00,12:00',
  },
  'caller id': {
    fits: isCallerId,
    allowed: '"1,<number>,,", "2,,,<id in the directory>", "3,,<id of a contact>," or "4,,," (all contacts)',
  },
  'time span': {
    fits: text => TIME_SPAN.test(text),
    allowed: 'a time such as 30.00:00:00 (days.hours:minutes:seconds)',
  },
  'byte size': {
    fits: text => /^[0-9]{1,12} ?(?:B|KB|MB|GB|TB)?$/i.test(text) || text === 'Unlimited',
    allowed: 'a size such as 250MB, or Unlimited',
  },
  'host and port': {
    fits: text => Number(HOST_AND_PORT.exec(text)?.[1] ?? 65536) <= 65535,
    allowed: 'a name and a port such as pool.example.org:5061',
  },
  'attendant key': { fits: text => /^[1-9-]$/.test(text), allowed: 'a key from 1 to 9, or - for no key in time' },
} as const satisfies Readonly<Record<string, Format>>;
