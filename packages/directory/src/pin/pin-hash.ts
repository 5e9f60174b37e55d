import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Bug } from '@parley/base';

/**
 * What one try costs (about 12 ms of a core). A PIN is a few digits: the count of wrong ones is what guards it, and this only slows down
 * whoever has got hold of the database.
 */
const MEMORY_KIB = 8192;
const PASSES = 2;
const SALT_OCTETS = 16;
const TAG_OCTETS = 32;

interface Work {
  readonly memory: number;
  readonly passes: number;
  readonly salt: Buffer;
}

const compute = (pin: string, { memory, passes, salt }: Work): Promise<Buffer> =>
  promisify(argon2)('argon2id', {
    message: Buffer.from(pin),
    nonce: salt,
    parallelism: 1,
    tagLength: TAG_OCTETS,
    memory,
    passes,
  });

const unpadded = (octets: Buffer) => octets.toString('base64').replaceAll('=', '');

/** A PIN as it is kept (RFC 9106): "$argon2id$v=19$m=8192,t=2,p=1$<salt>$<tag>". */
export async function hashOfPin(pin: string): Promise<string> {
  const salt = randomBytes(SALT_OCTETS);
  const tag = await compute(pin, { memory: MEMORY_KIB, passes: PASSES, salt });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether a PIN is the one that was kept. */
export async function isPin(pin: string, hash: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/.exec(
    hash,
  );
  if (!found) throw new Bug('a PIN was kept in no form that is known');
  const [, memory, passes, salt, tag] = found;
  const work = { memory: Number(memory), passes: Number(passes), salt: Buffer.from(salt, 'base64') };
  return timingSafeEqual(await compute(pin, work), Buffer.from(tag, 'base64'));
}
