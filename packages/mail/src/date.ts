const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');

/**
 * A date-time of RFC 5322 section 3.3 with the zone's own offset at that moment: "Sat, 21 Nov 2026 09:05:00 +0100".
 * @param at milliseconds since 1970.
 * @param timeZone an IANA name; RangeError when it is not one.
 */
export function mailDate(at: number, timeZone: string): string {
  const time = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
  const offset = time.offset.replace(':', '').slice(0, 5);
  return `${DAYS[time.dayOfWeek - 1]}, ${time.day} ${MONTHS[time.month - 1]} ${time.year} ${two(time.hour)}:${two(time.minute)}:${two(time.second)} ${offset}`;
}
