import type { Clock } from '@parley/base';
import type { RawHeader, SipResponse } from '../message/message.ts';
import { SipParseError } from '../message/sip-parse-error.ts';
import type { Peer } from '../transport/peer.ts';
import { BY_STRENGTH, type DigestAlgorithm } from './algorithm.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { printCredentials } from './credentials.ts';
import { ha1Of, responseOf } from './digest.ts';

/** Who we are for one realm. */
export interface UserCredentials {
  readonly user: string;
  readonly password: string;
  /** Algorithms that may be used, of those offered; all of them when left out. Leave out MD5 where nobody needs it. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

/** Who would get our credentials. */
export interface CredentialsTarget {
  /** Where the request goes; `name` is the domain it was looked up by, where that is proved by TLS. */
  readonly peer: Peer;
  /** The Request-URI. */
  readonly uri: string;
  /** Whether the server of the request asks (401), or a proxy on the way (407). */
  readonly asker: 'server' | 'proxy';
}

/** Gives the credentials for a realm, and only to whom they are meant for: undefined leaves the challenge unanswered. Must not throw. */
export type CredentialsFor = (realm: string, target: CredentialsTarget) => UserCredentials | undefined;

export interface DigestClientOptions {
  readonly credentials: CredentialsFor;
  readonly clock: Clock;
  /** Makes client nonces that nobody can guess. */
  readonly cnonce: () => string;
}

/** A request that may need credentials. */
export interface Authorizable {
  readonly callId: string;
  readonly method: string;
  readonly uri: string;
  readonly body: Uint8Array;
  readonly peer: Peer;
}

/** A challenge that we can answer. */
interface Asked {
  readonly asker: CredentialsTarget['asker'];
  readonly challenge: Challenge;
}

/** The same, and how often its nonce was used. */
interface Session extends Asked {
  count: number;
  /** The one client nonce of an algorithm with "-sess" (RFC 7616 section 3.4.2). */
  readonly cnonce: string;
}

interface Call {
  readonly sessions: readonly Session[];
  /** What the newest INVITE showed. */
  readonly invited: readonly RawHeader[];
  readonly usedAt: number;
}

/** Call-IDs whose challenges are remembered; the one that was used longest ago goes first. */
const MOST_CALLS = 10_000;
/** Realms in one call. */
const MOST_SESSIONS = 4;
/** Challenges of one response that are looked at. */
const MOST_CHALLENGES = 16;
/** A call that needed no credentials for so long is challenged again, milliseconds. */
const FORGET_AFTER = 3_600_000;

const HEADERS = {
  server: { asks: 'WWW-Authenticate', answers: 'Authorization' },
  proxy: { asks: 'Proxy-Authenticate', answers: 'Proxy-Authorization' },
} as const;
const ASKERS = ['server', 'proxy'] as const;

/**
 * Answers digest challenges (RFC 3261 section 22, RFC 8760), only for realms and peers that have credentials. A nonce serves all
 * later requests of the same Call-ID, with its count, so that only the first one goes twice.
 */
export class DigestClient {
  readonly #options: DigestClientOptions;
  readonly #calls = new Map<string, Call>();

  constructor(options: DigestClientOptions) {
    this.#options = options;
  }

