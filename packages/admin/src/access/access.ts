import { type Clock, type Log, messageOf, ParleyError } from '@parley/base';
import type { AccessRecords, Administrator, AuditLog, AuditRecord } from '@parley/directory';
import type { FastifyRequest } from 'fastify';
import type { Action } from '../run/ports.ts';
import { accessActions } from './actions/index.ts';
import { Attempts, lineOf } from './attempts.ts';
import { authenticator } from './authenticate.ts';
import { checkPassword } from './checked.ts';
import { administratorFor } from './oidc-people.ts';
import { type Errand, type OidcOptions, OidcProvider } from './oidc-provider.ts';
import { type PasswordHashes, passwordHashes } from './password-hash.ts';
import { PasswordSignIn } from './password-sign-in.ts';
import type { Principal } from './principal.ts';
import { hashOf } from './secrets.ts';
import { type Opened, principalOf, SessionDesk, type SessionRules } from './session-desk.ts';
import { SetUp } from './set-up.ts';
import { TokenDesk } from './token-desk.ts';

export interface AccessOptions {
  readonly records: AccessRecords;
  readonly auditLog: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  /** Where browsers find this door: "https://parley.example.org:9443". */
  readonly origin: string;
  /** The organisation's own sign-in service; only local administrators without it. */
  readonly oidc?: OidcOptions;
  readonly sessions?: SessionRules;
  readonly hashes?: PasswordHashes;
}

/** Somebody who has just signed in. */
export interface SignedIn {
  readonly principal: Principal;
  readonly session: Opened;
}

/** Where the sign-in service sends browsers back to. */
export const OIDC_RETURN = '/v1/sign-in/oidc/callback';

/** Everything that happens at the door before anybody may do anything. */
export class AccessDesk {
  readonly options: AccessOptions;
  readonly actions: Readonly<Record<string, Action>>;
  readonly setUp: SetUp;
  readonly authenticate: (request: FastifyRequest) => Promise<Principal>;
  readonly #sessions: SessionDesk;
  readonly #passwords: PasswordSignIn;
  readonly #hashes: PasswordHashes;
  readonly #provider: OidcProvider | undefined;
  readonly #errands: Attempts;

  constructor(options: AccessOptions) {
    const { records, clock, auditLog, origin, oidc, hashes = passwordHashes() } = options;
    const audit = (record: AuditRecord) => auditLog.append(record);
    const tokens = new TokenDesk(records, clock);
    this.options = options;
    this.#hashes = hashes;
    this.#sessions = new SessionDesk(records, clock, options.sessions);
    this.#passwords = new PasswordSignIn({ administrators: records.administrators, hashes, clock, audit });
    this.#provider = oidc && new OidcProvider(oidc, `${origin}${OIDC_RETURN}`, clock);
    this.#errands = new Attempts(clock, { burst: 20, everyMillis: 6000 });
    this.setUp = new SetUp({ records, hashes, clock, audit });
    this.actions = accessActions({ records, hashes, tokens, clock, audit, auditLog });
    this.authenticate = authenticator({ records, sessions: this.#sessions, tokens, clock, audit });
  }

  /** Rejects with `SIGN_IN_REFUSED` or `TOO_MANY_REQUESTS`. */
  async signIn(credentials: { name: string; password: string; address: string }): Promise<SignedIn> {
    return this.#open(await this.#passwords.prove(credentials), { how: 'password', address: credentials.address });
  }

  async signOut(secret: string): Promise<void> {
    const principal = await this.#sessions.principal(secret);
    await this.#sessions.close(secret);
    if (principal) await this.#told(principal, { cmdlet: 'sign-out', parameters: {} });
  }

  /** Changes one's own password and signs one out everywhere else. Rejects with `SIGN_IN_REFUSED` when the old one is wrong. */
  async changePassword(
    principal: Principal,
    change: { old: string; password: string; address: string; secret: string },
  ): Promise<void> {
    const { administrators, sessions } = this.options.records;
    const own = await this.#passwords.prove({ name: principal.name, password: change.old, address: change.address });
    checkPassword(change.password, own.name);
    await administrators.change(own.id, { password: await this.#hashes.make(change.password) });
    await sessions.removeAllOf(own.id, hashOf(change.secret));
    await this.#told(principal, { cmdlet: 'change-password', parameters: { address: change.address } });
  }

  /** Makes the first administrator and signs him in. */
  async begin(first: { token: string; name: string; password: string; address: string }): Promise<SignedIn> {
    return this.#open(await this.setUp.redeem(first), { how: 'password', address: first.address });
  }

  /** Where to send a browser that wants to sign in by the sign-in service. Rejects with `ROUTE_NOT_FOUND` when there is none. */
  async errand(address: string): ReturnType<OidcProvider['errand']> {
    this.#errands.take(lineOf(address));
    return this.#providerOrNone().errand();
  }

  /** Who has come back from the sign-in service. Rejects with `SIGN_IN_REFUSED` or `OIDC_UNREACHABLE`. */
  async comeBack(query: string, errand: Errand | undefined, address: string): Promise<SignedIn> {
    this.#errands.take(lineOf(address));
    try {
      if (!errand)
        throw new ParleyError('SIGN_IN_REFUSED', 'begin to sign in again: the browser has forgotten that it did');
      const person = await this.#providerOrNone().person(query, errand);
      const administrator = await administratorFor(person, this.options.oidc ?? {}, this.options);
      if (administrator) return await this.#open(administrator, { how: 'oidc', address });
      throw new ParleyError('SIGN_IN_REFUSED', `${JSON.stringify(person.name.slice(0, 100))} is no administrator here`);
    } catch (error) {
      await this.#refusedOidc(error, address);
      throw error;
    }
  }

  async #refusedOidc(error: unknown, address: string): Promise<void> {
    const { auditLog, log } = this.options;
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    log.warn('sign-in service', { why: `${messageOf(error)}${cause}` });
    const parameters = { how: 'oidc', address, why: messageOf(error) };
    await auditLog.append({ who: '(unknown)', cmdlet: 'sign-in', outcome: 'refused', detail: { parameters } });
  }

  #providerOrNone(): OidcProvider {
    if (this.#provider) return this.#provider;
    throw new ParleyError('ROUTE_NOT_FOUND', 'no sign-in service is configured');
  }

  /** Written down first: nobody is in who was not seen. */
  async #open(administrator: Administrator, from: { how: 'password' | 'oidc'; address: string }): Promise<SignedIn> {
    const principal = principalOf(administrator, from.how);
    await this.#told(principal, { cmdlet: 'sign-in', parameters: from });
    return { principal, session: await this.#sessions.open(administrator, from) };
  }

  async #told(
    { name, organization }: Principal,
    { cmdlet, parameters }: { cmdlet: string; parameters: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    await this.options.auditLog.append({
      who: name,
      ...(organization === undefined ? {} : { organization }),
      cmdlet,
      outcome: 'done',
      detail: { parameters },
    });
  }
}
