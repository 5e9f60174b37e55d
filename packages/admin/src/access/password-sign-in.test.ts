import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, messageOf } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Administrator, AuditRecord } from '@parley/directory';
import { memoryAccessRecords } from '@parley/directory/memory';
import { passwordHashes } from './password-hash.ts';
import { lockedUntil, PasswordSignIn } from './password-sign-in.ts';

const PASSWORD = 'correct horse battery';
const WRONG = 'incorrect horse battery';
const CHEAP = { memory: 64, passes: 1, lanes: 1 };

async function house(given: Partial<Administrator> = {}) {
  const clock = new FakeClock();
  const { administrators } = memoryAccessRecords();
  const hashed: (string | undefined)[] = [];
  const made = passwordHashes(CHEAP);
  const hashes = {
    ...made,
    check: (password: string, hash: string | undefined) => {
      hashed.push(hash);
      return made.check(password, hash);
    },
  };
  const told: AuditRecord[] = [];
  await administrators.add({
    id: 'id-ann',
    name: 'ann',
    groups: ['Help Desk'],
    scopes: [],
    disabled: false,
    failures: 0,
    lockedUntil: 0,
    createdAt: 0,
    password: await made.make(PASSWORD),
    ...given,
  });
  const signIn = new PasswordSignIn({ administrators, hashes, clock, audit: async entry => void told.push(entry) });
  let host = 0;
  // From another address each time: the limit of addresses is not what these are about.
  const prove = (name: string, password: string) =>
    signIn.prove({ name, password, address: `192.0.2.${++host % 250}` });
  return { clock, administrators, prove, signIn, told, hashed };
}

const refused = (error: unknown) => codeOf(error) === 'SIGN_IN_REFUSED';

test('the right password is whose it is, in any case and spelling of the name', async () => {
  const { prove, told } = await house();
  assert.equal((await prove(' ANN ', PASSWORD)).id, 'id-ann');
  assert.deepEqual(told, []);
});

test('every refusal is the same sentence after the same work, and the audit alone knows why', async () => {
  for (const [given, name, password, why] of [
    [{}, 'bob', PASSWORD, 'no such administrator'],
    [{}, 'x'.repeat(5000), PASSWORD, 'no such administrator'],
    [{}, 'ann', WRONG, 'wrong password'],
    [{ password: undefined }, 'ann', PASSWORD, 'wrong password'],
    [{ disabled: true }, 'ann', PASSWORD, 'disabled'],
    [{ lockedUntil: Number.MAX_SAFE_INTEGER }, 'ann', PASSWORD, 'locked'],
  ] as const) {
    const { prove, told, hashed } = await house(given);
    await assert.rejects(
      prove(name, password),
      error =>
        refused(error) &&
        messageOf(error) === 'name or password is wrong, or there were too many wrong ones: wait, and try again',
    );
    assert.equal(hashed.length, 1, why);
    assert.equal(told.length, 1);
    assert.deepEqual([told[0].outcome, told[0].detail?.parameters?.why], ['refused', why]);
    assert.equal(told[0].who, why === 'no such administrator' ? '(unknown)' : 'ann');
  }
});

test('after five wrong passwords the right one has to wait, and waiting is not made longer by trying', async () => {
  const { clock, prove, administrators } = await house();
  for (let i = 0; i < 5; i++) await assert.rejects(prove('ann', WRONG), refused);
  await assert.rejects(prove('ann', PASSWORD), refused);
  await assert.rejects(prove('ann', WRONG), refused);
  assert.equal((await administrators.byName('ann'))?.failures, 5);
  clock.advance(30_000);
  assert.equal((await prove('ann', PASSWORD)).name, 'ann');
  assert.equal((await administrators.byName('ann'))?.failures, 0);
});

test('a lock doubles from half a minute to a quarter of an hour', () => {
  assert.deepEqual(
    [1, 4, 5, 6, 9, 10, 11, 1000].map(failures => lockedUntil(failures, 0)),
    [0, 0, 30_000, 60_000, 480_000, 900_000, 900_000, 900_000],
  );
});

test('one address may try so often, one name too: known and unknown names alike', async () => {
  for (const name of ['ann', 'nobody']) {
    const { prove } = await house();
    for (let i = 0; i < 10; i++) await assert.rejects(prove(name, WRONG), refused);
    await assert.rejects(prove(name, WRONG), error => codeOf(error) === 'TOO_MANY_REQUESTS');
  }
  const { signIn, hashed } = await house();
  const tryAs = (name: string) => signIn.prove({ name, password: WRONG, address: '2001:db8::1' });
  for (let i = 0; i < 20; i++) await assert.rejects(tryAs(`nobody${i}`), refused);
  await assert.rejects(tryAs('ann'), error => codeOf(error) === 'TOO_MANY_REQUESTS');
  assert.equal(hashed.length, 20, 'nothing is computed for whoever has to wait');
});

test('a hash of less work is made anew at the next sign-in', async () => {
  const weak = await passwordHashes({ memory: 32, passes: 1, lanes: 1 }).make(PASSWORD);
  const { prove, administrators } = await house({ password: weak });
  await prove('ann', PASSWORD);
  assert.match((await administrators.byName('ann'))?.password ?? '', /m=64,/);
  await prove('ann', PASSWORD);
});
