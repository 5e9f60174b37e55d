/** Keys with the letters of ITU-T E.161. */
const KEYS = ['', '', 'abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

const KEY_OF = new Map(KEYS.flatMap((letters, key) => [...letters].map(letter => [letter, String(key)] as const)));

/** Longest run of keys that a name is spelled with. */
const MOST_KEYS = 64;

/** The keys by which a text is spelled: digits are themselves, accents are left off, everything else is skipped. */
export function keysOf(text: string): string {
  const plain = text
    .slice(0, 4 * MOST_KEYS)
    .normalize('NFD')
    .toLowerCase();
  return [...plain]
    .map(each => (/[0-9]/.test(each) ? each : (KEY_OF.get(each) ?? '')))
    .join('')
    .slice(0, MOST_KEYS);
}

/** Who is spelled. */
export interface Spelled {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly displayName?: string;
  readonly mailAddress?: string;
  readonly alias?: string;
}

/** First and last name; of a display name the last word is the last name. */
function namesOf({ firstName, lastName, displayName = '' }: Spelled): readonly [string, string] {
  if (firstName !== undefined || lastName !== undefined) return [firstName ?? '', lastName ?? ''];
  const words = displayName.trim().split(/\s+/);
  return [words.slice(0, -1).join(' '), words.at(-1) ?? ''];
}

/** A person's keys: "emailAddress:876484", "lastNameFirstName:764848669", "firstNameLastName:866976484". */
export function dtmfMapOf(person: Spelled): readonly string[] {
  const [first, last] = namesOf(person);
  const address = person.mailAddress ?? person.alias ?? '';
  const at = address.lastIndexOf('@');
  const entries = [
    ['emailAddress', keysOf(at < 0 ? address : address.slice(0, at))],
    ['lastNameFirstName', keysOf(last + first)],
    ['firstNameLastName', keysOf(first + last)],
  ];
  return entries.filter(([, keys]) => keys !== '').map(([name, keys]) => `${name}:${keys}`);
}
