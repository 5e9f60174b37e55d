import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf, ParleyError } from '@parley/base';

/** A PEM file that the configuration names. */
export interface PemFile {
  /** Its key: "sip.tls.certificate". */
  readonly setting: string;
  /** Absolute. */
  readonly path: string;
}

/** A certificate with its private key, as PEM text. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** One block of a PEM file (RFC 7468). A file has few; what stands between them is comment. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/**
 * Reads a certificate, whatever follows it, and its key.
 * @throws ParleyError CONFIG_INVALID with the setting and the file that is wrong, and what to put there.
 */
export function readKeyPair(certificate: PemFile, key: PemFile): KeyPair {
  const chain = contentOf(certificate);
  const [own] = certificatesIn(certificate, chain);
  const secret = contentOf(key);
  if (!own.checkPrivateKey(privateKeyIn(key, secret)))
    throw invalid(
      key,
      `is not the key of the certificate in ${certificate.path} (${certificate.setting}), which is that of ${own.subject.replaceAll('\n', ', ')}: name two files that were made together; the certificate of this server is the first in its file`,
    );
  return { certificate: chain, key: secret };
}

/**
 * Reads certificates of authorities.
 * @throws ParleyError CONFIG_INVALID as `readKeyPair` does. Without one in it nobody would be believed.
 */
export function readAuthorities(file: PemFile): string {
  const text = contentOf(file);
  certificatesIn(file, text);
  return text;
}

function certificatesIn(file: PemFile, text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = blocksOf(text).filter(({ label }) => label.endsWith('CERTIFICATE'));
  const [first, ...others] = blocks.map(({ pem }, index) => {
    try {
      return new X509Certificate(pem);
    } catch (error) {
      throw invalid(file, `holds a certificate that cannot be read, number ${index + 1}: ${messageOf(error)}`, error);
    }
  });
  if (!first) throw invalid(file, `holds no certificate (${contents(text)}): put it there in PEM`);
  return [first, ...others];
}

function privateKeyIn(file: PemFile, text: string): KeyObject {
  if (!blocksOf(text).some(({ label }) => label.endsWith('PRIVATE KEY')))
    throw invalid(file, `holds no private key (${contents(text)}): put it there in PEM`);
  if (text.includes('ENCRYPTED'))
    throw invalid(file, `is locked with a passphrase: unlock it with openssl pkey -in ${file.path} -out NEW`);
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw invalid(file, `holds a private key that cannot be read: ${messageOf(error)}`, error);
  }
}

const blocksOf = (text: string) => [...text.matchAll(BLOCK)].map(([pem, label]) => ({ pem, label }));

/** What a file holds instead. */
function contents(text: string): string {
  const labels = [...new Set(blocksOf(text).map(({ label }) => label))];
  if (labels.length > 0) return `it holds: ${labels.join(', ')}`;
  return text.trim() === '' ? 'it is empty' : 'it is not PEM';
}

function contentOf(file: PemFile): string {
  try {
    return readFileSync(file.path, 'utf8');
  } catch (error) {
    throw new ParleyError('CONFIG_INVALID', `${file.setting}: cannot read ${file.path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function invalid({ setting, path }: PemFile, problem: string, cause?: unknown): ParleyError {
  return new ParleyError('CONFIG_INVALID', `${setting}: ${path} ${problem}`, { cause });
}
