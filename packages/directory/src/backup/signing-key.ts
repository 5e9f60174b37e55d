import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { codeOf, messageOf, ParleyError } from '@parley/base';

/** What is signed is no other message of ours or of anybody else. */
const DOMAIN = 'parley configuration 1\n';

/** An Ed25519 key pair (RFC 8032). */
export interface SigningKey {
  /** The public key: 32 octets, base64url. */
  readonly publicKey: string;
  /** The signature of a text, base64url. */
  sign(text: string): string;
}

/**
 * The key pair in a PEM file (PKCS #8); made, with mode 0600, when there is none. Rejects with `BACKUP_KEY_UNREADABLE`.
 */
export async function signingKeyIn(file: string): Promise<SigningKey> {
  try {
    return signingKey(createPrivateKey((await readOrMake(file)).toString()));
  } catch (error) {
    throw new ParleyError(
      'BACKUP_KEY_UNREADABLE',
      `the key that signs exports cannot be read from ${file}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function readOrMake(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  // `wx`: of two that make one at the same time, one fails instead of signing with a key that nobody will find.
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(pem);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return pem;
}

function signingKey(key: KeyObject): SigningKey {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('it is no Ed25519 key');
  const { x: publicKey } = createPublicKey(key).export({ format: 'jwk' });
  if (publicKey === undefined) throw new TypeError('it has no public part');
  return { publicKey, sign: text => sign(null, Buffer.from(DOMAIN + text), key).toString('base64url') };
}

/** Whether the text was signed with the private part of a public key. False too for what is no key and no signature. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  if (!/^[A-Za-z0-9_-]{43}$/.test(publicKey) || !/^[A-Za-z0-9_-]{86}$/.test(signature)) return false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(DOMAIN + text), key, Buffer.from(signature, 'base64url'));
}
