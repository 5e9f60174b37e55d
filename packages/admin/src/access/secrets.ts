import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: nobody guesses it, so a plain hash is enough to keep it by. */
const OCTETS = 32;

/** Something that only its owner knows, fit for a cookie, a header and the end of a URL. */
export const newSecret = (): string => randomBytes(OCTETS).toString('base64url');

/** By what a secret is kept and found. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
