import { createHmac, randomFillSync, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@parley/base';

export interface NonceMintOptions {
  readonly clock: Clock;
  /** At least 32 random octets; nodes that have the same ones accept each other's nonces. */
  readonly secret: Uint8Array;
  readonly realm: string;
  /** How long a nonce is good for, milliseconds. */
  readonly lifetimeMillis: number;
}

/** What a nonce is worth: good (`at` is when it was made, wall time), made here but too old, or not made here for this source. */
export type NonceState = { readonly kind: 'good'; readonly at: number } | { readonly kind: 'old' | 'foreign' };

const TIME = 6;
/** Tells apart the nonces of one millisecond: each has a nonce-count of its own. */
const SALT = 6;
const SEAL = 12;
/** Base64 of 24 octets. */
const LENGTH = 32;
/** How far the clock of another node may be ahead of ours, milliseconds. */
const SKEW = 5_000;

/**
 * Nonces that nobody has to remember: the time, sealed with a secret for one realm and one source (RFC 7616 section 3.3 proposes
 * the like). Whoever asks a million times for a challenge costs no memory.
 */
export class NonceMint {
  readonly #options: NonceMintOptions;

  constructor(options: NonceMintOptions) {
    this.#options = options;
  }

  mint(source: string): string {
    const head = Buffer.allocUnsafe(TIME + SALT);
    head.writeUIntBE(this.#options.clock.wall(), 0, TIME);
    randomFillSync(head, TIME, SALT);
    return Buffer.concat([head, this.#seal(head, source)]).toString('base64url');
  }

  stateOf(nonce: string, source: string): NonceState {
    const bytes = nonce.length === LENGTH ? Buffer.from(nonce, 'base64url') : undefined;
    if (bytes?.length !== TIME + SALT + SEAL) return { kind: 'foreign' };
    const head = bytes.subarray(0, TIME + SALT);
    if (!timingSafeEqual(bytes.subarray(TIME + SALT), this.#seal(head, source))) return { kind: 'foreign' };
    const at = head.readUIntBE(0, TIME);
    const age = this.#options.clock.wall() - at;
    return age > this.#options.lifetimeMillis || age < -SKEW ? { kind: 'old' } : { kind: 'good', at };
  }

  #seal(head: Uint8Array, source: string): Uint8Array {
    const { secret, realm } = this.#options;
    return createHmac('sha256', secret).update(head).update(`${source}\0${realm}`).digest().subarray(0, SEAL);
  }
}
