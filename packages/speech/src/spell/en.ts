import type { Moment } from '../request.ts';
import { type Spelling, speakable, splitDuration, zoned } from './spelling.ts';

const SMALL = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const IRREGULAR_ORDINALS = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
]);

/** How English (of the United States) says numbers, durations and moments. */
export const english: Spelling = { number, duration, moment };

function number(value: number): string {
  const whole = speakable(value);
  if (whole === undefined) return '';
  return whole < 0 ? `minus ${cardinal(-whole)}` : cardinal(whole);
}

function cardinal(whole: number): string {
  if (whole < 1000) return belowThousand(whole);
  const words: string[] = [];
  const millions = Math.floor(whole / 1_000_000);
  const thousands = Math.floor((whole % 1_000_000) / 1000);
  const rest = whole % 1000;
  if (millions > 0) words.push(belowThousand(millions), 'million');
  if (thousands > 0) words.push(belowThousand(thousands), 'thousand');
  if (rest > 0) words.push(belowThousand(rest));
  return words.join(' ');
}

function belowThousand(whole: number): string {
  if (whole < 100) return belowHundred(whole);
  const hundreds = `${SMALL[Math.floor(whole / 100)]} hundred`;
  return whole % 100 === 0 ? hundreds : `${hundreds} ${belowHundred(whole % 100)}`;
}

function belowHundred(whole: number): string {
  if (whole < 20) return SMALL[whole];
  const tens = TENS[Math.floor(whole / 10)];
  return whole % 10 === 0 ? tens : `${tens}-${SMALL[whole % 10]}`;
}

/** "first", "twenty-third": the last word of the cardinal number changes. */
function ordinal(whole: number): string {
  const words = cardinal(whole);
  const cut = Math.max(words.lastIndexOf(' '), words.lastIndexOf('-')) + 1;
  const last = words.slice(cut);
  const changed = IRREGULAR_ORDINALS.get(last) ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return words.slice(0, cut) + changed;
}

function duration(seconds: number): string {
  const [hours, minutes, rest] = splitDuration(seconds);
  const parts: string[] = [];
  if (hours > 0) parts.push(counted(hours, 'hour'));
  if (minutes > 0) parts.push(counted(minutes, 'minute'));
  if (rest > 0 || parts.length === 0) parts.push(counted(rest, 'second'));
  const last = parts.pop();
  return parts.length === 0 ? `${last}` : `${parts.join(', ')} and ${last}`;
}

function counted(count: number, unit: string): string {
  return `${number(count)} ${count === 1 ? unit : `${unit}s`}`;
}

function moment(moment: Moment): string {
  const local = zoned(moment);
  if (!local) return '';
  const date = `${WEEKDAYS[local.dayOfWeek - 1]}, ${MONTHS[local.month - 1]} ${ordinal(local.day)}`;
  const time = timeOfDay(local.hour, local.minute);
  if (moment.say === 'date') return date;
  return moment.say === 'time' ? time : `${date}, at ${time}`;
}

function timeOfDay(hour: number, minute: number): string {
  const half = hour < 12 ? 'a.m.' : 'p.m.';
  const spokenHour = SMALL[hour % 12 === 0 ? 12 : hour % 12];
  if (minute === 0) return `${spokenHour} ${half}`;
  return `${spokenHour} ${minute < 10 ? `oh ${SMALL[minute]}` : belowHundred(minute)} ${half}`;
}
