import type { Moment } from '../request.ts';
import { type Gender, type Spelling, speakable, splitDuration, zoned } from './spelling.ts';

const SMALL = [
  ...['zéro', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf', 'dix', 'onze', 'douze'],
  ...['treize', 'quatorze', 'quinze', 'seize', 'dix-sept', 'dix-huit', 'dix-neuf'],
];
const TENS = ['', '', 'vingt', 'trente', 'quarante', 'cinquante', 'soixante'];
const MONTHS = [
  ...['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet'],
  ...['août', 'septembre', 'octobre', 'novembre', 'décembre'],
];
const WEEKDAYS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'];

/** How French (of France) says numbers, durations and moments. */
export const french: Spelling = { number, duration, moment };

/** Only a final "un" has a gender ("une", "vingt et une", "quatre-vingt-une"); thousands and millions count masculine words. */
function number(value: number, gender: Gender = 'masculine'): string {
  const whole = speakable(value);
  if (whole === undefined) return '';
  const words = whole < 0 ? `moins ${cardinal(-whole)}` : cardinal(whole);
  const endsInOne = Math.abs(whole) % 10 === 1 && ![11, 71, 91].includes(Math.abs(whole) % 100);
  return gender === 'feminine' && endsInOne ? `${words}e` : words;
}

function cardinal(whole: number): string {
  if (whole < 1000) return belowThousand(whole, true);
  const words: string[] = [];
  const millions = Math.floor(whole / 1_000_000);
  const thousands = Math.floor((whole % 1_000_000) / 1000);
  const rest = whole % 1000;
  // "million" is a noun, before which cent and vingt keep their plural; "mille" is a numeral, before which they lose it.
  if (millions > 0) words.push(belowThousand(millions, true), millions === 1 ? 'million' : 'millions');
  if (thousands > 1) words.push(belowThousand(thousands, false));
  if (thousands > 0) words.push('mille');
  if (rest > 0) words.push(belowThousand(rest, true));
  return words.join(' ');
}

/** @param last whether nothing that is a numeral follows: "deux cents", but "deux cent mille" and "deux cent un". */
function belowThousand(whole: number, last: boolean): string {
  if (whole < 100) return belowHundred(whole, last);
  const count = Math.floor(whole / 100);
  const rest = whole % 100;
  const hundreds = count === 1 ? 'cent' : `${SMALL[count]} cent${rest === 0 && last ? 's' : ''}`;
  return rest === 0 ? hundreds : `${hundreds} ${belowHundred(rest, last)}`;
}

function belowHundred(whole: number, last: boolean): string {
  if (whole < 20) return SMALL[whole];
  if (whole === 80) return last ? 'quatre-vingts' : 'quatre-vingt';
  // Seventy and ninety count on from sixty and eighty: soixante et onze, quatre-vingt-onze.
  if (whole > 80) return `quatre-vingt-${SMALL[whole - 80]}`;
  const tens = whole >= 60 ? 6 : Math.floor(whole / 10);
  const rest = whole - tens * 10;
  if (rest === 0) return TENS[tens];
  return rest === 1 || rest === 11 ? `${TENS[tens]} et ${SMALL[rest]}` : `${TENS[tens]}-${SMALL[rest]}`;
}

function duration(seconds: number): string {
  const [hours, minutes, rest] = splitDuration(seconds);
  const parts: string[] = [];
  if (hours > 0) parts.push(counted(hours, 'heure'));
  if (minutes > 0) parts.push(counted(minutes, 'minute'));
  if (rest > 0 || parts.length === 0) parts.push(counted(rest, 'seconde'));
  const last = parts.pop();
  return parts.length === 0 ? `${last}` : `${parts.join(', ')} et ${last}`;
}

/** The three units are feminine; zero and one take the singular. */
function counted(count: number, unit: string): string {
  return `${number(count, 'feminine')} ${count < 2 ? unit : `${unit}s`}`;
}

function moment(moment: Moment): string {
  const local = zoned(moment);
  if (!local) return '';
  const day = local.day === 1 ? 'premier' : cardinal(local.day);
  const date = `${WEEKDAYS[local.dayOfWeek - 1]} ${day} ${MONTHS[local.month - 1]}`;
  const time = timeOfDay(local.hour, local.minute);
  if (moment.say === 'date') return date;
  return moment.say === 'time' ? time : `${date}, à ${time}`;
}

function timeOfDay(hour: number, minute: number): string {
  const hours = hour === 0 ? 'minuit' : hour === 12 ? 'midi' : counted(hour, 'heure');
  return minute === 0 ? hours : `${hours} ${number(minute, 'feminine')}`;
}
