import { type DigestAlgorithm, digestOf, type NamedAlgorithm } from './algorithm.ts';

/** Quality of protection: method and URI, or the body too. */
export type Qop = 'auth' | 'auth-int';

export const QOPS: readonly Qop[] = ['auth', 'auth-int'];

/**
 * The secret that both sides share: H(user ":" realm ":" password) in lower-case hexadecimal digits (RFC 7616
 * section 3.4.2). Whoever has it can do what the password can: it is kept like one.
 */
export function ha1Of(algorithm: DigestAlgorithm, user: string, { realm, password }: Secret): string {
  return digestOf(algorithm, `${user}:${realm}:${password}`);
}

/** What a user's HA1 is made of beside the name. */
export interface Secret {
  readonly realm: string;
  readonly password: string;
}

/** What a response is made of (RFC 7616 section 3.4.1). */
export interface DigestInput extends NamedAlgorithm {
  readonly ha1: string;
  readonly method: string;
  /** The digest-uri as written. */
  readonly uri: string;
  readonly body: Uint8Array;
  readonly nonce: string;
  readonly cnonce: string;
  /** Eight hexadecimal digits. */
  readonly nc: string;
  /** Undefined for a peer of RFC 2069, which has neither `nc` nor, for its response, `cnonce`. */
  readonly qop: Qop | undefined;
}

/** The value of `response`. */
export function responseOf(input: DigestInput): string {
  const { algorithm, nonce, cnonce, nc, qop } = input;
  const secret = input.isSession ? digestOf(algorithm, `${input.ha1}:${nonce}:${cnonce}`) : input.ha1;
  const protectedText = `${input.method}:${input.uri}`;
  const ha2 = digestOf(
    algorithm,
    qop === 'auth-int' ? `${protectedText}:${digestOf(algorithm, input.body)}` : protectedText,
  );
  return digestOf(algorithm, qop ? `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}` : `${secret}:${nonce}:${ha2}`);
}
