import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its key, as `TlsOptions` takes them. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** [kind, value]: ['url', 'sip:example.org'], ['dns', 'example.org'], ['ip', '127.0.0.2'], ['email', ...]. */
export type Name = readonly ['url' | 'dns' | 'ip' | 'email', string];

export interface Wanted {
  /** X.500 name; "CN=test" when left out. */
  readonly subject?: string;
  readonly names?: readonly Name[];
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
  /** Bits of an RSA key; ECDSA with P-256 when left out. */
  readonly rsa?: number;
  /** Object identifiers of the extended key usage; TLS servers and clients both when left out. */
  readonly usages?: readonly string[];
}

export const FOR_SERVERS = '1.3.6.1.5.5.7.3.1';
export const FOR_CLIENTS = '1.3.6.1.5.5.7.3.2';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);

/** An authority of the test's own. */
export class Authority {
  /** PEM. */
  readonly certificate: string;
  readonly #root: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #signing: { readonly name: string; readonly hash: string };

  private constructor(root: X509Certificate, keys: webcrypto.CryptoKeyPair, hash: string) {
    this.#root = root;
    this.#keys = keys;
    this.#signing = { name: root.publicKey.algorithm.name, hash };
    this.certificate = root.toString('pem');
  }

  /** `hash` 'SHA-1' signs with RSA, as authorities of old did. */
  static async named(subject: string, hash: 'SHA-256' | 'SHA-1' = 'SHA-256'): Promise<Authority> {
    const algorithm = hash === 'SHA-1' ? rsa(2048, hash) : ECDSA;
    const keys = await generated(algorithm);
    const root = await X509CertificateGenerator.createSelfSigned(
      {
        name: subject,
        keys,
        notBefore: inDays(-10),
        notAfter: inDays(100),
        signingAlgorithm: algorithm,
        extensions: [new BasicConstraintsExtension(true, undefined, true)],
      },
      webcrypto,
    );
    return new Authority(root, keys, hash);
  }

  async issue(wanted: Wanted = {}): Promise<Issued> {
    const keys = await generated(wanted.rsa === undefined ? ECDSA : rsa(wanted.rsa, 'SHA-256'));
    const made = await X509CertificateGenerator.create(
      {
        ...common(wanted),
        subject: wanted.subject ?? 'CN=test',
        issuer: this.#root.subject,
        publicKey: keys.publicKey,
        signingKey: this.#keys.privateKey,
        signingAlgorithm: this.#signing,
      },
      webcrypto,
    );
    return issued(made, keys);
  }
}

/** A certificate that nobody vouches for. */
export async function selfSigned(wanted: Wanted = {}): Promise<Issued> {
  const keys = await generated(ECDSA);
  const params = { ...common(wanted), name: wanted.subject ?? 'CN=test', keys, signingAlgorithm: ECDSA };
  return issued(await X509CertificateGenerator.createSelfSigned(params, webcrypto), keys);
}

function common({ names = [], usages = [FOR_SERVERS, FOR_CLIENTS], from = -1, until = 30 }: Wanted) {
  const extensions: Extension[] = [new ExtendedKeyUsageExtension([...usages])];
  const general = names.map(([type, value]) => ({ type, value }));
  if (general.length > 0) extensions.push(new SubjectAlternativeNameExtension(general));
  return { notBefore: inDays(from), notAfter: inDays(until), extensions };
}

async function issued(made: X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Issued> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: made.toString('pem'), key: PemConverter.encode(der, 'PRIVATE KEY') };
}

function rsa(modulusLength: number, hash: string) {
  return { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash } as const;
}

const generated = (algorithm: typeof ECDSA | ReturnType<typeof rsa>): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
