import { plainText } from '@parley/base';
import type { NameAddress, SipUri, Uri } from '@parley/sip';
import type { Party } from '../facts.ts';

/** Who a URI stands for: user and host, cleaned; both '' for a URI that is neither sip: nor tel:. */
export function userOf(uri: Uri): { readonly user: string; readonly host: string } {
  switch (uri.scheme) {
    case 'sip':
    case 'sips':
      return { user: plainText(subscriber(uri)), host: plainText(uri.host) };
    case 'tel':
      return { user: uri.number, host: '' };
    case 'other':
      return { user: '', host: '' };
  }
}

/** The same for somebody who is called, with the context in which a local number means something. */
export function calledOf(uri: Uri): {
  readonly user: string;
  readonly host: string;
  readonly phoneContext?: string;
} {
  const phoneContext = plainText(contextOf(uri));
  return phoneContext === '' ? userOf(uri) : { ...userOf(uri), phoneContext };
}

/**
 * The telephone-subscriber without its parameters ("+15550100;phone-context=x", RFC 3261 section 19.1.6), and without visual
 * separators (RFC 3966 section 5.1.1) where it is one for sure. In a user that is no number ";" is a character like others.
 */
function subscriber({ user, parameters }: SipUri): string {
  if (!startsLikeNumber(user)) return user;
  const semicolon = user.indexOf(';');
  const number = semicolon < 1 ? user : user.slice(0, semicolon);
  const isNumber = number.startsWith('+') || parameters.get('user')?.toLowerCase() === 'phone';
  return isNumber ? withoutSeparators(number) : number;
}

function startsLikeNumber(user: string): boolean {
  return user !== '' && '+*#0123456789('.includes(user[0]);
}

/** The same digits; a text with anything else between them is left as it is. */
function withoutSeparators(number: string): string {
  let digits = '';
  for (const character of number) {
    if ('+*#0123456789'.includes(character)) digits += character;
    else if (!'-.()'.includes(character)) return number;
  }
  return digits;
}

/** phone-context of RFC 3966, which SIP has within the user ("1001;phone-context=x@host") and some write behind the host; '' for none. */
function contextOf(uri: Uri): string {
  if (uri.scheme === 'other') return '';
  const outer = uri.parameters.get('phone-context') ?? '';
  if (uri.scheme === 'tel' || !startsLikeNumber(uri.user)) return uri.scheme === 'tel' ? outer : '';
  const inner = uri.user
    .split(';')
    .slice(1)
    .find(each => each.toLowerCase().startsWith('phone-context='));
  return inner === undefined ? outer : inner.slice(inner.indexOf('=') + 1);
}

/** Name and number of a name-addr. */
export function partyOf(address: NameAddress): Party {
  return { name: plainText(address.display), ...userOf(address.uri) };
}

/** How a party is written in an explanation. */
export function shown(party: { readonly user: string; readonly host: string; readonly phoneContext?: string }): string {
  const user = party.phoneContext === undefined ? party.user : `${party.user};phone-context=${party.phoneContext}`;
  return party.host === '' ? user : `${user}@${party.host}`;
}
