import { uint32 } from '../rtp/packet.ts';
import { packetCipher } from './ciphers.ts';
import { ENCRYPTED, type PacketCipher, PacketPlace } from './packet-cipher.ts';
import { placeRtcp, placeRtp } from './packet-head.ts';
import { estimateIndex, RTP_INDICES } from './packet-index.ts';
import { Sources } from './sources.ts';
import type { SrtpKey, SrtpSuite } from './suites.ts';

/** What came of opening a packet, when it is no length: it is no packet of this suite, its tag is not right, or 64 other sources have this key already. */
export const REJECTED = -1;
/** It came before, or is more than 224 packets late (RFC 3711 section 3.3.2). */
export const REPLAYED = -2;

/**
 * The receiving direction of a session under one key: opens packets in place, of any source that has the key. Nothing is remembered of a packet before its tag
 * was found right. Never throws for what came from the network.
 */
export class SrtpReceiver {
  readonly #rtp: PacketCipher;
  readonly #rtcp: PacketCipher;
  readonly #sources = new Sources();
  readonly #reporters = new Sources();
  readonly #place = new PacketPlace();
  #before: SrtpReceiver | undefined;

  /**
   * @param before the receiver under the key before this one: whether a new key begins with a new rollover counter is seen differently by different telephones
   * (RFC 3711 section 3.3.1 says that it goes on), so both are tried. Throws `Bug` for a key of the wrong length.
   */
  constructor(suite: SrtpSuite, master: SrtpKey, before?: SrtpReceiver) {
    this.#rtp = packetCipher(suite, master, 'rtp');
    this.#rtcp = packetCipher(suite, master, 'rtcp');
    this.#before = before;
    // Its own one before is of no use any more: who changes keys without end must not fill our memory.
    if (before) before.#before = undefined;
  }

  /** Opens an SRTP packet where it lies; returns the length of the RTP packet that it holds, or `REJECTED` or `REPLAYED` (then its bytes are as they came). */
  rtp(bytes: Uint8Array): number {
    const place = this.#place;
    if (!placeRtp(bytes, bytes.length - this.#rtp.added, place)) return REJECTED;
    const window = this.#sources.windowOf(place.ssrc);
    if (!window) return this.#firstOf(bytes, place);
    place.index = estimateIndex(window.highest, place.index);
    if (place.index < 0 || place.index >= RTP_INDICES) return REJECTED;
    if (!window.isNew(place.index)) return REPLAYED;
    if (!this.#rtp.open(bytes, place)) return REJECTED;
    window.accept(place.index);
    return place.end;
  }

  /** The same for SRTCP. A report that is not encrypted is refused, though the RFC allows for it: what was agreed on is encryption. */
  rtcp(bytes: Uint8Array): number {
    const place = this.#place;
    const { added } = this.#rtcp;
    if (!placeRtcp(bytes, bytes.length - added, place)) return REJECTED;
    // The index is at the end of what GCM adds, at the beginning of what counter mode adds.
    const word = uint32(bytes, this.#rtcp.trailerAt(place.end));
    if (word < ENCRYPTED) return REJECTED;
    place.index = word - ENCRYPTED;
    const window = this.#reporters.windowOf(place.ssrc);
    if (window && !window.isNew(place.index)) return REPLAYED;
    if (!window && this.#reporters.full) return REJECTED;
    if (!this.#rtcp.open(bytes, place)) return REJECTED;
    (window ?? this.#reporters.add(place.ssrc)).accept(place.index);
    return place.end;
  }

  /** The highest index of a source, -1 when none of its packets was opened. */
  highestOf(ssrc: number): number {
    return this.#sources.windowOf(ssrc)?.highest ?? -1;
  }

  /**
   * The first packet of a source. Its rollover counter is 0 (RFC 3711 section 3.3.1); or, if the sender began just below the wrap and those packets were lost, 1;
   * or what it was under the key before.
   */
  #firstOf(bytes: Uint8Array, place: PacketPlace): number {
    if (this.#sources.full) return REJECTED;
    const { ssrc, index: sequence } = place;
    const before = this.#before?.highestOf(ssrc) ?? -1;
    const continued = before < 0 ? sequence : estimateIndex(before, sequence);
    const wrapped = sequence < 32768 ? sequence + 65536 : sequence;
    const opened =
      this.#opens(bytes, sequence) ||
      (continued !== sequence && this.#opens(bytes, continued)) ||
      (wrapped !== sequence && wrapped !== continued && this.#opens(bytes, wrapped));
    if (!opened) return REJECTED;
    this.#sources.add(ssrc).accept(place.index);
    return place.end;
  }

  #opens(bytes: Uint8Array, index: number): boolean {
    if (index < 0 || index >= RTP_INDICES) return false;
    this.#place.index = index;
    return this.#rtp.open(bytes, this.#place);
  }
}
