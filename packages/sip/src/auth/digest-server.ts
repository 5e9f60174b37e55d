import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Bug, type Clock } from '@parley/base';
import type { RawHeader, SipRequest } from '../message/message.ts';
import { SipParseError } from '../message/sip-parse-error.ts';
import { parseUri } from '../message/uri.ts';
import { uriEquals } from '../message/uri-equals.ts';
import { sourceNetwork } from '../protection/source-network.ts';
import type { Peer } from '../transport/peer.ts';
import type { DigestAlgorithm } from './algorithm.ts';
import { printChallenge } from './challenge.ts';
import { type DigestCredentials, parseCredentials } from './credentials.ts';
import { QOPS, type Qop, responseOf } from './digest.ts';
import { GuessLimit } from './guess-limit.ts';
import { NonceCounts } from './nonce-counts.ts';
import { NonceMint } from './nonce-mint.ts';

type Found = string | undefined;

/** What a server of digest authentication is made of. */
export interface DigestServerOptions {
  /** The protection space; one server knows one. */
  readonly realm: string;
  readonly clock: Clock;
  /**
   * HA1 of a user: H(user ":" realm ":" password) in lower-case hexadecimal digits (`ha1Of`), or undefined when there is no such
   * user or no such hash. `user` is what the peer wrote, without control characters. Takes the same time for every user, or says
   * who exists. A rejection becomes that of `check`.
   */
  readonly lookup: (user: string, realm: string, algorithm: DigestAlgorithm) => Found | Promise<Found>;
  /** 'server' asks with 401, 'proxy' with 407; 'server' when left out. */
  readonly asker?: 'server' | 'proxy';
  /**
   * What is offered, the preferred one first; SHA-256 and SHA-512-256 when left out. MD5 only where it is named
   * here. Old telephones give up at a challenge whose algorithm they do not know, though another one stands beside it: for them, MD5 alone.
   */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Offers "auth-int" too, which covers the body; false when left out. */
  readonly coversBody?: boolean;
  /** What seals nonces; random when left out. Nodes with the same one accept each other's nonces (their counts are not shared). */
  readonly secret?: Uint8Array;
  /** How long a nonce is good for, milliseconds; 300,000 when left out. */
  readonly nonceMillis?: number;
  /** Wrong passwords that one source may try for one name in a minute; 10 when left out. */
  readonly guessesPerMinute?: number;
  /** Nonces whose counts are remembered; 20,000 when left out. */
  readonly nonces?: number;
}

/** A refusal with what the peer needs to try again. */
export interface ChallengeRefusal {
  readonly status: 400 | 401 | 403 | 407;
  readonly reason?: string;
  readonly headers: readonly RawHeader[];
}

/** Why a request was not authorized; for metrics and logs, never for the peer. */
export type Unauthorized = 'no credentials' | 'malformed' | 'stale nonce' | 'replay' | 'wrong' | 'too many guesses';

/** Who sent a request, or what it is to be answered with; `why` is not for the sender. */
export type Verdict =
  | { readonly kind: 'authorized'; readonly user: string; readonly realm: string }
  | { readonly kind: 'refused'; readonly refusal: ChallengeRefusal; readonly why: Unauthorized };

const HEADERS = {
  server: { status: 401, asks: 'WWW-Authenticate', answers: 'Authorization' },
  proxy: { status: 407, asks: 'Proxy-Authenticate', answers: 'Proxy-Authorization' },
} as const;

const SECRET_OCTETS = 32;
const FORBIDDEN: Verdict = { kind: 'refused', why: 'no credentials', refusal: { status: 403, headers: [] } };

/** What is checked of credentials whose nonce is good. */
interface Claim {
  readonly credentials: DigestCredentials;
  readonly request: SipRequest;
  readonly source: string;
  readonly mintedAt: number;
}

/**
 * Asks for digest credentials and checks them (RFC 3261 section 22, RFC 7616, RFC 8760). A challenge costs no memory, and nobody is
 * looked up for a request without a nonce that was made for its source, so forged addresses reach no directory. A name that nobody
 * has gets what a wrong password gets. ACK and CANCEL cannot be sent again with credentials (22.1): they get 403 without any.
 */
export class DigestServer {
  readonly #options: DigestServerOptions;
  readonly #secret: Uint8Array;
  readonly #mint: NonceMint;
  readonly #counts: NonceCounts;
  readonly #guesses: GuessLimit;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #qops: readonly Qop[];
  readonly #lifetime: number;

  constructor(options: DigestServerOptions) {
    const { realm, clock } = options;
    this.#options = options;
    this.#secret = options.secret ?? randomBytes(SECRET_OCTETS);
    this.#lifetime = options.nonceMillis ?? 300_000;
    this.#mint = new NonceMint({ clock, realm, secret: this.#secret, lifetimeMillis: this.#lifetime });
    this.#counts = new NonceCounts(options.nonces ?? 20_000);
    this.#guesses = new GuessLimit(clock, options.guessesPerMinute ?? 10);
    this.#algorithms = options.algorithms ?? ['SHA-256', 'SHA-512-256'];
    this.#qops = options.coversBody ? QOPS : ['auth'];
  }

