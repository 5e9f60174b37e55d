import { remark } from '@parley/schema';
import { ObjectInvalid } from '../objects.ts';

/** Somebody who may sign in. Times: milliseconds since 1970. */
export interface Administrator {
  readonly id: string;
  /** Lower case; no two have the same. */
  readonly name: string;
  /** Id of the organisation that he administers; undefined: the whole system. */
  readonly organization?: string;
  /** A hash with its parameters; undefined: he has no password. */
  readonly password?: string;
  /** Names of role groups. */
  readonly groups: readonly string[];
  /** What narrows what the groups grant. */
  readonly scopes: readonly string[];
  /** What his client certificate shows: "sha256:<hex>", "email:...", "dns:...", "uri:..." or "subject:...". No two have the same. */
  readonly certificate?: string;
  /** Issuer and subject of his OpenID Connect account, a blank between them. No two have the same. */
  readonly oidcSubject?: string;
  readonly disabled: boolean;
  /** Wrong passwords since the last right one. */
  readonly failures: number;
  /** His password is refused until then; 0: it is not. */
  readonly lockedUntil: number;
  readonly createdAt: number;
}

/** What may change; `null` takes it away. */
export interface AdministratorChange {
  readonly organization?: string | null;
  readonly password?: string | null;
  readonly groups?: readonly string[];
  readonly scopes?: readonly string[];
  readonly certificate?: string | null;
  readonly oidcSubject?: string | null;
  readonly disabled?: boolean;
}

/** A place in a list. */
export interface AdministratorListing {
  /** Only those of this organisation. */
  readonly organization?: string;
  /** Names after this one. */
  readonly after?: string;
  /** At most 1,000. */
  readonly limit?: number;
}

/** The administrators. Changes are seen by every node at once: nothing is held in memory. */
export interface Administrators {
  /** In the order of their names. */
  list(listing?: AdministratorListing): Promise<readonly Administrator[]>;
  byId(id: string): Promise<Administrator | undefined>;
  byName(name: string): Promise<Administrator | undefined>;
  /** Those whose `certificate` is one of these, two at most: more than one is nobody. */
  byCertificate(shown: readonly string[]): Promise<readonly Administrator[]>;
  byOidcSubject(subject: string): Promise<Administrator | undefined>;
  /** Rejects with `OBJECT_INVALID` when another one has the id, the name, the certificate or the subject. */
  add(administrator: Administrator): Promise<void>;
  /** Resolves with what he is now; undefined when there is none. Rejects with `OBJECT_INVALID`. */
  change(id: string, change: AdministratorChange): Promise<Administrator | undefined>;
  /** Takes his sessions and tokens along; false when there was none. */
  remove(id: string): Promise<boolean>;
  /** Counts a wrong password; `lockedUntil` tells from the count until when passwords are refused. */
  failed(id: string, lockedUntil: (failures: number) => number): Promise<void>;
  /** A right password: failures and lock are gone. */
  succeeded(id: string): Promise<void>;
}

/** Somebody who has signed in with a browser or the shell; only the hash of the secret that he shows is known. */
export interface Session {
  readonly idHash: string;
  /** Id. */
  readonly administrator: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Where he came from. */
  readonly address: string;
}

export interface Sessions {
  add(session: Session): Promise<void>;
  find(idHash: string): Promise<Session | undefined>;
  /** The newest first. */
  of(administrator: string): Promise<readonly Session[]>;
  /** Moves the end. */
  extend(idHash: string, expiresAt: number): Promise<void>;
  remove(idHash: string): Promise<boolean>;
  /** All of an administrator but perhaps one. */
  removeAllOf(administrator: string, but?: string): Promise<void>;
  removeExpired(now: number): Promise<void>;
}

/** What a program shows instead of a password; only its hash is known. */
export interface ApiToken {
  readonly id: string;
  readonly hash: string;
  /** Id. */
  readonly administrator: string;
  readonly name: string;
  /** What narrows the rights of the administrator. */
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Exact to a minute; undefined: never used. */
  readonly lastUsedAt?: number;
}

export interface ApiTokens {
  add(token: ApiToken): Promise<void>;
  byHash(hash: string): Promise<ApiToken | undefined>;
  byId(id: string): Promise<ApiToken | undefined>;
  /** Of one administrator; the newest first. */
  of(administrator: string): Promise<readonly ApiToken[]>;
  used(id: string, at: number): Promise<void>;
  remove(id: string): Promise<boolean>;
}

/** One-time links that make the first administrator. */
export interface SetupLinks {
  add(hash: string, expiresAt: number): Promise<void>;
  /**
   * Makes the first administrator with a link: all or nothing, once, whoever else tries it at the same time. False when the link is
   * unknown or over, or when there is an administrator already; all links are gone after it has worked.
   */
  redeem(hash: string, now: number, first: Administrator): Promise<boolean>;
}

/** Everything about who may sign in. */
export interface AccessRecords {
  readonly administrators: Administrators;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly setupLinks: SetupLinks;
}

/** Most administrators in one answer. */
export const MOST_LISTED = 1000;

/** Somebody has that name, certificate or account already. */
export function alreadyThere({ name }: { readonly name: string }): ObjectInvalid {
  const taken = 'there is an administrator with that name, that certificate or that OpenID Connect account';
  return new ObjectInvalid([remark('Name', name, taken)]);
}
