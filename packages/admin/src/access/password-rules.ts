/** NIST SP 800-63B-4: a password that stands alone has 15 characters or more, and no rules of composition. */
const SHORTEST = 15;
/** Characters; more would be work for nothing. */
export const LONGEST_PASSWORD = 256;
/** Fewer different characters than this are a pattern. */
const FEWEST_DIFFERENT = 6;
/** Words that everybody tries first, and that are most of a bad password. */
const EXPECTED = [
  'password',
  'passwort',
  'motdepasse',
  'parley',
  'administrator',
  'voicemail',
  'letmein',
  'qwerty',
  'welcome',
];

/** Why it is no password for somebody of that name; undefined when it is one. */
export function passwordProblem(password: string, name: string): string | undefined {
  const characters = [...password.normalize('NFKC')];
  if (characters.length < SHORTEST)
    return `a password has ${SHORTEST} characters or more: several words are easy to remember`;
  if (characters.length > LONGEST_PASSWORD) return `a password has at most ${LONGEST_PASSWORD} characters`;
  if (new Set(characters).size < FEWEST_DIFFERENT) return 'a password is no repetition of a few characters';
  if (isRow(characters)) return 'a password is no row of neighbours such as 12345 or abcde';
  return isExpected(characters.join('').toLowerCase(), name.toLowerCase())
    ? 'a password is more than a name and words that everybody tries first'
    : undefined;
}

/** Whether most characters follow the one before, up or down, by one. */
function isRow(characters: readonly string[]): boolean {
  const codes = characters.map(character => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, i) => Math.abs(code - codes[i]) === 1).length;
  return steps > characters.length / 2;
}

/** Whether little is left without the name and the words that everybody tries. */
function isExpected(password: string, name: string): boolean {
  const words = [...EXPECTED, ...name.split(/[^\p{L}\p{N}]/u)].filter(word => word.length > 2);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), password);
  return rest !== password && [...rest.replace(/[^\p{L}]/gu, '')].length < SHORTEST / 2;
}
