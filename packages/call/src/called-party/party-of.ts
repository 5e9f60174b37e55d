import { plainText } from '@parley/base';
import type { NameAddress, Uri } from '@parley/sip';
import type { Party } from '../facts.ts';

/** Who a URI stands for: user and host, cleaned; both '' for a URI that is neither sip: nor tel:. */
export function userOf(uri: Uri): { readonly user: string; readonly host: string } {
  switch (uri.scheme) {
    case 'sip':
    case 'sips':
      return { user: plainText(subscriber(uri.user)), host: plainText(uri.host) };
    case 'tel':
      return { user: uri.number, host: '' };
    case 'other':
      return { user: '', host: '' };
  }
}

/**
 * The telephone-subscriber without its parameters ("+15550100;phone-context=x", RFC 3261 section 19.1.6). In a user that is no
 * number ";" is a character like others.
 */
function subscriber(user: string): string {
  const semicolon = user.indexOf(';');
  if (semicolon < 1) return user;
  return '+*#0123456789'.includes(user[0]) ? user.slice(0, semicolon) : user;
}

/** Name and number of a name-addr. */
export function partyOf(address: NameAddress): Party {
  return { name: plainText(address.display), ...userOf(address.uri) };
}

/** How a party is written in an explanation. */
export function shown(party: { readonly user: string; readonly host: string }): string {
  return party.host === '' ? party.user : `${party.user}@${party.host}`;
}
