import type { Clock } from '@parley/base';
import { ParleyError } from '@parley/base';
import type { Administrator, Administrators } from '@parley/directory';
import type { WriteAudit } from './access-audit.ts';
import { Attempts, lineOf } from './attempts.ts';
import { nameKey } from './names.ts';
import type { PasswordHashes } from './password-hash.ts';
import { LONGEST_PASSWORD } from './password-rules.ts';

export interface PasswordSignInParts {
  readonly administrators: Administrators;
  readonly hashes: PasswordHashes;
  readonly clock: Clock;
  readonly audit: WriteAudit;
}

/** What somebody says who he is. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Where he says it from. */
  readonly address: string;
}

/** Wrong passwords in a row before the name is locked. */
const FREE_FAILURES = 5;
const FIRST_LOCK_MILLIS = 30_000;
/** Long enough for at most 100 tries a day, short enough that a stranger cannot keep somebody out for good. */
const LONGEST_LOCK_MILLIS = 900_000;

/** Until when a name is locked after so many wrong passwords in a row: half a minute after the fifth, doubling, a quarter of an hour at most. */
export function lockedUntil(failures: number, now: number): number {
  if (failures < FREE_FAILURES) return 0;
  return now + Math.min(LONGEST_LOCK_MILLIS, FIRST_LOCK_MILLIS * 2 ** Math.min(failures - FREE_FAILURES, 20));
}

/** The one answer for a wrong name, a wrong password, a locked and a disabled administrator. */
export const signInRefused = (): ParleyError =>
  new ParleyError(
    'SIGN_IN_REFUSED',
    'name or password is wrong, or there were too many wrong ones: wait, and try again',
  );

/** Proves administrators by name and password. */
export class PasswordSignIn {
  readonly #parts: PasswordSignInParts;
  readonly #byAddress: Attempts;
  readonly #byName: Attempts;

  constructor(parts: PasswordSignInParts) {
    this.#parts = parts;
    this.#byAddress = new Attempts(parts.clock, { burst: 20, everyMillis: 6000 });
    this.#byName = new Attempts(parts.clock, { burst: 10, everyMillis: 6000 });
  }

  /**
   * Resolves with whose name and password it is. Rejects with `SIGN_IN_REFUSED`, which takes as long and says the same whatever was
   * wrong, or with `TOO_MANY_REQUESTS`.
   */
  async prove({ name, password, address }: Credentials): Promise<Administrator> {
    const key = nameKey(name);
    this.#byAddress.take(lineOf(address));
    this.#byName.take(key ?? '');
    const { administrators, hashes, clock, audit } = this.#parts;
    const found = key === undefined ? undefined : await administrators.byName(key);
    const isRight = await hashes.check(password.slice(0, LONGEST_PASSWORD + 1), found?.password);
    const now = clock.wall();
    if (found && isRight && !found.disabled && found.lockedUntil <= now) {
      await this.#welcome(found, password);
      return found;
    }
    // While it is locked nothing counts: whoever goes on trying does not keep the owner out for longer.
    if (found && !isRight && found.lockedUntil <= now)
      await administrators.failed(found.id, failures => lockedUntil(failures, now));
    await audit({
      // What is no name of ours may be a password that was typed into the wrong field.
      who: found?.name ?? '(unknown)',
      ...(found?.organization === undefined ? {} : { organization: found.organization }),
      cmdlet: 'sign-in',
      outcome: 'refused',
      detail: { parameters: { how: 'password', address, why: whyRefused(found, isRight) } },
    });
    throw signInRefused();
  }

  async #welcome(administrator: Administrator, password: string): Promise<void> {
    const { administrators, hashes } = this.#parts;
    await administrators.succeeded(administrator.id);
    if (administrator.password !== undefined && hashes.isWeak(administrator.password))
      await administrators.change(administrator.id, { password: await hashes.make(password) });
  }
}

/** For the audit only. */
function whyRefused(found: Administrator | undefined, isRight: boolean): string {
  if (!found) return 'no such administrator';
  if (!isRight) return 'wrong password';
  return found.disabled ? 'disabled' : 'locked';
}
