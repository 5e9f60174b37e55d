import type { SrtpSecurity, SrtpSuite } from '../srtp/suites.ts';
import { SUITES } from '../srtp/suites.ts';
import { prf } from './prf.ts';

/** Protection profiles of use_srtp (RFC 5764 section 4.1.2, RFC 7714 section 14.2), the one that we would rather have first: both are strong, the first costs less. */
const PROFILES: readonly (readonly [profile: number, suite: SrtpSuite])[] = [
  [0x0001, 'AES_CM_128_HMAC_SHA1_80'],
  [0x0007, 'AEAD_AES_128_GCM'],
];

/** A profile that both sides have. */
export interface ChosenProfile {
  readonly profile: number;
  readonly suite: SrtpSuite;
}

/** The profile to be used of those that are offered; undefined when none can be. */
export function chooseProfile(offered: readonly number[]): ChosenProfile | undefined {
  const found = PROFILES.find(([profile]) => offered.includes(profile));
  return found && { profile: found[0], suite: found[1] };
}

/** What a handshake ended with. */
export interface Secrets {
  readonly master: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

/** The keys of both directions, seen from the server of the handshake (RFC 5764 section 4.2). */
export function exportKeys({ master, clientRandom, serverRandom }: Secrets, suite: SrtpSuite): SrtpSecurity {
  const { key, salt } = SUITES[suite];
  const bytes = prf(master, 'EXTRACTOR-dtls_srtp', [clientRandom, serverRandom], 2 * (key + salt));
  const piece = (from: number, length: number) => Uint8Array.from(bytes.subarray(from, from + length));
  const salts = 2 * key;
  return {
    suite,
    remote: { key: piece(0, key), salt: piece(salts, salt) },
    local: { key: piece(key, key), salt: piece(salts + salt, salt) },
  };
}
