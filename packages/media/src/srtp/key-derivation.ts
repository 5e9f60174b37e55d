import { createCipheriv } from 'node:crypto';
import { Bug } from '@parley/base';
import { type SrtpKey, type SrtpSuite, SUITES } from './suites.ts';

/** What a derived key is for (RFC 3711 section 4.3.2); the three of RTCP follow at 3. */
export type Protocol = 'rtp' | 'rtcp';
const FIRST_LABEL: Readonly<Record<Protocol, number>> = { rtp: 0, rtcp: 3 };

/** HMAC-SHA1 takes 160 bits (RFC 3711 section 5.2). */
const AUTHENTICATION_KEY_BYTES = 20;

/** The keys that packets of one direction and protocol are protected with. */
export interface SessionKeys {
  readonly cipherKey: Uint8Array;
  /** Empty where the cipher authenticates by itself (GCM). */
  readonly authenticationKey: Uint8Array;
  readonly salt: Uint8Array;
}

/** Session keys from a master key, with key derivation rate 0: once, for all packets (RFC 3711 section 4.3). Throws `Bug` for a key of the wrong length. */
export function sessionKeys(suite: SrtpSuite, master: SrtpKey, protocol: Protocol): SessionKeys {
  const { mode, key, salt } = SUITES[suite];
  if (master.key.length !== key || master.salt.length !== salt)
    throw new Bug(`${suite} takes a key of ${key} bytes and a salt of ${salt}`);
  const label = FIRST_LABEL[protocol];
  return {
    cipherKey: deriveBytes(master, label, key),
    authenticationKey: deriveBytes(master, label + 1, mode === 'gcm' ? 0 : AUTHENTICATION_KEY_BYTES),
    salt: deriveBytes(master, label + 2, salt),
  };
}

/**
 * The pseudo-random function AES-CM (RFC 3711 section 4.3.3, with AES-256 after RFC 6188 section 3): the key stream that begins at (salt XOR label at byte 7).
 * A salt of 96 bits is filled up with zeros on the right (RFC 7714 section 11).
 */
export function deriveBytes({ key, salt }: SrtpKey, label: number, length: number): Uint8Array {
  const start = Buffer.alloc(16);
  start.set(salt);
  start[7] ^= label;
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, start).update(Buffer.alloc(length));
}
