const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,62})$/i;
const SIP_USER = /^[a-z0-9_.!~*'()&=+$,;?/%-]{1,128}$/i;

export function isDomain(text: string): boolean {
  if (text.length > 253) return false;
  return text.split('.').every(label => LABEL.test(label) && !label.endsWith('-'));
}

/** A fully qualified name: at least two labels, the last one no number, so that it cannot be taken for an address. */
export function isHostName(text: string): boolean {
  return text.includes('.') && isDomain(text) && /[A-Za-z]/.test(text.slice(text.lastIndexOf('.')));
}

/** The two sides of an address at its last "@". */
export function isAddress(text: string, user: RegExp): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && user.test(text.slice(0, at)) && isDomain(text.slice(at + 1));
}

/** `ann@example.org`, without "sip:". */
export const isSipAddress = (text: string): boolean => isAddress(text, SIP_USER);
