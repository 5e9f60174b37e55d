import { FieldReader, wordsOf } from './bytes.ts';
import { DTLS_1_2, ECDSA_P256_SHA256, EXTENSION, RENEGOTIATION_SUITE, SUITE } from './dtls-format.ts';
import { GROUPS } from './key-exchange.ts';
import { type ChosenProfile, chooseProfile } from './srtp-profiles.ts';

const RANDOM_BYTES = 32;
/** Extensions of a ClientHello that are looked at. Browsers send about ten. */
const MOST_EXTENSIONS = 64;

/** What we would talk with a client, out of what its ClientHello (RFC 5246 section 7.4.1.2, RFC 6347 section 4.2.1) offers. */
export interface HelloTerms {
  readonly random: Uint8Array;
  readonly group: number;
  readonly profile: ChosenProfile;
  /** Whether it knows of renegotiation (RFC 5746), so that it has to be told that there is none; and of point formats (RFC 8422). */
  readonly tellsRenegotiation: boolean;
  readonly tellsPointFormats: boolean;
}

/** Reads a ClientHello; a text says why there is nothing to talk with that client. */
export function readClientHello(body: Uint8Array): HelloTerms | string {
  const reader = new FieldReader(body);
  const version = reader.number(2);
  const random = Uint8Array.from(reader.take(RANDOM_BYTES));
  reader.vector(1); // session: none is resumed
  reader.vector(1); // cookie: none was asked for, ICE has proved the address
  const suites = wordsOf(reader.vector(2));
  const compressions = reader.vector(1);
  const extensions = readExtensions(reader);
  if (!reader.ok || !extensions) return 'a ClientHello that cannot be read';
  // Versions of DTLS count downwards; a client of 1.3 says 1.2 here.
  if (version > DTLS_1_2 || version < 0xfe00) return 'a client without DTLS 1.2';
  if (!suites.includes(SUITE) || !compressions.includes(0))
    return 'a client without TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
  return chosen(extensions, random, suites.includes(RENEGOTIATION_SUITE));
}

function chosen(extensions: Extensions, random: Uint8Array, tells: boolean): HelloTerms | string {
  const list = (name: keyof typeof EXTENSION) =>
    wordsOf(new FieldReader(extensions.get(EXTENSION[name]) ?? NONE).vector(2));
  // The master secret of before RFC 7627 does not say which handshake it belongs to.
  if (!extensions.has(EXTENSION.extendedMasterSecret)) return 'a client without extended_master_secret';
  if (!list('signatureAlgorithms').includes(ECDSA_P256_SHA256)) return 'a client without ecdsa_secp256r1_sha256';
  const groups = list('supportedGroups');
  const group = GROUPS.find(each => groups.includes(each));
  if (group === undefined) return 'a client without X25519 and secp256r1';
  const profile = chooseProfile(list('useSrtp'));
  if (!profile) return 'a client without an SRTP profile that is known here';
  return {
    random,
    group,
    profile,
    tellsRenegotiation: tells || extensions.has(EXTENSION.renegotiationInfo),
    tellsPointFormats: extensions.has(EXTENSION.pointFormats),
  };
}

type Extensions = ReadonlyMap<number, Uint8Array>;
const NONE = new Uint8Array();

function readExtensions(hello: FieldReader): Extensions | undefined {
  const found = new Map<number, Uint8Array>();
  if (hello.left === 0) return found;
  const reader = new FieldReader(hello.vector(2));
  while (reader.left > 0 && reader.ok) {
    const type = reader.number(2);
    const value = reader.vector(2);
    // RFC 5246 section 7.4.1.4: each at most once.
    if (found.has(type) || found.size === MOST_EXTENSIONS) return undefined;
    found.set(type, value);
  }
  return reader.ok && hello.left === 0 ? found : undefined;
}
