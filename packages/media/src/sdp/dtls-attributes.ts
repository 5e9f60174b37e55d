import { type Attribute, attributeOf, type MediaDescription, type SessionDescription } from './description.ts';

/** Hashes that a certificate may be known by (RFC 8122 section 5), with the length of each in bytes. MD5 and SHA-1 do not vouch for anything any more. */
const HASH_BYTES: Readonly<Record<string, number>> = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };

/** The hash of a certificate. */
export interface Fingerprint {
  readonly hash: 'sha-256' | 'sha-384' | 'sha-512';
  readonly bytes: Uint8Array;
}

/** What one section of a description says of DTLS (RFC 8842). */
export interface DtlsDescription {
  /** One or more; the certificate has to match one of them. */
  readonly fingerprints: readonly Fingerprint[];
  /** Who begins the handshake (RFC 4145 section 4); an offer leaves it open with `actpass`. */
  readonly setup: 'active' | 'passive' | 'actpass';
}

/** Reads the DTLS attributes of a section, else of the session. Undefined when there is no fingerprint that can be used. */
export function readDtls(session: SessionDescription, media: MediaDescription): DtlsDescription | undefined {
  const own = readFingerprints(media.attributes);
  const fingerprints = own.length > 0 ? own : readFingerprints(session.attributes);
  const setup = attributeOf(media.attributes, 'setup') ?? attributeOf(session.attributes, 'setup') ?? 'actpass';
  if (fingerprints.length === 0 || (setup !== 'active' && setup !== 'passive' && setup !== 'actpass')) return undefined;
  return { fingerprints, setup };
}

function readFingerprints(attributes: readonly Attribute[]): Fingerprint[] {
  return attributes.flatMap(({ name, value }) => {
    const fingerprint = name === 'fingerprint' ? readFingerprint(value ?? '') : undefined;
    return fingerprint ? [fingerprint] : [];
  });
}

/** `sha-256 12:DF:3E:…`. */
function readFingerprint(value: string): Fingerprint | undefined {
  const blank = value.indexOf(' ');
  const hash = value.slice(0, Math.max(0, blank)).toLowerCase();
  const text = value.slice(blank + 1);
  if (!isHash(hash) || text.length !== HASH_BYTES[hash] * 3 - 1 || !/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$/.test(text))
    return undefined;
  return { hash, bytes: new Uint8Array(Buffer.from(text.replaceAll(':', ''), 'hex')) };
}

function isHash(text: string): text is Fingerprint['hash'] {
  return Object.hasOwn(HASH_BYTES, text);
}
