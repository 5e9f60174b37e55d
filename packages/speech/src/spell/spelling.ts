import type { Moment } from '../request.ts';

/** Grammatical gender of what is counted; languages without it ignore it. */
export type Gender = 'masculine' | 'feminine';

/** How one language says what is not fixed text. Pure functions, words in lower case. */
export interface Spelling {
  /**
   * A whole number from -999,999,999 to 999,999,999 in words ("two hundred and five"). A fraction is rounded; what is out
   * of range or not a number is an empty string, and so is never said.
   */
  number(value: number, gender?: Gender): string;
  /** A length of time in hours, minutes and seconds ("one minute and five seconds"); seconds are rounded. */
  duration(seconds: number): string;
  /** A date, a time or both, as they are at the moment's zone. An unknown zone is read as UTC; a moment that does not exist is an empty string. */
  moment(moment: Moment): string;
}

/** Largest number that is spoken, either way from zero. */
const LARGEST_NUMBER = 999_999_999;

/** The number as it will be spoken, or undefined when it cannot be. */
export function speakable(value: number): number | undefined {
  const whole = Math.round(value);
  return Math.abs(whole) <= LARGEST_NUMBER ? whole : undefined;
}

/** Hours, minutes and seconds of a length of time; 0 for what is negative or not a number. */
export function splitDuration(seconds: number): readonly [hours: number, minutes: number, seconds: number] {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : 0;
  return [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
}

/** Farthest moment that there is, either way from 1970, milliseconds (ECMA-262, time values). */
const LAST_MOMENT = 8.64e15;

/** The moment on the wall clock of its zone; undefined when there is no such moment. */
export function zoned(moment: Moment): Temporal.ZonedDateTime | undefined {
  if (!(Math.abs(moment.at) <= LAST_MOMENT - 864e5)) return undefined;
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.round(moment.at));
  try {
    return instant.toZonedDateTimeISO(moment.zone);
  } catch (error) {
    // Only the zone can be wrong here: a moment in UTC is better than a call that ends.
    if (error instanceof RangeError) return instant.toZonedDateTimeISO('UTC');
    throw error;
  }
}
