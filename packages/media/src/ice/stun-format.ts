/** Numbers of STUN (RFC 8489) as far as connectivity checks (RFC 8445 section 16) use them. */
export const STUN_HEADER_BYTES = 20;
export const STUN_COOKIE = 0x2112a442;
export const TRANSACTION_BYTES = 12;

export const BINDING_REQUEST = 0x0001;
export const BINDING_SUCCESS = 0x0101;
export const BINDING_ERROR = 0x0111;

export const USERNAME = 0x0006;
export const MESSAGE_INTEGRITY = 0x0008;
export const ERROR_CODE = 0x0009;
export const UNKNOWN_ATTRIBUTES = 0x000a;
export const XOR_MAPPED_ADDRESS = 0x0020;
export const PRIORITY = 0x0024;
export const USE_CANDIDATE = 0x0025;
export const FINGERPRINT = 0x8028;
export const ICE_CONTROLLED = 0x8029;
export const ICE_CONTROLLING = 0x802a;

/** Below this an attribute that is not known makes a request one that cannot be served (RFC 8489 section 14). */
export const OPTIONAL_ATTRIBUTES = 0x8000;

export const INTEGRITY_BYTES = 20;
/** Header and value of MESSAGE-INTEGRITY, and of FINGERPRINT. */
export const INTEGRITY_ATTRIBUTE_BYTES = 4 + INTEGRITY_BYTES;
export const FINGERPRINT_ATTRIBUTE_BYTES = 8;
/** RFC 8489 section 14.7: so that a fingerprint is no CRC that an application might use itself. */
export const FINGERPRINT_MASK = 0x5354554e;
