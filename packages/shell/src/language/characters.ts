// Scripts are copied from web pages and letters, where quotes are curly and hyphens are dashes; the originals take them as they are.

const DOUBLE_QUOTES = '"\u201c\u201d\u201e';
const SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b";

/** Hyphen and dashes, for the inside of a character class. */
export const DASHES = '\\-\u2013\u2014\u2015';

export const isDoubleQuote = (character: string) => character !== '' && DOUBLE_QUOTES.includes(character);
export const isSingleQuote = (character: string) => character !== '' && SINGLE_QUOTES.includes(character);

/** Whether a variable may be named so without braces. */
export const isNameCharacter = (character: string) => /^[\p{L}\p{N}_]$/u.test(character);
