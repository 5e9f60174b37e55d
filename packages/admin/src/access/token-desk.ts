import { type Clock, ulid } from '@parley/base';
import type { AccessRecords, Administrator, ApiToken } from '@parley/directory';
import type { Principal } from './principal.ts';
import { isTokenScope } from './scopes.ts';
import { hashOf, newSecret } from './secrets.ts';
import { principalOf } from './session-desk.ts';

/** By which people and scanners of secrets know what they have found. */
const MARK = 'parley_';
/** The last use is written at most so often. */
const USE_MILLIS = 60_000;

export interface TokenWanted {
  readonly name: string;
  /** "cmdlet:..." and "group:...": narrow the rights of the administrator; none: all of them. */
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** Tokens for programs: they may what their administrator may at that moment, less what their scopes leave out. */
export class TokenDesk {
  readonly #records: AccessRecords;
  readonly #clock: Clock;

  constructor(records: AccessRecords, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** Resolves with the token's entry, and with its secret, which is shown this once. */
  async issue(administrator: Administrator, wanted: TokenWanted): Promise<{ token: ApiToken; secret: string }> {
    const now = this.#clock.wall();
    const secret = `${MARK}${newSecret()}`;
    const token: ApiToken = {
      id: ulid(now),
      hash: hashOf(secret),
      administrator: administrator.id,
      createdAt: now,
      ...wanted,
    };
    await this.#records.tokens.add(token);
    return { token, secret };
  }

  /** Whose token it is; undefined when it is unknown or over, or its administrator is gone or disabled. */
  async principal(secret: string): Promise<Principal | undefined> {
    if (!secret.startsWith(MARK) || secret.length > 100) return undefined;
    const token = await this.#records.tokens.byHash(hashOf(secret));
    const now = this.#clock.wall();
    if (!token || token.expiresAt <= now || !token.scopes.every(isTokenScope)) return undefined;
    const administrator = await this.#records.administrators.byId(token.administrator);
    if (!administrator || administrator.disabled) return undefined;
    if (now - (token.lastUsedAt ?? 0) >= USE_MILLIS) await this.#records.tokens.used(token.id, now);
    const owner = principalOf(administrator, 'token');
    // Those of the administrator are of other kinds, so that both narrow and neither widens.
    return { ...owner, name: `${owner.name} (token ${token.name})`, scopes: [...owner.scopes, ...token.scopes] };
  }
}
