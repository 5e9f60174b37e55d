import { uint32, writeUint32 } from '../rtp/packet.ts';
import { HmacSha1 } from './hmac-sha1.ts';
import type { Protocol, SessionKeys } from './key-derivation.ts';
import { Keystream } from './keystream.ts';
import { ENCRYPTED, type PacketCipher, type PacketPlace } from './packet-cipher.ts';

/** Media comes fifty times a second: at 8 packets a cipher is asked six times. Of reports there is one in some seconds. */
const PACKETS_AT_A_TIME: Readonly<Record<Protocol, number>> = { rtp: 8, rtcp: 1 };

/**
 * AES counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2). Authenticated are the packet and a word after it: of RTP the rollover counter, which is not sent;
 * of RTCP the index with the bit that says "encrypted", which is sent between packet and tag.
 */
export class CounterMode implements PacketCipher {
  readonly added: number;
  readonly #tag: number;
  readonly #trailer: 0 | 4;
  readonly #keystream: Keystream;
  readonly #hmac: HmacSha1;

  constructor(keys: SessionKeys, protocol: Protocol, tag: number) {
    this.#tag = tag;
    this.#trailer = protocol === 'rtp' ? 0 : 4;
    this.added = tag + this.#trailer;
    this.#keystream = new Keystream(keys.cipherKey, keys.salt, PACKETS_AT_A_TIME[protocol]);
    this.#hmac = new HmacSha1(keys.authenticationKey);
  }

  seal(bytes: Uint8Array, place: Readonly<PacketPlace>): number {
    const { end } = place;
    this.#keystream.apply(bytes, place);
    const word = this.#word(place);
    if (this.#trailer > 0) writeUint32(bytes, end, word);
    this.#hmac.sign(bytes, end, word);
    this.#hmac.writeTag(bytes, end + this.#trailer, this.#tag);
    return end + this.added;
  }

  open(bytes: Uint8Array, place: Readonly<PacketPlace>): boolean {
    const { end } = place;
    this.#hmac.sign(bytes, end, this.#trailer > 0 ? uint32(bytes, end) : this.#word(place));
    if (!this.#hmac.isTag(bytes, end + this.#trailer, this.#tag)) return false;
    this.#keystream.apply(bytes, place);
    return true;
  }

  trailerAt(end: number): number {
    return end;
  }

  #word({ index }: Readonly<PacketPlace>): number {
    return this.#trailer > 0 ? ENCRYPTED + index : Math.floor(index / 65536);
  }
}
