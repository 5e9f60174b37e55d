import { decoded } from './fields.ts';
import { classOf } from './octets.ts';

/** Resolves "%41" escapes, which must be well-formed; the result is read as UTF-8, or Latin-1 when it is not UTF-8. */
export function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x25) bytes[length++] = code;
    else {
      bytes[length++] = Number.parseInt(text.slice(at + 1, at + 3), 16);
      at += 2;
    }
  }
  return decoded(bytes.subarray(0, length));
}

/** Escapes every character outside a class (RFC 3261 section 19.1.2), octet by octet of its UTF-8 form. */
export function escaped(text: string, mask: number): string {
  let result = '';
  for (const character of text) {
    if (character.length === 1 && character !== '%' && (classOf(character.charCodeAt(0)) & mask) !== 0)
      result += character;
    else
      for (const octet of Buffer.from(character, 'utf8'))
        result += `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}
