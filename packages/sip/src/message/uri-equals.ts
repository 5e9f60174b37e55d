import type { Parameters, SipUri, Uri } from './grammar.ts';

/** These never match when only one URI has them; any other parameter that only one has is ignored (RFC 3261 section 19.1.4). */
const DECISIVE = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Whether two URIs are equivalent by RFC 3261 section 19.1.4 (tel: RFC 3966 section 4; other schemes: the same text). */
export function uriEquals(one: Uri, other: Uri): boolean {
  if (one.scheme === 'other' || other.scheme === 'other') {
    return one.scheme === 'other' && other.scheme === 'other' && one.text === other.text;
  }
  if (one.scheme === 'tel' || other.scheme === 'tel') {
    if (one.scheme !== 'tel' || other.scheme !== 'tel') return false;
    return one.number.toLowerCase() === other.number.toLowerCase() && sameMap(one.parameters, other.parameters);
  }
  return sipUriEquals(one, other);
}

function sipUriEquals(one: SipUri, other: SipUri): boolean {
  if (one.scheme !== other.scheme || one.user !== other.user || one.password !== other.password) return false;
  if (one.host.toLowerCase() !== other.host.toLowerCase() || one.port !== other.port) return false;
  return sameParameters(one.parameters, other.parameters) && sameMap(one.headers, other.headers);
}

function sameParameters(one: Parameters, other: Parameters): boolean {
  if (DECISIVE.some(name => one.has(name) !== other.has(name))) return false;
  for (const [name, value] of one) {
    const opposite = other.get(name);
    if (opposite !== undefined && opposite.toLowerCase() !== value.toLowerCase()) return false;
  }
  return true;
}

function sameMap(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  if (one.size !== other.size) return false;
  for (const [name, value] of one) if (other.get(name)?.toLowerCase() !== value.toLowerCase()) return false;
  return true;
}
