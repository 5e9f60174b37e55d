import { createHash } from 'node:crypto';

/**
 * The folder of a mailbox below the Maildir root: "ann@parley.test" -> "parley.test/ann". Whatever an address holds, the result
 * has exactly two harmless parts: everything but letters, digits, ".", "-", "_" and "+" is written as %XX, and so is a leading dot.
 */
export function mailboxFolder(address: string): string {
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  const domain = at < 0 ? 'local' : address.slice(at + 1);
  return `${part(domain)}/${part(local)}`;
}

function part(text: string): string {
  const bytes = Buffer.from(text.toLowerCase().slice(0, 200), 'utf8');
  let safe = '';
  for (const [i, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    safe +=
      /[a-z0-9_+-]/.test(character) || (character === '.' && i > 0)
        ? character
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return safe === '' ? '%' : safe;
}

/**
 * The unique part of a message's file name, made of its Message-ID and nothing else: writing the same message twice meets
 * its own file. A ULID in front gives the time it sorts by, as the first part of a Maildir name should.
 */
export function uniqueName(messageId: string): string {
  const digest = createHash('sha256').update(messageId).digest('hex').slice(0, 24);
  const local = messageId.slice(0, messageId.lastIndexOf('@') < 0 ? undefined : messageId.lastIndexOf('@'));
  const lead = /^[0-9A-Za-z]{1,40}$/.test(local) ? local : 'message';
  return `${lead}.${digest}.parley`;
}
