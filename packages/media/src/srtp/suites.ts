/**
 * Protection profiles by the names that SDES gives them: RFC 4568 section 6.2 (AES-128), RFC 6188 section 4 (AES-256), RFC 7714 section 14.2 (GCM).
 * `_32` shortens the tag of RTP packets only; reports always carry 80 bits (RFC 4568 section 6.2.2).
 */
export type SrtpSuite =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM';

/** Sizes of a suite, bytes. */
export interface SuiteSizes {
  readonly mode: 'counter' | 'gcm';
  /** AES key, master and session alike. */
  readonly key: 16 | 32;
  /** Salt, master and session alike. */
  readonly salt: 12 | 14;
  /** Authentication tag of an RTP packet, and of an RTCP packet. */
  readonly tag: 4 | 10 | 16;
  readonly rtcpTag: 10 | 16;
}

/** The sizes of every suite that is spoken here. */
export const SUITES: Readonly<Record<SrtpSuite, SuiteSizes>> = {
  AES_CM_128_HMAC_SHA1_80: { mode: 'counter', key: 16, salt: 14, tag: 10, rtcpTag: 10 },
  AES_CM_128_HMAC_SHA1_32: { mode: 'counter', key: 16, salt: 14, tag: 4, rtcpTag: 10 },
  AES_256_CM_HMAC_SHA1_80: { mode: 'counter', key: 32, salt: 14, tag: 10, rtcpTag: 10 },
  AES_256_CM_HMAC_SHA1_32: { mode: 'counter', key: 32, salt: 14, tag: 4, rtcpTag: 10 },
  AEAD_AES_128_GCM: { mode: 'gcm', key: 16, salt: 12, tag: 16, rtcpTag: 16 },
  AEAD_AES_256_GCM: { mode: 'gcm', key: 32, salt: 12, tag: 16, rtcpTag: 16 },
};

/** Room that protecting an RTP packet needs behind it, at most, bytes. */
export const SRTP_ROOM = 16;
/** The same for an RTCP packet: the tag, and the index. */
export const SRTCP_ROOM = 20;

/** Master key and master salt of one direction; as long as the suite says. Never to be printed. */
export interface SrtpKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** How a session is protected: ours is what we send with, theirs what they do. */
export interface SrtpSecurity {
  readonly suite: SrtpSuite;
  readonly local: SrtpKey;
  readonly remote: SrtpKey;
}

/** Whether that is the name of a suite that is spoken here, as SDP writes it. */
export function isSrtpSuite(name: string): name is SrtpSuite {
  return Object.hasOwn(SUITES, name);
}
