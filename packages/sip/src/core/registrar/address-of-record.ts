import type { Uri } from '../../message/grammar.ts';

/**
 * The form in which addresses-of-record are compared: "user@host", the host in lower case, without parameters and port; sip and sips
 * are the same address (RFC 3261 section 10.3 step 5, RFC 5630 section 5.1.1.2). Undefined for a URI that is none: no user, or not of SIP.
 */
export function addressOfRecord(uri: Uri): string | undefined {
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return undefined;
  return uri.user === '' ? undefined : `${uri.user}@${uri.host}`;
}

/** Its two parts again. */
export function partsOf(aor: string): { readonly user: string; readonly host: string } {
  const at = aor.lastIndexOf('@');
  return { user: aor.slice(0, at), host: aor.slice(at + 1) };
}
