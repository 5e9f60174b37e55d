/** Longest packet that is protected or opened, bytes: more than any link carries in one piece. */
export const LONGEST_PACKET = 2048;

/** Where a packet stands in its stream, and which part of it is secret. One reusable description, nothing is allocated for a packet. */
export class PacketPlace {
  /** Source, 32 bits unsigned. */
  ssrc = 0;
  /** RTP: rollover counter and sequence number, 48 bits. RTCP: the index that the packet carries, 31 bits. */
  index = 0;
  /** Encrypted from here ... */
  start = 0;
  /** ... to here, where the RTP or RTCP packet ends and what SRTP adds begins. */
  end = 0;
}

/** Protects and opens packets of one direction and protocol, in place. */
export interface PacketCipher {
  /** What it adds to a packet, bytes. */
  readonly added: number;
  /** Encrypts and authenticates; `bytes` has room for what is added. Returns the new length. */
  seal(bytes: Uint8Array, place: Readonly<PacketPlace>): number;
  /** Authenticates and then decrypts; false (and nothing changed) when the tag is not right. `bytes` goes on for `added` bytes behind `place.end`. */
  open(bytes: Uint8Array, place: Readonly<PacketPlace>): boolean;
  /** RTCP: where the word with the index stands, of a packet that ends (without what is added) at `end`. */
  trailerAt(end: number): number;
}

/** The bit of an SRTCP trailer that says that the packet is encrypted (RFC 3711 section 3.4); its other bits are the index. */
export const ENCRYPTED = 0x8000_0000;
