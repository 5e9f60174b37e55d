import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@parley/base';
import type { AccessRecords, Administrator, Session } from '@parley/directory';
import type { Principal } from './principal.ts';
import { hashOf, newSecret } from './secrets.ts';

/** How somebody signed in; the first letter goes with the secret, under its hash, so that nobody can change it. */
type How = 'password' | 'oidc';

/** What the owner of a session gets, once. */
export interface Opened {
  /** For the cookie: whoever has it is signed in. */
  readonly secret: string;
  /** For a header of every request that changes something: a foreign site can send the cookie, but not know this. */
  readonly csrf: string;
  readonly expiresAt: number;
}

export interface SessionRules {
  /** Without a request for so long a session is over, milliseconds. */
  readonly idleMillis: number;
  /** After so long it is over in any case. */
  readonly longestMillis: number;
  /** Of one administrator at once: the oldest goes. */
  readonly most: number;
}

export const USUAL_SESSIONS: SessionRules = { idleMillis: 1_800_000, longestMillis: 43_200_000, most: 20 };

/** A session is moved on in the database at most so often, not with every request. */
const EXTEND_MILLIS = 60_000;

/** Sessions of administrators who have proved who they are: rows that can be taken back at any time. */
export class SessionDesk {
  readonly #records: AccessRecords;
  readonly #clock: Clock;
  readonly #rules: SessionRules;

  constructor(records: AccessRecords, clock: Clock, rules: SessionRules = USUAL_SESSIONS) {
    this.#records = records;
    this.#clock = clock;
    this.#rules = rules;
  }

  async open(administrator: Administrator, { how, address }: { how: How; address: string }): Promise<Opened> {
    const { sessions } = this.#records;
    const now = this.#clock.wall();
    await sessions.removeExpired(now);
    const before = await sessions.of(administrator.id);
    for (const { idHash } of before.slice(this.#rules.most - 1)) await sessions.remove(idHash);
    const secret = `${how.charAt(0)}.${newSecret()}`;
    const expiresAt = now + Math.min(this.#rules.idleMillis, this.#rules.longestMillis);
    await sessions.add({
      idHash: hashOf(secret),
      administrator: administrator.id,
      createdAt: now,
      expiresAt,
      address: address.slice(0, 64),
    });
    return { secret, csrf: csrfOf(secret), expiresAt };
  }

  /** Whose session it is; undefined when it is over, taken back, or its administrator is gone or disabled. */
  async principal(secret: string): Promise<Principal | undefined> {
    const session = await this.#current(secret);
    const administrator = session && (await this.#records.administrators.byId(session.administrator));
    if (!administrator || administrator.disabled) return undefined;
    await this.#extend(session);
    return principalOf(administrator, secret.startsWith('o.') ? 'oidc' : 'password');
  }

  async close(secret: string): Promise<void> {
    await this.#records.sessions.remove(hashOf(secret));
  }

  async #current(secret: string): Promise<Session | undefined> {
    const session = await this.#records.sessions.find(hashOf(secret));
    return session && session.expiresAt > this.#clock.wall() ? session : undefined;
  }

  async #extend({ idHash, createdAt, expiresAt }: Session): Promise<void> {
    const { idleMillis, longestMillis } = this.#rules;
    const until = Math.min(this.#clock.wall() + idleMillis, createdAt + longestMillis);
    if (until - expiresAt >= EXTEND_MILLIS) await this.#records.sessions.extend(idHash, until);
  }
}

/** What a page of ours knows of the session that its cookie names, and nobody else can work out. */
export const csrfOf = (secret: string): string => createHash('sha256').update(`csrf ${secret}`).digest('base64url');

/** Whether a request that changes something was made by whoever owns the session. */
export function isFromOwner(secret: string, csrf: unknown): boolean {
  const expected = Buffer.from(csrfOf(secret));
  const given = Buffer.from(typeof csrf === 'string' ? csrf : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** An administrator as somebody who asks for something. */
export function principalOf(
  { id, name, organization, groups, scopes }: Administrator,
  how: Principal['how'],
): Principal {
  return { name, ...(organization === undefined ? {} : { organization }), groups, scopes, how, administrator: id };
}
