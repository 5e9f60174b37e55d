/** A day of the calendar, whatever the time zone. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** Reads "2026-12-25" or "12/25/2026" (month first, as the originals' scripts have it); undefined when there is no such day. */
export function parseDay(text: string): Day | undefined {
  const iso = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  const us = iso ? undefined : /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/.exec(text);
  const [year, month, day] = iso ? iso.slice(1).map(Number) : us ? [us[3], us[1], us[2]].map(Number) : [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day && year >= 1970
    ? { year, month, day }
    : undefined;
}

/** Negative when `left` comes before `right`, 0 for the same day: days since the beginning of days. */
export function compareDays(left: Day, right: Day): number {
  return left.year - right.year || left.month - right.month || left.day - right.day;
}
