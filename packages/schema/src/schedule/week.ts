/** A stretch of the week, in minutes since Sunday 00:00. `end` may lie before `start`: it goes on over the end of the week. */
export interface WeekInterval {
  /** 0 to 10,079. */
  readonly start: number;
  /** 0 to 10,079; the same as `start` is the whole week. */
  readonly end: number;
}

export const MINUTES_A_DAY = 1440;
export const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;
/** Times are rounded down to this. */
const GRID_MINUTES = 15;
const LONGEST = 64;

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** 0 is Sunday, whether it is written as a digit, a name or the first three letters (or more) of one. */
function dayOf(text: string): number | undefined {
  if (/^[0-6]$/.test(text)) return Number(text);
  const wanted = text.trim().toLowerCase();
  const day = wanted.length < 3 ? -1 : DAYS.findIndex(each => each.startsWith(wanted));
  return day < 0 ? undefined : day;
}

/** Minutes since midnight of "17:00", "5:00 PM" or "5:00PM". */
export function minutesOf(text: string): number | undefined {
  const parts = /^([0-9]{1,2}):([0-9]{2})(?::00)? ?([AaPp][Mm])?$/.exec(text.trim());
  if (!parts) return undefined;
  const [, hours, minutes, half] = parts;
  if (Number(minutes) > 59) return undefined;
  if (half === undefined) return Number(hours) > 23 ? undefined : Number(hours) * 60 + Number(minutes);
  if (Number(hours) < 1 || Number(hours) > 12) return undefined;
  return ((Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)) * 60 + Number(minutes);
}

/** "Mon.09:07" as minutes of the week, on the grid. */
function momentOf(text: string): number | undefined {
  const dot = text.indexOf('.');
  const day = dot < 0 ? undefined : dayOf(text.slice(0, dot));
  const minutes = minutesOf(text.slice(dot + 1));
  if (day === undefined || minutes === undefined) return undefined;
  return day * MINUTES_A_DAY + Math.floor(minutes / GRID_MINUTES) * GRID_MINUTES;
}

/**
 * Reads "Mon.09:00-Mon.17:00", "1.9:00 AM-1.5:00 PM" or "Monday.09:00-Friday.17:00"; undefined when it is none. Minutes are rounded
 * down to 0, 15, 30 or 45, so 09:00 to 09:10 would be no time at all and is none either.
 */
export function parseWeekInterval(text: string): WeekInterval | undefined {
  if (text.length > LONGEST) return undefined;
  const [from, to, ...rest] = text.split('-');
  if (to === undefined || rest.length > 0) return undefined;
  const start = momentOf(from);
  const end = momentOf(to);
  if (start === undefined || end === undefined) return undefined;
  return start === end && from.trim() !== to.trim() ? undefined : { start, end };
}

/** How long it is, minutes: at least 15. */
export function lengthOf({ start, end }: WeekInterval): number {
  return ((end - start + MINUTES_A_WEEK - 1) % MINUTES_A_WEEK) + 1;
}

/** Whether a moment (minutes since Sunday 00:00) is in it; its end is not. */
export function isWithin({ start, end }: WeekInterval, minute: number): boolean {
  return (minute - start + MINUTES_A_WEEK) % MINUTES_A_WEEK < lengthOf({ start, end });
}

/** The first two that overlap or have less than a quarter of an hour between them; undefined when all keep their distance. */
export function tooClose(intervals: readonly WeekInterval[]): readonly [WeekInterval, WeekInterval] | undefined {
  const sorted = intervals.toSorted((a, b) => a.start - b.start);
  if (sorted.length < 2) return undefined;
  for (const [index, each] of sorted.entries()) {
    const next = sorted[(index + 1) % sorted.length];
    const distance = (next.start - each.start + MINUTES_A_WEEK) % MINUTES_A_WEEK;
    if (distance < lengthOf(each) + GRID_MINUTES) return [each, next];
  }
  return undefined;
}
