import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Clock } from '@parley/base';
import type { Fingerprint } from '../sdp/dtls-attributes.ts';
import { bitString, explicit, integer, object, sequence, set, text, time } from './der.ts';

const DAY_MILLIS = 86_400_000;
/** How long a certificate of ours is valid, and until when it is used for new calls: a call may last for days. */
const LIFETIME_MILLIS = 30 * DAY_MILLIS;
const IN_USE_MILLIS = 20 * DAY_MILLIS;

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';

/**
 * Who we are in a DTLS handshake: a certificate that nobody but us has signed; the other side knows it by the fingerprint that signalling brings (RFC 5763 section 5).
 * Can be posted to another thread.
 */
export interface DtlsIdentity {
  /** DER. */
  readonly certificate: Uint8Array;
  /** On P-256. */
  readonly privateKey: KeyObject;
  readonly fingerprint: Fingerprint;
}

/** The identity of this process: one for all calls, another one after some weeks. */
export class DtlsIdentities {
  readonly #clock: Pick<Clock, 'wall'>;
  #current: DtlsIdentity | undefined;
  #madeAt = 0;

  constructor(clock: Pick<Clock, 'wall'>) {
    this.#clock = clock;
  }

  /** The one for a call that begins now. Calls that are under way keep theirs. */
  get current(): DtlsIdentity {
    const now = this.#clock.wall();
    if (!this.#current || now - this.#madeAt >= IN_USE_MILLIS || now < this.#madeAt) {
      this.#current = makeIdentity(now);
      this.#madeAt = now;
    }
    return this.#current;
  }
}

/** A fresh key and its certificate, valid from a day before (clocks differ) until 30 days after `now`, milliseconds since 1970. */
export function makeIdentity(now: number): DtlsIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = sequence(object(ECDSA_WITH_SHA256));
  // The same for everybody: a certificate shall tell nothing of who uses it.
  const name = sequence(set(sequence(object(COMMON_NAME), text('parley'))));
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x3f) | 0x40;
  const content = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(serial),
    algorithm,
    name,
    sequence(time(now - DAY_MILLIS), time(now + LIFETIME_MILLIS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', content, privateKey);
  // Copies: what `Buffer` gives may be a part of a larger piece of memory, which would travel to the media thread as a whole.
  const certificate = Uint8Array.from(sequence(content, algorithm, bitString(signature)));
  const bytes = Uint8Array.from(createHash('sha256').update(certificate).digest());
  return { certificate, privateKey, fingerprint: { hash: 'sha-256', bytes } };
}
