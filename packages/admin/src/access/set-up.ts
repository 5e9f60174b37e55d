import { type Clock, ParleyError, ulid } from '@parley/base';
import type { AccessRecords, Administrator } from '@parley/directory';
import type { WriteAudit } from './access-audit.ts';
import { Attempts, lineOf } from './attempts.ts';
import { checkedName, checkPassword } from './checked.ts';
import type { PasswordHashes } from './password-hash.ts';
import { hashOf, newSecret } from './secrets.ts';

export interface SetUpParts {
  readonly records: AccessRecords;
  readonly hashes: PasswordHashes;
  readonly clock: Clock;
  readonly audit: WriteAudit;
}

export interface FirstAdministrator {
  /** The end of the link, behind `#`. */
  readonly token: string;
  readonly name: string;
  readonly password: string;
  readonly address: string;
}

const LINK_MILLIS = 86_400_000;
/** Both halves of the system, and who else may do what in each. */
const FIRST_GROUPS = ['Organization Management', 'CsAdministrator'];

/** Makes the first administrator, by a link that only whoever has started the server can see. There is no password to begin with. */
export class SetUp {
  readonly #parts: SetUpParts;
  readonly #attempts: Attempts;

  constructor(parts: SetUpParts) {
    this.#parts = parts;
    this.#attempts = new Attempts(parts.clock, { burst: 10, everyMillis: 10_000 });
  }

  /**
   * A link that works once, for a day: "https://host:port/setup#secret"; what stands behind `#` is sent to nobody by a browser.
   * Undefined when there is an administrator already.
   */
  async link(origin: string): Promise<string | undefined> {
    const { records, clock } = this.#parts;
    if ((await records.administrators.list({ limit: 1 })).length > 0) return undefined;
    const token = newSecret();
    await records.setupLinks.add(hashOf(token), clock.wall() + LINK_MILLIS);
    return `${origin}/setup#${token}`;
  }

  /** Rejects with `SIGN_IN_REFUSED`, `TOO_MANY_REQUESTS`, or an `ObjectInvalid` for a name or password that is none. */
  async redeem({ token, name, password, address }: FirstAdministrator): Promise<Administrator> {
    const { records, hashes, clock, audit } = this.#parts;
    this.#attempts.take(lineOf(address));
    const key = checkedName(name);
    checkPassword(password, key);
    const now = clock.wall();
    const first: Administrator = {
      id: ulid(now),
      name: key,
      password: await hashes.make(password),
      groups: FIRST_GROUPS,
      scopes: [],
      disabled: false,
      failures: 0,
      lockedUntil: 0,
      createdAt: now,
    };
    const isMade = await records.setupLinks.redeem(hashOf(token), now, first);
    await audit({
      who: isMade ? first.name : '(unknown)',
      cmdlet: 'set-up',
      outcome: isMade ? 'done' : 'refused',
      detail: { parameters: { address } },
    });
    if (isMade) return first;
    throw new ParleyError(
      'SIGN_IN_REFUSED',
      'this link was used, is more than a day old, or there is an administrator already: start the server again for a new one',
    );
  }
}
