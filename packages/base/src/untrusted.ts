/** Longest display name or number that is carried on from a caller, in characters (code points). */
export const LONGEST_NAME = 128;

/**
 * Makes text from outside fit to be shown or spoken: NFC, one line, no control characters, no invisible or bidirectional
 * marks (Unicode categories Cc, Cf, Zl, Zp, Cs and unassigned), blanks collapsed, cut at `longest` characters.
 * Escaping for a mail header, HTML or a log line is still the task of that sink.
 */
export function plainText(untrusted: string, longest = LONGEST_NAME): string {
  const kept: string[] = [];
  let blank = false;
  // Four UTF-16 units a kept character is more than NFC composition can ever shrink away: bounds the work on huge input.
  for (const character of untrusted.slice(0, longest * 8).normalize('NFC')) {
    if (/[\s\p{Zl}\p{Zp}\p{Cc}]/u.test(character)) {
      blank = kept.length > 0;
      continue;
    }
    if (/[\p{Cf}\p{Cs}\p{Cn}\p{Co}]/u.test(character)) continue;
    if (kept.length + (blank ? 1 : 0) >= longest) break;
    if (blank) kept.push(' ');
    blank = false;
    kept.push(character);
  }
  return kept.join('');
}

/** A telephone number or SIP user part for logs: the last two and first three characters stay, the rest is starred. */
export function masked(number: string): string {
  const characters = [...number];
  if (characters.length <= 4) return '*'.repeat(characters.length);
  const shown = Math.min(3, Math.floor(characters.length / 3));
  return characters.map((c, i) => (i < shown || i >= characters.length - 2 ? c : '*')).join('');
}
