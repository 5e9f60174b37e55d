/** Numbers of DTLS 1.2 (RFC 6347, RFC 5246) and of the extensions that DTLS-SRTP needs. */
export const DTLS_1_2 = 0xfefd;
/** What the records of a first ClientHello may call themselves. */
export const DTLS_1_0 = 0xfeff;

export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;
export const SERVER_KEY_EXCHANGE = 12;
export const CERTIFICATE_REQUEST = 13;
export const SERVER_HELLO_DONE = 14;
export const CERTIFICATE_VERIFY = 15;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: the suite that RFC 8827 section 6.5 has every browser support, and the only one here. */
export const SUITE = 0xc02b;

export const EXTENSION = {
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 section 3.3). */
export const RENEGOTIATION_SUITE = 0x00ff;

export const ECDSA_P256_SHA256 = 0x0403;

export const FATAL = 2;
export const WARNING = 1;
export const CLOSE_NOTIFY = 0;
export const HANDSHAKE_FAILURE = 40;
export const BAD_CERTIFICATE = 42;