  /** Calls whose challenges are remembered. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * The headers of a request by what its Call-ID was challenged for before; none otherwise. An ACK gets those of its INVITE
   * (RFC 3261 13.2.2.4), whose answer it is too late to refuse.
   */
  headersFor(request: Authorizable): readonly RawHeader[] {
    const call = this.#calls.get(request.callId);
    if (!call) return [];
    if (request.method === 'ACK') return this.#isMeant(call.sessions, request) ? call.invited : [];
    const headers = call.sessions.flatMap(session => this.#header(session, request));
    this.#remember(request.callId, { ...call, invited: request.method === 'INVITE' ? headers : call.invited });
    return headers;
  }

  /**
   * Takes the challenges of a 401 or 407. True when another try is worth it: there is one that we can answer and have not answered
   * for this request (`answered` remembers that), or whose nonce was only too old.
   */
  challenged(response: SipResponse, request: Authorizable, answered: Set<string>): boolean {
    const before = this.#calls.get(request.callId)?.sessions ?? [];
    const useful = ASKERS.flatMap(asker => this.#fresh(response, request, asker)).filter(({ asker, challenge }) => {
      const isKnown = before.some(session => session.challenge.nonce === challenge.nonce);
      return !answered.has(`${asker} ${challenge.realm}`) || (challenge.isStale && !isKnown);
    });
    if (useful.length === 0) return false;
    const sessions = useful.map(({ asker, challenge }): Session => {
      const count = before.find(old => old.challenge.nonce === challenge.nonce)?.count ?? 0;
      return { asker, challenge, count, cnonce: this.#options.cnonce() };
    });
    const replaced = (old: Session) =>
      sessions.some(one => one.asker === old.asker && one.challenge.realm === old.challenge.realm);
    for (const { asker, challenge } of useful) answered.add(`${asker} ${challenge.realm}`);
    const all = [...sessions, ...before.filter(old => !replaced(old))].slice(0, MOST_SESSIONS);
    this.#remember(request.callId, { sessions: all, invited: [] });
    return true;
  }

  /** What one kind of asker wants: a proxy that has forked puts the challenges of all into one refusal (RFC 3261 16.7 step 7). */
  #fresh(response: SipResponse, { peer, uri }: Authorizable, asker: CredentialsTarget['asker']): readonly Asked[] {
    const challenges = challengesOf(response, HEADERS[asker].asks);
    return this.#strongest(challenges, { peer, uri, asker }).map(challenge => ({ asker, challenge }));
  }

  /** One challenge a realm: the strongest that the user allows (RFC 8760 section 2.4). */
  #strongest(challenges: readonly Challenge[], target: CredentialsTarget): readonly Challenge[] {
    const best = new Map<string, Challenge>();
    for (const algorithm of BY_STRENGTH)
      for (const challenge of challenges) {
        if (challenge.algorithm !== algorithm || best.has(challenge.realm)) continue;
        if (this.#userFor(challenge, target)) best.set(challenge.realm, challenge);
      }
    return [...best.values()];
  }

  #header(session: Session, request: Authorizable): readonly RawHeader[] {
    const { asker, challenge } = session;
    const user = this.#userFor(challenge, { peer: request.peer, uri: request.uri, asker });
    if (!user) return [];
    session.count += 1;
    return [[HEADERS[asker].answers, this.#answer(session, user, request)]];
  }

  /** Whether all of what the INVITE showed may be shown to the peer of its ACK. */
  #isMeant(sessions: readonly Session[], { peer, uri }: Authorizable): boolean {
    return sessions.every(({ asker, challenge }) => this.#userFor(challenge, { peer, uri, asker }) !== undefined);
  }

  #userFor({ realm, algorithm }: Challenge, target: CredentialsTarget): UserCredentials | undefined {
    const user = this.#options.credentials(realm, target);
    return !user?.algorithms || user.algorithms.includes(algorithm) ? user : undefined;
  }

  #answer(
    { challenge, count, cnonce: first }: Session,
    { user, password }: UserCredentials,
    request: Authorizable,
  ): string {
    const { algorithm, isSession, realm, nonce, opaque, qops } = challenge;
    const { method, uri, body } = request;
    // "auth" where there is a choice: whatever rewrites a body on the way (SDP at an SBC) would break "auth-int".
    const qop = qops[0];
    const cnonce = !qop ? '' : isSession ? first : this.#options.cnonce();
    const nc = qop ? count.toString(16).padStart(8, '0') : '';
    const ha1 = ha1Of(algorithm, user, { realm, password });
    const response = responseOf({ algorithm, isSession, ha1, method, uri, body, nonce, cnonce, nc, qop });
    return printCredentials({ algorithm, isSession, user, realm, nonce, uri, response, opaque, qop, cnonce, nc });
  }

  #remember(callId: string, call: Omit<Call, 'usedAt'>): void {
    const now = this.#options.clock.monotonic();
    this.#calls.delete(callId);
    this.#calls.set(callId, { ...call, usedAt: now });
    for (const [oldest, { usedAt }] of this.#calls) {
      if (this.#calls.size <= MOST_CALLS && now - usedAt < FORGET_AFTER) return;
      this.#calls.delete(oldest);
    }
  }
}

/** Challenges that cannot be read, or not be answered, are left out: there may be others. */
function challengesOf(response: SipResponse, header: string): readonly Challenge[] {
  return response
    .values(header.toLowerCase())
    .slice(0, MOST_CHALLENGES)
    .flatMap(value => {
      try {
        return parseChallenge(value, header) ?? [];
      } catch (thrown) {
        if (thrown instanceof SipParseError) return [];
        throw thrown;
      }
    });
}
