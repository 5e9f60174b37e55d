import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its key, PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

type Name = { readonly type: 'dns' | 'ip' | 'email' | 'url'; readonly value: string };

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;

const generated = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
const inDays = (days: number) => new Date(Date.now() + days * DAY);

/** An authority of the test's own. */
export class Authority {
  /** PEM. */
  readonly certificate: string;
  readonly #root: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(root: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#root = root;
    this.#keys = keys;
    this.certificate = root.toString('pem');
  }

  static async named(name: string): Promise<Authority> {
    const keys = await generated();
    const extensions = [new BasicConstraintsExtension(true, undefined, true)];
    const validity = { notBefore: inDays(-1), notAfter: inDays(10) };
    const root = await X509CertificateGenerator.createSelfSigned(
      { name, keys, signingAlgorithm: ECDSA, extensions, ...validity },
      webcrypto,
    );
    return new Authority(root, keys);
  }

  /** `days`: when it ends; in the past for one that is over. */
  async issue(subject: string, names: readonly Name[] = [], days = 5): Promise<Issued> {
    const keys = await generated();
    const extensions: Extension[] = names.length > 0 ? [new SubjectAlternativeNameExtension([...names])] : [];
    const made = await X509CertificateGenerator.create(
      {
        subject,
        issuer: this.#root.subject,
        publicKey: keys.publicKey,
        signingKey: this.#keys.privateKey,
        signingAlgorithm: ECDSA,
        notBefore: inDays(Math.min(-1, days - 1)),
        notAfter: inDays(days),
        extensions,
      },
      webcrypto,
    );
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { certificate: made.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
  }
}
