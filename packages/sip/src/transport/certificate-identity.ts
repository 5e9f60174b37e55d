import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { parseUri, SipParseError } from '../message/index.ts';
import { canonicalAddress } from './canonical-address.ts';
import { type AltName, altNamesOf } from './subject-alt-name.ts';

/** Whom a valid certificate speaks for. */
export interface CertificateIdentity {
  /** SIP domains (RFC 5922 section 7.1), lower case, without a dot at the end. */
  readonly domains: readonly string[];
  /** IP addresses, canonical. */
  readonly addresses: readonly string[];
}

const LONGEST_DOMAIN = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * RFC 5922 section 7.1: the sip URIs without user part of the subjectAltName; its DNS names only when there is no such URI; the
 * common name only when there is no subjectAltName at all. Whatever is no host name (wildcards, NUL, blanks) is no identity.
 */
export function identityOf(certificate: X509Certificate): CertificateIdentity {
  if (certificate.subjectAltName === undefined) return { domains: commonNames(certificate), addresses: [] };
  const names = altNamesOf(certificate.subjectAltName) ?? [];
  const hosts = valuesOf(names, 'URI').flatMap(hostOfSipUri);
  const domains = hosts.filter(host => isIP(host) === 0);
  const addresses = [...hosts.filter(host => isIP(host) !== 0), ...valuesOf(names, 'IP Address').filter(isIP)];
  return {
    domains: unique(domains.length > 0 ? domains : valuesOf(names, 'DNS').flatMap(domainIn)),
    addresses: unique(addresses.map(canonicalAddress)),
  };
}

/** Whether it speaks for a domain, or for an address when `name` is one. Whole names only, whatever their case (RFC 5922 section 7.2). */
export function proves({ domains, addresses }: CertificateIdentity, name: string): boolean {
  if (isIP(name) !== 0) return addresses.includes(canonicalAddress(name));
  return domainIn(name).some(domain => domains.includes(domain));
}

function valuesOf(names: readonly AltName[], kind: string): readonly string[] {
  return names.filter(name => name.kind === kind).map(({ value }) => value);
}

/** The host of "sip:example.org", as a list of one; none for other schemes (sips too), and for a URI that names a user. */
function hostOfSipUri(text: string): readonly string[] {
  try {
    const uri = parseUri(text);
    if (uri.scheme !== 'sip' || text.includes('@')) return [];
    return isIP(uri.host) === 0 ? domainIn(uri.host) : [uri.host];
  } catch (thrown) {
    if (thrown instanceof SipParseError) return [];
    throw thrown;
  }
}

/** A host name as domains are compared, as a list of one; none when it is not one. */
function domainIn(name: string): readonly string[] {
  const domain = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  if (domain.length > LONGEST_DOMAIN || isIP(domain) !== 0) return [];
  return domain.split('.').every(label => LABEL.test(label)) ? [domain] : [];
}

function commonNames(certificate: X509Certificate): readonly string[] {
  const { CN: names } = certificate.toLegacyObject().subject ?? {};
  return unique([names ?? []].flat().flatMap(domainIn));
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