  /** Nonces and guesses that are remembered. */
  get size(): number {
    return this.#counts.size + this.#guesses.size;
  }

  /** Who sent a request, or what to answer it with. At once when `lookup` answers at once. */
  check(request: SipRequest, source: Peer): Verdict | Promise<Verdict> {
    const network = sourceNetwork(source.address);
    const claim = this.#claim(request, network);
    if ('kind' in claim) return isUnrepeatable(request) ? FORBIDDEN : claim;
    const { user, algorithm } = claim.credentials;
    const found = this.#options.lookup(user, this.#options.realm, algorithm);
    if (typeof found === 'object') return found.then(ha1 => this.#verdict(claim, ha1));
    return this.#verdict(claim, found);
  }

  /** The same for a `lookup` that answers at once, as `UserAgentOptions.admit` needs it. Throws `Bug` when it does not. */
  checkNow(request: SipRequest, source: Peer): Verdict {
    const verdict = this.check(request, source);
    if (verdict instanceof Promise) throw new Bug('checkNow needs a lookup that answers at once');
    return verdict;
  }

  /** The credentials for our realm, when they are worth a look-up. */
  #claim(request: SipRequest, source: string): Claim | Verdict {
    const credentials = this.#credentials(request);
    if (credentials instanceof SipParseError) return malformed(credentials);
    if (!credentials || !this.#isOffered(credentials)) return this.#challenge('no credentials', source);
    const nonce = this.#mint.stateOf(credentials.nonce, source);
    if (nonce.kind !== 'good') return this.#challenge('stale nonce', source);
    if (this.#guesses.isReached(source, credentials.user)) return this.#challenge('too many guesses', source);
    return { credentials, request, source, mintedAt: nonce.at };
  }

  #credentials(request: SipRequest): DigestCredentials | SipParseError | undefined {
    const header = HEADERS[this.#options.asker ?? 'server'].answers;
    try {
      const all = request.values(header.toLowerCase()).flatMap(value => parseCredentials(value, header) ?? []);
      const ours = all.filter(({ realm }) => realm === this.#options.realm);
      if (ours.length > 1) return new SipParseError(header, 'credentials for one realm appear twice');
      return ours[0];
    } catch (thrown) {
      if (thrown instanceof SipParseError) return thrown;
      throw thrown;
    }
  }

  /** RFC 7616 section 3.4: what is used must be of what was offered, so that nobody can talk us down. */
  #isOffered({ algorithm, isSession, qop }: DigestCredentials): boolean {
    return qop !== undefined && this.#qops.includes(qop) && !isSession && this.#algorithms.includes(algorithm);
  }

  #verdict({ credentials, request, source, mintedAt }: Claim, ha1: string | undefined): Verdict {
    const { user, nonce, nc, response } = credentials;
    const { method, body } = request;
    // Others may have been counted while this one was looked up: a burst must not get more guesses than its minute has.
    if (this.#guesses.isReached(source, user)) return this.#challenge('too many guesses', source);
    const secret = ha1 ?? createHmac('sha256', this.#secret).update(user).digest('hex');
    const expected = responseOf({ ...credentials, qop: credentials.qop, ha1: secret, method, body });
    const isRight = isSame(expected, response) && ha1 !== undefined && isFor(request, credentials.uri);
    if (!isRight) {
      this.#guesses.count(source, user);
      return this.#challenge('wrong', source);
    }
    this.#counts.forgetBefore(this.#options.clock.wall() - this.#lifetime);
    if (!this.#counts.use(nonce, mintedAt, Number.parseInt(nc, 16))) return this.#challenge('replay', source);
    return { kind: 'authorized', user, realm: this.#options.realm };
  }

  /** A nonce that is no good, or used up, is the only thing wrong: `stale` spares the person at the phone a question. */
  #challenge(why: Unauthorized, source: string): Verdict {
    const { realm, asker = 'server' } = this.#options;
    const { status, asks } = HEADERS[asker];
    const nonce = this.#mint.mint(source);
    const isStale = why === 'stale nonce' || why === 'replay';
    const headers = this.#algorithms.map((algorithm): RawHeader => {
      const challenge = { realm, nonce, algorithm, isSession: false, qops: this.#qops, isStale };
      return [asks, printChallenge(challenge)];
    });
    return { kind: 'refused', why, refusal: { status, headers } };
  }
}

const isUnrepeatable = ({ method }: SipRequest): boolean => method === 'ACK' || method === 'CANCEL';

function malformed(error: SipParseError): Verdict {
  return { kind: 'refused', why: 'malformed', refusal: { status: 400, reason: error.message, headers: [] } };
}

/** RFC 7616 section 3.4.6: credentials that were made for another URI are somebody else's. */
function isFor(request: SipRequest, uri: string): boolean {
  if (uri === request.uri) return true;
  try {
    return uriEquals(parseUri(uri), request.requestUri);
  } catch (thrown) {
    if (thrown instanceof SipParseError) return false;
    throw thrown;
  }
}

/** Hexadecimal digits, compared in a time that does not tell how many of them are right. */
function isSame(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
