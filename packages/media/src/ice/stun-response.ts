import { addressBytes } from './address-bytes.ts';
import {
  BINDING_ERROR,
  BINDING_SUCCESS,
  ERROR_CODE,
  FINGERPRINT,
  FINGERPRINT_ATTRIBUTE_BYTES,
  INTEGRITY_ATTRIBUTE_BYTES,
  INTEGRITY_BYTES,
  MESSAGE_INTEGRITY,
  STUN_COOKIE,
  STUN_HEADER_BYTES,
  TRANSACTION_BYTES,
  UNKNOWN_ATTRIBUTES,
  XOR_MAPPED_ADDRESS,
} from './stun-format.ts';
import { fingerprintOf, integrityOf, type StunRequest } from './stun-request.ts';

/** Room that any response needs, bytes. */
export const LONGEST_RESPONSE = 128;

const FAMILY_4 = 1;
const FAMILY_6 = 2;

/** Writes the response to a request that came from `address` and `port` (RFC 8445 section 7.3); returns its length. */
export function writeSuccess(
  request: StunRequest,
  from: { readonly address: string; readonly port: number; readonly password: Uint8Array },
  into: Uint8Array,
): number {
  const at = writeHeader(request, BINDING_SUCCESS, into);
  return writeProof(into, writeMapped(into, at, addressBytes(from.address), from.port), from.password);
}

/** Writes the refusal of a request with attributes that would have to be understood: 420 (RFC 8489 section 6.3.1); returns its length. */
export function writeUnknown(request: StunRequest, password: Uint8Array, into: Uint8Array): number {
  let at = writeHeader(request, BINDING_ERROR, into);
  // Class 4, number 20; the phrase may be empty (section 14.8).
  at = put(into, at, [ERROR_CODE, 4, 0, (4 << 8) | 20]);
  const { unknown, unknownCount } = request;
  at = put(into, at, [UNKNOWN_ATTRIBUTES, 2 * unknownCount]);
  for (let i = 0; i < unknownCount; i++) at = put(into, at, [unknown[i]]);
  if (unknownCount % 2 === 1) at = put(into, at, [0]);
  return writeProof(into, at, password);
}

/** The length in it is written by `writeProof`, which knows it. */
function writeHeader({ bytes }: StunRequest, type: number, into: Uint8Array): number {
  put(into, 0, [type, 0, STUN_COOKIE >>> 16, STUN_COOKIE & 0xffff]);
  into.set(bytes.subarray(8, 8 + TRANSACTION_BYTES), 8);
  return STUN_HEADER_BYTES;
}

/** Section 14.2: XORed with the cookie and the transaction, so that no NAT finds an address to rewrite. Both stand in the header in that order. */
function writeMapped(into: Uint8Array, at: number, address: Uint8Array, port: number): number {
  const family = address.length === 4 ? FAMILY_4 : FAMILY_6;
  const value = put(into, at, [XOR_MAPPED_ADDRESS, 4 + address.length, family, port ^ (STUN_COOKIE >>> 16)]);
  for (let i = 0; i < address.length; i++) into[value + i] = address[i] ^ into[4 + i];
  return value + address.length;
}

/** MESSAGE-INTEGRITY with the password that the request had too (section 9.1.4), and FINGERPRINT. */
function writeProof(into: Uint8Array, at: number, password: Uint8Array): number {
  const integrity = integrityOf(into, at, password);
  const end = at + INTEGRITY_ATTRIBUTE_BYTES;
  put(into, at, [MESSAGE_INTEGRITY, INTEGRITY_BYTES]);
  into.set(integrity, at + 4);
  put(into, 2, [end + FINGERPRINT_ATTRIBUTE_BYTES - STUN_HEADER_BYTES]);
  const fingerprint = fingerprintOf(into, end);
  return put(into, end, [FINGERPRINT, 4, fingerprint >>> 16, fingerprint & 0xffff]);
}

/** Words of 16 bits from `at` on; returns where they end. */
function put(into: Uint8Array, at: number, words: readonly number[]): number {
  for (const [i, word] of words.entries()) {
    into[at + 2 * i] = word >> 8;
    into[at + 2 * i + 1] = word;
  }
  return at + 2 * words.length;
}
