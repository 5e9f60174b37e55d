import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Bug } from '@parley/base';
import { type Places, places } from './places.ts';

/** The work that one try costs, theirs and ours. */
export interface HashCost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

/** What new passwords get: the lowest memory that is recommended for argon2id with two passes (about 45 ms of one core). */
export const USUAL_COST: HashCost = { memory: 19_456, passes: 2, lanes: 1 };

/** Bounds of what is computed, whoever has written the hash. */
const MOST_MEMORY = 1_048_576;
const MOST_PASSES = 16;
const MOST_LANES = 16;
const SALT_OCTETS = 16;
const TAG_OCTETS = 32;
/** A hash takes a thread and 19 MiB: more at once would make calls wait. */
const AT_ONCE = 2;
const MOST_WAITING = 32;

interface Hash extends HashCost {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

export interface PasswordHashes {
  /** Makes "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>". Rejects with `TOO_MANY_REQUESTS`. */
  make(password: string): Promise<string>;
  /**
   * Whether it is the password; takes as long when there is no hash to compare with, which is never right. Rejects with
   * `TOO_MANY_REQUESTS`.
   */
  check(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether a hash was made with less work than new ones are. */
  isWeak(hash: string): boolean;
}

/** Passwords as they are kept (RFC 9106), a bounded number at once. */
export function passwordHashes(
  cost: HashCost = USUAL_COST,
  room: Places = places(AT_ONCE, MOST_WAITING),
): PasswordHashes {
  const compute = (password: string, { memory, passes, lanes }: HashCost, salt: Buffer, octets: number) =>
    room.with(() =>
      promisify(argon2)('argon2id', {
        message: normal(password),
        nonce: salt,
        parallelism: lanes,
        tagLength: octets,
        memory,
        passes,
      }),
    );
  const nobody: Hash = { ...cost, salt: randomBytes(SALT_OCTETS), tag: randomBytes(TAG_OCTETS) };
  return {
    async make(password) {
      const salt = randomBytes(SALT_OCTETS);
      return written({ ...cost, salt, tag: await compute(password, cost, salt, TAG_OCTETS) });
    },
    async check(password, hash) {
      const kept = hash === undefined ? nobody : read(hash);
      const tag = await compute(password, kept, kept.salt, kept.tag.length);
      return timingSafeEqual(tag, kept.tag) && hash !== undefined;
    },
    isWeak(hash) {
      const { memory, passes } = read(hash);
      return memory < cost.memory || passes < cost.passes;
    },
  };
}

/** One spelling of what looks the same, whatever keyboard it was typed on. */
const normal = (password: string) => Buffer.from(password.normalize('NFKC'));

const base64 = (octets: Buffer) => octets.toString('base64').replaceAll('=', '');

const written = ({ memory, passes, lanes, salt, tag }: Hash) =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(tag)}`;

function read(hash: string): Hash {
  const found = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/]{11,64})\$([\w+/]{16,128})$/.exec(hash);
  if (!found) throw new Bug('a password hash was kept that is none');
  const [memory, passes, lanes] = found.slice(1, 4).map(Number);
  if (memory > MOST_MEMORY || passes > MOST_PASSES || lanes > MOST_LANES)
    throw new Bug('a password hash was kept that costs too much to check');
  return { memory, passes, lanes, salt: Buffer.from(found[4], 'base64'), tag: Buffer.from(found[5], 'base64') };
}
