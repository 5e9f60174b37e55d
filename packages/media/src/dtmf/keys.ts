/** The keys of a telephone in the order of their RFC 4733 event codes 0 to 15. */
const KEYS = '0123456789*#ABCD';

/** The key of an event code; undefined for events that are no key (flash hook, fax and modem tones). */
export function keyOfEvent(code: number): string | undefined {
  return KEYS[code];
}

/** The event code of a key; -1 when it is none. */
export function eventOfKey(key: string): number {
  return key.length === 1 ? KEYS.indexOf(key.toUpperCase()) : -1;
}
