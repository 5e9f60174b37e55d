import { constants, createHash, type KeyObject, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import type { Fingerprint } from '../sdp/dtls-attributes.ts';
import { FieldReader } from './bytes.ts';

interface Scheme {
  readonly hash: string;
  readonly key: 'ec' | 'rsa';
  readonly pss?: true;
}

/** Signatures by which a client may prove that a certificate is its own (RFC 8446 section 4.2.3 names them): those of a browser, and of its RSA certificates. */
const SCHEMES: ReadonlyMap<number, Scheme> = new Map([
  [0x0403, { hash: 'sha256', key: 'ec' }],
  [0x0503, { hash: 'sha384', key: 'ec' }],
  [0x0804, { hash: 'sha256', key: 'rsa', pss: true }],
  [0x0401, { hash: 'sha256', key: 'rsa' }],
] as const);
export const PROOF_SCHEMES: readonly number[] = [...SCHEMES.keys()];

const CURVES: readonly (string | undefined)[] = ['prime256v1', 'secp384r1'];
/** Shorter ones prove nothing, longer ones take long to check. */
const RSA_BITS = { least: 2048, most: 4096 } as const;

/** The first certificate of a Certificate message (RFC 5246 section 7.4.2); undefined when there is none. */
export function readCertificate(body: Uint8Array): Uint8Array | undefined {
  const reader = new FieldReader(body);
  const list = new FieldReader(reader.vector(3));
  const certificate = list.vector(3);
  return reader.ok && list.ok && certificate.length > 0 ? certificate : undefined;
}

/**
 * Whether a client is who its description says (RFC 8122 section 6.2): its certificate has one of the fingerprints, and the client has the key of that
 * certificate, with which it signed all that was said in the handshake. A text says what is not so.
 * @param verify body of the CertificateVerify message (RFC 5246 section 7.4.8).
 */
export function clientProblem(
  certificate: Uint8Array,
  proof: { readonly verify: Uint8Array; readonly said: Uint8Array; readonly fingerprints: readonly Fingerprint[] },
): string | undefined {
  if (!proof.fingerprints.some(fingerprint => hasFingerprint(certificate, fingerprint)))
    return 'the certificate is not the one whose fingerprint its description has';
  const key = keyOf(certificate);
  if (!key) return 'the certificate has no key that is taken here';
  return isSigned(key, proof.verify, proof.said)
    ? undefined
    : 'the certificate is shown by somebody who has not its key';
}

function hasFingerprint(certificate: Uint8Array, { hash, bytes }: Fingerprint): boolean {
  const own = createHash(hash.replace('-', '')).update(certificate).digest();
  return own.length === bytes.length && timingSafeEqual(own, bytes);
}

function keyOf(certificate: Uint8Array): KeyObject | undefined {
  let key: KeyObject;
  try {
    key = new X509Certificate(certificate).publicKey;
  } catch {
    // What OpenSSL cannot read is no certificate.
    return undefined;
  }
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const isUsable =
    key.asymmetricKeyType === 'ec'
      ? CURVES.includes(namedCurve)
      : key.asymmetricKeyType === 'rsa' && modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most;
  return isUsable ? key : undefined;
}

function isSigned(key: KeyObject, body: Uint8Array, said: Uint8Array): boolean {
  const reader = new FieldReader(body);
  const scheme = SCHEMES.get(reader.number(2));
  const signature = reader.vector(2);
  if (!reader.ok || !scheme || scheme.key !== key.asymmetricKeyType) return false;
  const padding = scheme.pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return verify(scheme.hash, said, { key, ...padding }, signature);
}
