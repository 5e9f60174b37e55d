import { createHmac } from 'node:crypto';

/** The pseudorandom function of TLS 1.2 with SHA-256 (RFC 5246 section 5): `length` bytes made of a secret, a label and seeds. */
export function prf(secret: Uint8Array, label: string, seeds: readonly Uint8Array[], length: number): Buffer {
  const seed = Buffer.concat([Buffer.from(label, 'latin1'), ...seeds]);
  const pieces: Buffer[] = [];
  let link: Uint8Array = seed;
  for (let made = 0; made < length; made += 32) {
    link = createHmac('sha256', secret).update(link).digest();
    pieces.push(createHmac('sha256', secret).update(link).update(seed).digest());
  }
  return Buffer.concat(pieces).subarray(0, length);
}
