import { Bug } from '@parley/base';
import { packetCipher } from './ciphers.ts';
import type { PacketCipher } from './packet-cipher.ts';
import { PacketPlace } from './packet-cipher.ts';
import { placeRtcp, placeRtp } from './packet-head.ts';
import { estimateIndex, RTCP_INDICES, RTP_INDICES } from './packet-index.ts';
import type { SrtpKey, SrtpSuite } from './suites.ts';

/** How many packets a key may protect (RFC 3711 section 9.2): at most 2^48 of RTP and 2^31 of RTCP, which hold when left out. */
export interface KeyLifetime {
  readonly packets: number;
  readonly reports: number;
}

/** The sending direction of a session with one source (RFC 3711, 6188, 7714), protected in place: nothing is allocated for a packet. */
export class SrtpSender {
  readonly #lifetime: KeyLifetime;
  readonly #place = new PacketPlace();
  #rtp: PacketCipher;
  #rtcp: PacketCipher;
  #ssrc = -1;
  #highest = -1;
  #packets = 0;
  #reports = 0;
  #reportIndex = 0;

  /** Throws `Bug` for a key of the wrong length. */
  constructor(
    suite: SrtpSuite,
    master: SrtpKey,
    lifetime: KeyLifetime = { packets: RTP_INDICES, reports: RTCP_INDICES },
  ) {
    this.#lifetime = lifetime;
    this.#rtp = packetCipher(suite, master, 'rtp');
    this.#rtcp = packetCipher(suite, master, 'rtcp');
  }

  /** Another key from here on. The rollover counter and the RTCP index go on (RFC 3711 sections 3.3.1 and 3.4). */
  rekey(suite: SrtpSuite, master: SrtpKey): void {
    this.#rtp = packetCipher(suite, master, 'rtp');
    this.#rtcp = packetCipher(suite, master, 'rtcp');
    this.#packets = this.#reports = 0;
  }

  /**
   * Protects an RTP packet of `length` bytes (at most 2048) where it lies; `bytes` has `SRTP_ROOM` more. Returns the new length, up to which `bytes` is to be sent; -1
   * when the key is used up: nothing may be sent. Numbers may be left out, less than 32,768 of them, and wrap by themselves (RFC 3711 section 3.3.1).
   * Throws `Bug` for a packet that is none or has no room behind it, of another source than the first, or with a number that is not above the last: two packets under
   * one number would lay both bare.
   */
  rtp(bytes: Uint8Array, length: number): number {
    const place = this.#place;
    if (!placeRtp(bytes, length, place)) throw new Bug('only RTP packets can be protected as such');
    roomFor(this.#rtp, bytes, length);
    this.#sameSource(place.ssrc);
    if (this.#highest >= 0) place.index = estimateIndex(this.#highest, place.index);
    if (place.index <= this.#highest) throw new Bug('an RTP packet number was used twice');
    if (this.#packets >= this.#lifetime.packets || place.index >= RTP_INDICES) return -1;
    this.#packets += 1;
    this.#highest = place.index;
    return this.#rtp.seal(bytes, place);
  }

  /**
   * Protects a compound RTCP packet of `length` bytes (at most 2048) where it lies; `bytes` has `SRTCP_ROOM` more. Returns the new length, or -1 when the key is used up.
   * Throws `Bug` when it is no RTCP, or has no room behind it.
   */
  rtcp(bytes: Uint8Array, length: number): number {
    const place = this.#place;
    if (!placeRtcp(bytes, length, place)) throw new Bug('only RTCP packets can be protected as such');
    roomFor(this.#rtcp, bytes, length);
    if (this.#reports >= this.#lifetime.reports || this.#reportIndex >= RTCP_INDICES) return -1;
    this.#reports += 1;
    place.index = this.#reportIndex++;
    return this.#rtcp.seal(bytes, place);
  }

  #sameSource(ssrc: number): void {
    if (this.#ssrc < 0) this.#ssrc = ssrc;
    if (this.#ssrc !== ssrc) throw new Bug('one source was agreed on, packets of another are to be sent');
  }
}

/** A typed array does not take what is written behind its end, and says nothing: the packet would go out with half a tag. */
function roomFor({ added }: PacketCipher, bytes: Uint8Array, length: number): void {
  if (bytes.length < length + added)
    throw new Bug(`a packet of ${length} bytes needs ${added} more to be protected in`);
}
