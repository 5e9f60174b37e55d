import { Bug } from '@parley/base';
import { packetCipher } from './ciphers.ts';
import type { PacketCipher } from './packet-cipher.ts';
import { PacketPlace } from './packet-cipher.ts';
import { placeRtcp, placeRtp } from './packet-head.ts';
import { estimateIndex, RTCP_INDICES, RTP_INDICES } from './packet-index.ts';
import type { SrtpKey, SrtpSuite } from './suites.ts';

/** How many packets a key may protect (RFC 3711 section 9.2), and how many RTCP packets. */
export interface KeyLifetime {
  readonly packets: number;
  readonly reports: number;
}

/** The sending direction of a session with one source, protected in place. */
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
   * Protects an RTP packet of `length` bytes; `bytes` has `SRTP_ROOM` more. Returns the new length; -1 when the key is used up: nothing may be sent.
   * Throws `Bug` for a packet that is none, of another source, or with a number that was sent before: two packets under one number would lay both bare.
   */
  rtp(bytes: Uint8Array, length: number): number {
    const place = this.#place;
    if (!placeRtp(bytes, length, place)) throw new Bug('only RTP packets can be protected as such');
    this.#sameSource(place.ssrc);
    if (this.#highest >= 0) place.index = estimateIndex(this.#highest, place.index);
    if (place.index <= this.#highest) throw new Bug('an RTP packet number was used twice');
    if (this.#packets >= this.#lifetime.packets || place.index >= RTP_INDICES) return -1;
    this.#packets += 1;
    this.#highest = place.index;
    return this.#rtp.seal(bytes, place);
  }

  /** Protects a compound RTCP packet; `bytes` has `SRTCP_ROOM` more. Returns the new length, or -1 when the key is used up. Throws `Bug` when it is no RTCP. */
  rtcp(bytes: Uint8Array, length: number): number {
    const place = this.#place;
    if (!placeRtcp(bytes, length, place)) throw new Bug('only RTCP packets can be protected as such');
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
