import { createCipheriv, createDecipheriv } from 'node:crypto';
import { writeUint32 } from '../rtp/packet.ts';
import type { Protocol, SessionKeys } from './key-derivation.ts';
import { ENCRYPTED, type PacketCipher, type PacketPlace } from './packet-cipher.ts';

const TAG_BYTES = 16;
const RTCP_HEADER_BYTES = 8;

/**
 * AES-GCM (RFC 7714). Authenticated without being encrypted are the header of the packet and, of RTCP, the trailing word with the index; the tag stands
 * before that word (section 9.2). By Node's own cipher, a new one a packet: GHASH in JavaScript needs tables that are read at places which depend on the secret.
 */
export class GcmMode implements PacketCipher {
  readonly added: number;
  readonly #algorithm: 'aes-128-gcm' | 'aes-256-gcm';
  readonly #key: Uint8Array;
  readonly #salt: Uint8Array;
  readonly #isRtcp: boolean;
  readonly #iv = Buffer.alloc(12);
  /** The header of an RTCP packet and the trailing word: what is authenticated stands at two places of the packet. */
  readonly #aside = Buffer.alloc(RTCP_HEADER_BYTES + 4);

  constructor(keys: SessionKeys, protocol: Protocol) {
    this.#algorithm = keys.cipherKey.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
    this.#key = keys.cipherKey;
    this.#salt = keys.salt;
    this.#isRtcp = protocol === 'rtcp';
    this.added = TAG_BYTES + (this.#isRtcp ? 4 : 0);
  }

  seal(bytes: Uint8Array, place: Readonly<PacketPlace>): number {
    const { start, end, index } = place;
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#start(place));
    cipher.setAAD(this.#authenticated(bytes, place));
    bytes.set(cipher.update(bytes.subarray(start, end)), start);
    cipher.final();
    bytes.set(cipher.getAuthTag(), end);
    if (this.#isRtcp) writeUint32(bytes, this.trailerAt(end), ENCRYPTED + index);
    return end + this.added;
  }

  open(bytes: Uint8Array, place: Readonly<PacketPlace>): boolean {
    const { start, end } = place;
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#start(place), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(end, end + TAG_BYTES));
    decipher.setAAD(this.#authenticated(bytes, place));
    const plain = decipher.update(bytes.subarray(start, end));
    try {
      decipher.final();
    } catch {
      // The only thing that `final` has left to say is that the tag is wrong.
      return false;
    }
    bytes.set(plain, start);
    return true;
  }

  trailerAt(end: number): number {
    return end + TAG_BYTES;
  }

  /** Sections 8.1 and 9.1: two zeros, source, and 48 bits of index (rollover counter and sequence number; or that of RTCP), XOR salt. */
  #start({ ssrc, index }: Readonly<PacketPlace>): Buffer {
    const iv = this.#iv;
    iv[0] = iv[1] = 0;
    iv.writeUInt32BE(ssrc, 2);
    iv.writeUIntBE(index, 6, 6);
    for (let i = 0; i < iv.length; i++) iv[i] ^= this.#salt[i];
    return iv;
  }

  #authenticated(bytes: Uint8Array, { start, index }: Readonly<PacketPlace>): Uint8Array {
    if (!this.#isRtcp) return bytes.subarray(0, start);
    const aside = this.#aside;
    for (let i = 0; i < RTCP_HEADER_BYTES; i++) aside[i] = bytes[i];
    aside.writeUInt32BE(ENCRYPTED + index, RTCP_HEADER_BYTES);
    return aside;
  }
}
