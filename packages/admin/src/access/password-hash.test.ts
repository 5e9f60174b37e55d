import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bug } from '@parley/base';
import { passwordHashes } from './password-hash.ts';
import { places } from './places.ts';

const CHEAP = { memory: 64, passes: 1, lanes: 1 };
const quick = passwordHashes(CHEAP);

// Made by the reference implementation of RFC 9106 (its own test programme has them).
for (const [password, hash] of [
  ['password', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
  ['password', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
])
  test(`what another program has hashed is understood: ${hash.slice(0, 30)}`, async () => {
    assert.equal(await quick.check(password, hash), true);
    assert.equal(await quick.check(`${password}s`, hash), false);
  });

test('a hash says how it was made, has a salt of its own, and knows its password', async () => {
  const [one, two] = await Promise.all([quick.make('correct horse battery'), quick.make('correct horse battery')]);
  assert.match(one, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two);
  assert.equal(await quick.check('correct horse battery', one), true);
  assert.equal(await quick.check('correct horse batterz', one), false);
  assert.equal(await quick.check('', one), false);
});

test('composed and decomposed letters are one password', async () => {
  const hash = await quick.make('caf\u00e9 au lait, merci');
  assert.equal(await quick.check('cafe\u0301 au lait, merci', hash), true);
});

test('where there is no hash nothing is right, and the same work is done', async () => {
  let runs = 0;
  const counted = passwordHashes(CHEAP, {
    with(work) {
      runs++;
      return work();
    },
  });
  assert.equal(await counted.check('anything', undefined), false);
  assert.equal(runs, 1);
});

test('hashes take turns', async () => {
  const crowd = passwordHashes(CHEAP, places(1, 1));
  const tries = await Promise.allSettled([1, 2, 3].map(() => crowd.check('x', undefined)));
  assert.deepEqual(
    tries.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  );
});

test('a hash of less work than usual is weak', async () => {
  const usual = passwordHashes();
  assert.equal(
    usual.isWeak('$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'),
    true,
  );
  assert.equal(
    usual.isWeak('$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'),
    false,
  );
});

test('a hash that would cost too much, or is none, is never computed', async () => {
  for (const hash of [
    '',
    'plain',
    '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=256,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2i$v=19$m=256,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ])
    await assert.rejects(quick.check('x', hash), Bug);
});
