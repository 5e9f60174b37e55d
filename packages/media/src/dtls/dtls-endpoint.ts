import type { Fingerprint } from '../sdp/dtls-attributes.ts';
import type { SrtpSecurity } from '../srtp/suites.ts';
import type { DtlsIdentity } from './identity.ts';

/** What the agreement of a session says of its DTLS handshake, in which the other side is the client. */
export interface DtlsSettings {
  readonly identity: DtlsIdentity;
  /** The certificate of the other side has to have one of these. */
  readonly fingerprints: readonly Fingerprint[];
}

/** What the DTLS end of a session is made of. */
export interface DtlsOptions extends DtlsSettings {
  /** Sends one datagram to where the session sends. The bytes are not touched again. */
  send(datagram: Uint8Array): void;
  /** The handshake is done and the other side is who it has to be: these are the keys of its media. Called once. */
  keyed(security: SrtpSecurity): void;
  /** There will be no keys, and why, in words without anything secret. Called at most once, and not after `keyed`. */
  failed(why: string): void;
}

/**
 * The DTLS end of a session (RFC 5764). Whoever owns it hands it only what came from addresses that ICE has proved, and lets it know of the time.
 * No method throws for what came from the network.
 */
export interface DtlsEndpoint {
  /** One datagram, lent for the length of the call. `now`: milliseconds that do not jump. */
  datagram(bytes: Uint8Array, now: number): void;
  /** Sends again what was not answered. */
  elapse(now: number): void;
  /** Why there are no keys yet, as far as that is known; for people. */
  readonly problem: string | undefined;
  /** Says goodbye, when there is somebody to say it to. */
  close(): void;
}

/** Makes the DTLS end of a session. */
export type DtlsFactory = (options: DtlsOptions) => DtlsEndpoint;
