import { sign } from 'node:crypto';
import { field, vector } from './bytes.ts';
import type { HelloTerms } from './client-hello.ts';
import { PROOF_SCHEMES } from './client-proof.ts';
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  DTLS_1_2,
  ECDSA_P256_SHA256,
  EXTENSION,
  SERVER_HELLO,
  SERVER_HELLO_DONE,
  SERVER_KEY_EXCHANGE,
  SUITE,
} from './dtls-format.ts';
import { type HandshakeMessage, handshakeMessage } from './fragments.ts';
import type { DtlsIdentity } from './identity.ts';
import type { KeyShare } from './key-exchange.ts';

const NAMED_CURVE = 3;
/** Certificates that we ask for: ECDSA and RSA, whoever signed them. */
const CERTIFICATE_TYPES = Buffer.of(64, 1);
const NONE = Buffer.alloc(0);

export interface FlightParts {
  readonly terms: HelloTerms;
  /** Ours, 32 bytes. */
  readonly random: Uint8Array;
  readonly share: KeyShare;
  readonly identity: DtlsIdentity;
}

/** The answer to a ClientHello, from ServerHello to ServerHelloDone (flight 4 of RFC 6347 section 4.2.4). A client has to show a certificate. */
export function serverFlight(parts: FlightParts): HandshakeMessage[] {
  const { identity } = parts;
  const bodies = [
    [SERVER_HELLO, hello(parts)],
    [CERTIFICATE, vector(3, vector(3, identity.certificate))],
    [SERVER_KEY_EXCHANGE, keyExchange(parts)],
    [CERTIFICATE_REQUEST, Buffer.concat([vector(1, CERTIFICATE_TYPES), vector(2, ...schemes()), vector(2)])],
    [SERVER_HELLO_DONE, NONE],
  ] as const;
  return bodies.map(([type, body], number) => handshakeMessage(type, number, body));
}

function schemes(): Buffer[] {
  return PROOF_SCHEMES.map(scheme => field(2, scheme));
}

function hello({ terms, random }: FlightParts): Buffer {
  const extension = (type: number, value: Uint8Array) => Buffer.concat([field(2, type), vector(2, value)]);
  // RFC 5764 section 4.1.1: the profile that was chosen, and no master key identifier.
  const profile = Buffer.concat([vector(2, field(2, terms.profile.profile)), vector(1)]);
  return Buffer.concat([
    field(2, DTLS_1_2),
    random,
    vector(1), // no session that could be resumed
    field(2, SUITE),
    field(1, 0), // no compression
    vector(
      2,
      extension(EXTENSION.useSrtp, profile),
      extension(EXTENSION.extendedMasterSecret, NONE),
      ...(terms.tellsRenegotiation ? [extension(EXTENSION.renegotiationInfo, vector(1))] : []),
      ...(terms.tellsPointFormats ? [extension(EXTENSION.pointFormats, vector(1, field(1, 0)))] : []),
    ),
  ]);
}

/** RFC 8422 section 5.4. */
function keyExchange({ terms, random, share, identity }: FlightParts): Buffer {
  const parameters = Buffer.concat([field(1, NAMED_CURVE), field(2, share.group), vector(1, share.publicKey)]);
  const signature = sign('sha256', Buffer.concat([terms.random, random, parameters]), identity.privateKey);
  return Buffer.concat([parameters, field(2, ECDSA_P256_SHA256), vector(2, signature)]);
}
