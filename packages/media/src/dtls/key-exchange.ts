import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';

/** Groups by their numbers in TLS (RFC 8422 section 5.1.1), the one that we would rather have first. */
const X25519 = 29;
const P256 = 23;
export const GROUPS: readonly number[] = [X25519, P256];

/** What every X25519 key begins with in an X.509 structure (RFC 8410 section 4). */
const X25519_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

/** One side's half of a key agreement that is made for one handshake and thrown away. */
export interface KeyShare {
  readonly group: number;
  /** As it is sent: 32 bytes, or an uncompressed point. */
  readonly publicKey: Uint8Array;
  /** The premaster secret with the other side's half; undefined when that is no key of the group. */
  agree(theirs: Uint8Array): Uint8Array | undefined;
}

/** A fresh share of one of `GROUPS`. */
export function keyShare(group: number): KeyShare {
  return group === X25519 ? shareX25519() : shareP256();
}

function shareX25519(): KeyShare {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    group: X25519,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_HEAD.length),
    agree: theirs => {
      if (theirs.length !== 32) return undefined;
      const key = Buffer.concat([X25519_HEAD, theirs]);
      return orNothing(() =>
        diffieHellman({ privateKey, publicKey: createPublicKey({ key, type: 'spki', format: 'der' }) }),
      );
    },
  };
}

function shareP256(): KeyShare {
  const ours = createECDH('prime256v1');
  return {
    group: P256,
    publicKey: ours.generateKeys(),
    // RFC 8422 section 5.4.1: no other form of a point is left.
    agree: theirs =>
      theirs.length === 65 && theirs[0] === 4 ? orNothing(() => ours.computeSecret(theirs)) : undefined,
  };
}

/** OpenSSL refuses points that are not on the curve, and keys that lead to nothing (RFC 7748 section 6.1). */
function orNothing(agree: () => Uint8Array): Uint8Array | undefined {
  try {
    return agree();
  } catch {
    return undefined;
  }
}
