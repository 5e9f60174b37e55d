import type { X509Certificate } from 'node:crypto';
import { codeOf, messageOf, plainText } from '@parley/base';
import { identityOf } from './certificate-identity.ts';
import type { RefusedFacts } from './peer-refused.ts';

type Words = readonly [reason: string, change: string];

const AUTHORITY: Words = [
  'nobody we trust vouches for its certificate',
  'Add the authority of the peer to our authorities, or let the peer send the certificates between its own and that authority.',
];
const TOO_OLD: Words = [
  'it speaks no version of TLS that we speak (1.2 and 1.3)',
  'Switch TLS 1.2 or newer on at the peer.',
];
const NOT_TLS: Words = ['it does not speak TLS', 'Let the peer use TLS, or the port of another transport.'];
const NO_CIPHER: Words = [
  'it has no cipher in common with us',
  'Allow ECDHE with AES-GCM or ChaCha20 at the peer, and a certificate that suits them.',
];
const OURS: Words = [
  'it does not accept our certificate',
  'Look at the log of the peer: its authorities must know ours, and our certificate must be in date and name us.',
];

/** By the code of OpenSSL's verification, or of the error that Node makes of a broken handshake. */
const FAULTS: Readonly<Record<string, Words>> = {
  CERT_HAS_EXPIRED: [
    'its certificate, or one above it, has expired',
    'Renew the certificate of the peer; check the clock of this machine.',
  ],
  CERT_NOT_YET_VALID: [
    'its certificate, or one above it, is not valid yet',
    'Check the clock of this machine and of the one that made the certificate.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'its certificate is signed by itself and is not one of our authorities',
    'Give the peer a certificate of an authority that we trust, or add its certificate to our authorities.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
  CERT_UNTRUSTED: AUTHORITY,
  INVALID_PURPOSE: [
    'its certificate is not made for this side of TLS (extended key usage)',
    'Give the peer a certificate for TLS servers and clients both.',
  ],
  CERT_SIGNATURE_FAILURE: ['the signature of its certificate is wrong', 'Give the peer another certificate.'],
  INVALID_CA: [
    'a certificate above its own is no authority',
    'Give the peer a certificate that an authority signed, not another server.',
  ],
  CERT_REVOKED: ['its certificate has been revoked', 'Give the peer another certificate.'],
  // What OpenSSL's security level forbids has no code of its own in Node.
  UNSPECIFIED: [
    'its certificate, or one above it, is too weak or broken (RSA below 2,048 bits, SHA-1)',
    'Give the peer a certificate with RSA of 2,048 bits or more, or ECDSA, signed with SHA-256 or better.',
  ],
  ERR_SSL_UNSUPPORTED_PROTOCOL: TOO_OLD,
  ERR_SSL_VERSION_TOO_LOW: TOO_OLD,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: TOO_OLD,
  ERR_SSL_NO_SHARED_CIPHER: NO_CIPHER,
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: NO_CIPHER,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NO_CIPHER,
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': NO_CIPHER,
  ERR_SSL_HTTP_REQUEST: NOT_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: OURS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: OURS,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: OURS,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: OURS,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: OURS,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: OURS,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: OURS,
};

/** Names of a certificate that a log line shows. */
const MOST_NAMES = 8;
const LONGEST_SUBJECT = 200;

/** What there is to say about a handshake that failed, or a certificate that OpenSSL did not find valid. */
export function faultOf(thrown: unknown, certificate?: X509Certificate): RefusedFacts {
  const code = typeof thrown === 'string' ? thrown : (codeOf(thrown) ?? '');
  const [reason, change] = FAULTS[code] ?? [
    `the handshake failed (${plainText(code || messageOf(thrown), LONGEST_SUBJECT)})`,
    'Look at the log of the peer.',
  ];
  return { reason, change, ...shownOf(certificate) };
}

/** Whether an error of a connection that was open says that the peer refused us after all (TLS 1.3 tells a client only then). */
export function isTlsAlert(thrown: unknown): boolean {
  return (codeOf(thrown) ?? '').startsWith('ERR_SSL_');
}

/** A valid certificate of somebody else. */
export function wrongName(expected: string, certificate: X509Certificate): RefusedFacts {
  const shown = shownOf(certificate);
  const offers = shown.offered?.join(', ') || 'no name at all';
  return {
    reason: `its certificate is for ${offers}, not for ${plainText(expected)}`,
    change:
      'Reach the peer by a name of its certificate, or give it one with this name as subjectAltName; wildcards do not count.',
    expected: plainText(expected),
    ...shown,
  };
}

export const NO_CERTIFICATE: RefusedFacts = {
  reason: 'it shows no certificate, and clients must show one here',
  change: 'Give the peer a certificate for TLS clients, or ask for certificates without requiring them.',
};

function shownOf(certificate: X509Certificate | undefined): Partial<RefusedFacts> {
  if (!certificate) return {};
  const { domains, addresses } = identityOf(certificate);
  const offered = [...domains, ...addresses].slice(0, MOST_NAMES).map(name => plainText(name));
  const dates = `valid ${certificate.validFrom} to ${certificate.validTo}`;
  const shown = `${certificate.subject}; issued by ${certificate.issuer}; ${dates}`;
  return { offered, certificate: plainText(shown, LONGEST_SUBJECT) };
}
