import { plainText } from '@parley/base';

/** Longest name or text that is spoken, in characters: about five seconds. */
export const LONGEST_SPOKEN = 64;

/** Longest run of digits that is spoken: a full E.164 number with its plus, and room. */
export const LONGEST_DIGITS = 20;

/**
 * A name or other text from outside as it is given to a voice: one line, letters, digits and the punctuation of names only.
 * Markup that some voice might understand (SSML tags, entities, phoneme brackets) loses its signs and is spoken as words.
 */
export function spokenText(untrusted: string): string {
  const plain = plainText(untrusted, LONGEST_SPOKEN);
  return plain
    .replace(/[^\p{L}\p{M}\p{N} '’.,-]/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
}

/** The keys of a telephone in a text from outside, one by one; everything else is left out. */
export function spokenDigits(untrusted: string): readonly string[] {
  return [...untrusted.slice(0, LONGEST_DIGITS * 4)].filter(digit => /[0-9*#+]/.test(digit)).slice(0, LONGEST_DIGITS);
}
