import type { Clock, Log } from '@parley/base';
import type { DigestServer } from '../../auth/digest-server.ts';
import type { Uri } from '../../message/grammar.ts';
import type { SipRequest } from '../../message/message.ts';
import type { Peer } from '../../transport/peer.ts';
import type { ProxyTarget } from '../proxy/proxy.ts';
import type { Service } from '../service.ts';
import type { Bindings, Eventually } from './bindings.ts';
import type { RegistrarLimits } from './registration.ts';

/** Who asks for what. */
export interface RegistrationClaim {
  /** Who has proved to be it by digest; undefined without `digest`. */
  readonly user: string | undefined;
  /** The address-of-record that is registered (To): "user@host". */
  readonly aor: string;
  /** Who registers (From): "user@host"; undefined when that is no address-of-record. */
  readonly by: string | undefined;
  readonly source: Peer;
  readonly request: SipRequest;
}

/** What a registrar is made of. */
export interface RegistrarOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly bindings: Bindings;
  /** Domains whose addresses are registered here, lower case. REGISTERs to others are left to the proxy. */
  readonly domains: readonly string[];
  /**
   * Asks for credentials and checks them. Without it everybody may register everything that `authorize` allows: only for networks
   * where somebody else sees to that. Its look-up must take the same time for users who do not exist.
   */
  readonly digest?: DigestServer;
  /**
   * Whether this claim may change, or see, the bindings of that address. When left out: who registers must be the address itself, and
   * the user who proved to be it must have its name ("ann@example.org"; "ann" where there is one domain, or for the one that the realm
   * is called after), so there is no registration by third parties. A no is 403, whether or not the address exists.
   */
  readonly authorize?: (claim: RegistrationClaim) => Eventually<boolean>;
  /** `defaultRegistrarLimits` for what is left out. */
  readonly limits?: Partial<RegistrarLimits>;
  /** What a user agent is to put into Route of its requests (RFC 3608): name-addrs, in order. */
  readonly serviceRoute?: readonly string[];
  /**
   * A REGISTER with Path from a user agent that does not know Path: 'refuse' (420, when left out; RFC 3327 section 5.3) or 'keep' it
   * without telling.
   */
  readonly unknownPath?: 'refuse' | 'keep';
  /** Seconds between keep-alives that user agents with flows are asked for (RFC 5626 section 5.4); not said when left out. */
  readonly flowTimer?: number;
  /** 32 random octets that seal temporary GRUUs; random when left out, and then they do not outlive this process. */
  readonly secret?: Uint8Array;
}

/** Answers REGISTER (RFC 3261 section 10.3) and says where somebody is. */
export interface Registrar extends Service {
  /**
   * Where an address-of-record or a GRUU of these domains is at the moment, best first: `q` says what is tried before what. Undefined
   * for a URI that is not of these domains; nothing found is an empty list (480).
   */
  targets(uri: Uri): Eventually<readonly ProxyTarget[] | undefined>;
}

/** The limits that hold where none is given. */
export const defaultRegistrarLimits: RegistrarLimits = {
  contacts: 10,
  minExpires: 60,
  maxExpires: 7200,
  defaultExpires: 3600,
  valueLength: 1024,
  paths: 10,
};
