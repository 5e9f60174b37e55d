import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID: 26 characters that sort by the time they were made (48 bits of milliseconds, 80 random bits, Crockford's base 32).
 * @param wallMillis milliseconds since 1970, as `Clock.wall()` gives them.
 */
export function ulid(wallMillis: number, random: Uint8Array = randomBytes(10)): string {
  let head = '';
  for (let rest = Math.floor(wallMillis), i = 0; i < 10; i++, rest = Math.floor(rest / 32))
    head = CROCKFORD[rest % 32] + head;
  let tail = '';
  for (let bits = 0, held = 0, i = 0; i < random.length; i++) {
    held = (held << 8) | random[i];
    for (bits += 8; bits >= 5; bits -= 5) tail += CROCKFORD[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return head + tail;
}

/** Whether a text has the shape of a ULID (so that it may safely become part of a file name). */
export function isUlid(text: string): boolean {
  if (text.length !== 26) return false;
  for (const character of text) if (!CROCKFORD.includes(character)) return false;
  return true;
}
