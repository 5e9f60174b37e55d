import { masked } from '@parley/base';
import { withoutKeys } from '@parley/media';

/** Credentials of RFC 3261 section 22 with the lines that they are folded into. */
const CREDENTIALS = /^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
/** The same as a header that a URI is to be called with (RFC 3261 section 19.1.1), and what is dialled after the answer: often a PIN (RFC 2806). */
const HIDDEN_IN_URIS = /([?&](?:proxy-)?authorization=|;postd=)[^&;>\s]*/gi;
/** What a URI with a user begins after, in a start line or a header. */
const BEFORE_URI = /[\s<>",]/;

/** The head of a SIP message as it may be kept and shown: credentials, keys and passwords are stars. Takes time linear in its length. */
export function redacted(head: string): string {
  return withoutPasswords(withoutKeys(head)).replace(CREDENTIALS, '$1 ***').replace(HIDDEN_IN_URIS, '$1***');
}

/** `sip:user:password@host` (RFC 3261 section 19.1.1). Cut at every `@`, so that no piece is looked at twice. */
function withoutPasswords(text: string): string {
  const pieces = text.split('@');
  for (let i = 0; i < pieces.length - 1; i++) {
    const piece = pieces[i];
    const scheme = endOfScheme(piece);
    const colon = piece.indexOf(':', scheme);
    const isUser = scheme > 0 && colon >= 0 && !BEFORE_URI.test(piece.slice(scheme));
    if (isUser) pieces[i] = `${piece.slice(0, colon)}:***`;
  }
  return pieces.join('@');
}

/** Where what follows the last scheme begins; 0 without any. */
function endOfScheme(text: string): number {
  const lower = text.toLowerCase();
  const plain = lower.lastIndexOf('sip:');
  const secure = lower.lastIndexOf('sips:');
  if (plain < 0 && secure < 0) return 0;
  return plain > secure ? plain + 'sip:'.length : secure + 'sips:'.length;
}

/** Headers whose numbers are the protocol's own. */
const PROTOCOL = new Set(
  'via v call-id i cseq max-forwards content-length l expires session-expires x min-se rseq rack retry-after date timestamp user-agent server warning reason replaces'.split(
    ' ',
  ),
);
/** A telephone URI, a tag, an IPv6 address, a port, or whatever else may be a number: only the first and the last are somebody's. */
const PIECES =
  /tel:\+?[\d.()-]+|;tag=[^;>\s]+|\[[\da-f:.]{2,45}\]|(?<!\bsips?)(?<=[\w\]]):\d{1,5}(?![\w@+.-])|\+?\d{4,}/gi;

/** A SIP message's head with the middle of telephone numbers starred out, as the log does it. */
export function withMaskedNumbers(head: string): string {
  return head
    .split('\n')
    .map(line => (PROTOCOL.has(nameOf(line)) ? line : line.replace(PIECES, maskedPiece)))
    .join('\n');
}

function nameOf(line: string): string {
  const colon = line.indexOf(':');
  return colon < 0 ? '' : line.slice(0, colon).trim().toLowerCase();
}

function maskedPiece(piece: string): string {
  if (/^tel:/i.test(piece)) return piece.slice(0, 4) + masked(piece.slice(4));
  return /^[+\d]/.test(piece) ? masked(piece) : piece;
}
