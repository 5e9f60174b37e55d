import { hash } from 'node:crypto';

/** A digest algorithm (RFC 8760 section 2.2), without "-sess". */
export type DigestAlgorithm = 'SHA-512-256' | 'SHA-256' | 'MD5';

/** An algorithm as headers name it: "-sess" makes the secret of the first nonce and the client's nonce too (RFC 7616 section 3.4.2). */
export interface NamedAlgorithm {
  readonly algorithm: DigestAlgorithm;
  readonly isSession: boolean;
}

const HASHES: Readonly<Record<DigestAlgorithm, string>> = {
  'SHA-512-256': 'sha512-256',
  'SHA-256': 'sha256',
  MD5: 'md5',
};

/** From the strongest to the weakest. */
export const BY_STRENGTH: readonly DigestAlgorithm[] = ['SHA-512-256', 'SHA-256', 'MD5'];

/** H() of RFC 7616 section 3.3: lower-case hexadecimal digits; texts are hashed as UTF-8. */
export const digestOf = (algorithm: DigestAlgorithm, data: string | Uint8Array): string =>
  hash(HASHES[algorithm], data);

/** The algorithm that a header means; MD5 when it says nothing (RFC 7616 section 3.3), undefined for what we do not know. */
export function namedAlgorithm(text: string | undefined): NamedAlgorithm | undefined {
  const upper = (text ?? 'MD5').toUpperCase();
  const isSession = upper.endsWith('-SESS');
  const name = isSession ? upper.slice(0, -'-SESS'.length) : upper;
  const algorithm = BY_STRENGTH.find(one => one === name);
  return algorithm && { algorithm, isSession };
}

export const printAlgorithm = ({ algorithm, isSession }: NamedAlgorithm): string =>
  isSession ? `${algorithm}-sess` : algorithm;
