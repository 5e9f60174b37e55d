import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  FINGERPRINT,
  FINGERPRINT_ATTRIBUTE_BYTES,
  FINGERPRINT_MASK,
  ICE_CONTROLLED,
  ICE_CONTROLLING,
  INTEGRITY_ATTRIBUTE_BYTES,
  INTEGRITY_BYTES,
  MESSAGE_INTEGRITY,
  OPTIONAL_ATTRIBUTES,
  PRIORITY,
  STUN_COOKIE,
  STUN_HEADER_BYTES,
  USE_CANDIDATE,
  USERNAME,
} from './stun-format.ts';

/** Longest message that is read: both user fragments at their longest and everything that browsers add have room in it. */
export const LONGEST_STUN = 1024;
/** Most attributes of a message, and of those that are unknown most that are told back. */
const MOST_ATTRIBUTES = 32;
export const MOST_UNKNOWN = 8;

/** A message as `parseStun` found it, to be used again for the next one. Everything in it is what somebody claims until `isIntact` said who. */
export class StunRequest {
  bytes: Uint8Array = new Uint8Array();
  /** Method and class (RFC 8489 section 5). */
  type = 0;
  /** Where USERNAME begins; its length is -1 when there is none. */
  userNameAt = 0;
  userNameLength = -1;
  /** Where the attribute MESSAGE-INTEGRITY begins, -1: there is none. */
  integrityAt = -1;
  /** PRIORITY, -1: there is none. */
  priority = -1;
  useCandidate = false;
  /** Attributes that would have to be understood and are not; the first `MOST_UNKNOWN` of them. */
  unknownCount = 0;
  readonly unknown = new Uint16Array(MOST_UNKNOWN);

  clear(bytes: Uint8Array, type: number): void {
    this.bytes = bytes;
    this.type = type;
    this.userNameAt = 0;
    this.userNameLength = this.integrityAt = this.priority = -1;
    this.useCandidate = false;
    this.unknownCount = 0;
  }
}

/**
 * Reads a STUN message of one datagram into `into`: header, attributes and a FINGERPRINT that is right, as every connectivity check has it (RFC 8445
 * section 7.1.1). What stands behind MESSAGE-INTEGRITY is not protected by it and counts for nothing (RFC 8489 section 14.5). False for all else.
 */
export function parseStun(bytes: Uint8Array, into: StunRequest): boolean {
  const { length } = bytes;
  if (length < STUN_HEADER_BYTES || length > LONGEST_STUN || bytes[0] > 3 || (length & 3) !== 0) return false;
  if (word16(bytes, 2) !== length - STUN_HEADER_BYTES || word32(bytes, 4) !== STUN_COOKIE) return false;
  into.clear(bytes, word16(bytes, 0));
  let at = STUN_HEADER_BYTES;
  for (let count = 0; at < length; count++) {
    const type = word16(bytes, at);
    const size = word16(bytes, at + 2);
    const next = at + 4 + ((size + 3) & ~3);
    if (count === MOST_ATTRIBUTES || next > length) return false;
    if (type === FINGERPRINT) return size === 4 && next === length && isFingerprint(bytes, at);
    if (into.integrityAt < 0 && !takeAttribute(into, type, at, size)) return false;
    at = next;
  }
  return false;
}

/** Whether the message was written by who has this password (short-term credentials, RFC 8489 section 9.1). */
export function isIntact({ bytes, integrityAt }: StunRequest, password: Uint8Array): boolean {
  if (integrityAt < 0) return false;
  const given = bytes.subarray(integrityAt + 4, integrityAt + INTEGRITY_ATTRIBUTE_BYTES);
  return timingSafeEqual(given, integrityOf(bytes, integrityAt, password));
}

/** HMAC-SHA1 of what stands before the attribute at `at`, with a length in the header as if the message ended behind that (section 14.5). */
export function integrityOf(bytes: Uint8Array, at: number, password: Uint8Array): Uint8Array {
  const length = at + INTEGRITY_ATTRIBUTE_BYTES - STUN_HEADER_BYTES;
  const head = Uint8Array.of(bytes[0], bytes[1], length >> 8, length);
  return createHmac('sha1', password).update(head).update(bytes.subarray(4, at)).digest();
}

/** The value of FINGERPRINT for what stands before `at`; its attribute has to be counted in the header already. */
export function fingerprintOf(bytes: Uint8Array, at: number): number {
  return (crc32(bytes.subarray(0, at)) ^ FINGERPRINT_MASK) >>> 0;
}

function isFingerprint(bytes: Uint8Array, at: number): boolean {
  return at + FINGERPRINT_ATTRIBUTE_BYTES <= bytes.length && word32(bytes, at + 4) === fingerprintOf(bytes, at);
}

/** False when the attribute is not as long as it has to be. Of several of one kind the first counts (section 14). */
function takeAttribute(into: StunRequest, type: number, at: number, size: number): boolean {
  switch (type) {
    case USERNAME:
      if (into.userNameLength < 0) {
        into.userNameAt = at + 4;
        into.userNameLength = size;
      }
      return true;
    case MESSAGE_INTEGRITY:
      into.integrityAt = at;
      return size === INTEGRITY_BYTES;
    case PRIORITY:
      if (size === 4 && into.priority < 0) into.priority = word32(into.bytes, at + 4);
      return size === 4;
    case USE_CANDIDATE:
      into.useCandidate = true;
      return size === 0;
    case ICE_CONTROLLED:
    case ICE_CONTROLLING:
      return size === 8;
    default:
      if (type < OPTIONAL_ATTRIBUTES) takeUnknown(into, type);
      return true;
  }
}

function takeUnknown(into: StunRequest, type: number): void {
  if (into.unknownCount < MOST_UNKNOWN) into.unknown[into.unknownCount++] = type;
}

export function word16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function word32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
