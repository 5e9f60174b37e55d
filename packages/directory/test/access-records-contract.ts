import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '@parley/base';
import type { AccessRecords, Administrator, ApiToken, Session } from '@parley/directory';

/** Lends records that are empty. */
type Lend = (use: (records: AccessRecords) => Promise<void>) => Promise<void>;

const administrator = (name: string, given: Partial<Administrator> = {}): Administrator => ({
  id: `id-${name}`,
  name,
  groups: ['UM Management', 'Help Desk'],
  scopes: ['OU:ou=Finance,dc=x'],
  disabled: false,
  failures: 0,
  lockedUntil: 0,
  createdAt: 1_795_000_000_000,
  ...given,
});

const session = (idHash: string, given: Partial<Session> = {}): Session => ({
  idHash,
  administrator: 'id-ann',
  createdAt: 1000,
  expiresAt: 2000,
  address: '127.0.0.1',
  ...given,
});

const token = (id: string, given: Partial<ApiToken> = {}): ApiToken => ({
  id,
  hash: `hash-${id}`,
  administrator: 'id-ann',
  name: `token ${id}`,
  scopes: ['cmdlet:Get-UMMailbox'],
  createdAt: 1000,
  expiresAt: 9000,
  ...given,
});

/** What is there, without parts that are undefined. */
const shown = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const same = (actual: unknown, expected: unknown) => assert.deepEqual(shown(actual), shown(expected));
const exists = (error: unknown) => codeOf(error) === 'OBJECT_INVALID';

/** What all stores of who may sign in have in common. */
export function accessRecordsContract(which: string, lend: Lend): void {
  test(`${which}: an administrator is kept with every part, and found by each`, () =>
    lend(async ({ administrators }) => {
      const ann = administrator('ann', {
        organization: 'org-1',
        password: '$argon2id$x',
        certificate: 'sha256:ab',
        oidcSubject: 'https://issuer.test 42',
        lockedUntil: 1_795_000_000_001,
        failures: 3,
        disabled: true,
      });
      await administrators.add(ann);
      await administrators.add(administrator('bob'));
      same(await administrators.byId('id-ann'), ann);
      same(await administrators.byName('ann'), ann);
      same(await administrators.byCertificate(['dns:x', 'sha256:ab']), [ann]);
      same(await administrators.byOidcSubject('https://issuer.test 42'), ann);
      same(await administrators.byName('bob'), administrator('bob'));
      assert.equal(await administrators.byName('ann '), undefined);
      assert.equal(await administrators.byId('nobody'), undefined);
      assert.equal(await administrators.byOidcSubject('42'), undefined);
      assert.deepEqual(await administrators.byCertificate([]), []);
    }));

  test(`${which}: nobody has the id, name, certificate or account of another`, () =>
    lend(async ({ administrators }) => {
      await administrators.add(administrator('ann', { certificate: 'dns:ann', oidcSubject: 'i 1' }));
      await administrators.add(administrator('bob'));
      for (const other of [
        administrator('ann', { id: 'other' }),
        administrator('eve', { id: 'id-ann' }),
        administrator('eve', { certificate: 'dns:ann' }),
        administrator('eve', { oidcSubject: 'i 1' }),
      ])
        await assert.rejects(administrators.add(other), exists);
      await assert.rejects(administrators.change('id-bob', { certificate: 'dns:ann' }), exists);
      same(await administrators.byName('bob'), administrator('bob'));
      assert.equal((await administrators.list()).length, 2);
    }));

  test(`${which}: a change leaves the rest alone, and null takes away`, () =>
    lend(async ({ administrators }) => {
      const ann = administrator('ann', { organization: 'org-1', password: 'p', certificate: 'c', oidcSubject: 'o' });
      await administrators.add(ann);
      const change = { groups: ['Help Desk'], scopes: [], disabled: true } as const;
      same(await administrators.change('id-ann', change), { ...ann, ...change });
      const bare = await administrators.change('id-ann', {
        organization: null,
        password: null,
        certificate: null,
        oidcSubject: null,
      });
      same(bare, { ...administrator('ann'), ...change });
      same(await administrators.byId('id-ann'), bare);
      assert.equal(await administrators.change('nobody', { disabled: true }), undefined);
    }));

  test(`${which}: lists come in the order of names, of one organisation, page by page`, () =>
    lend(async ({ administrators }) => {
      for (const name of ['dan', 'ann', 'cem', 'bob'])
        await administrators.add(administrator(name, { organization: name < 'c' ? 'org-1' : 'org-2' }));
      const names = async (listing = {}) => (await administrators.list(listing)).map(({ name }) => name);
      assert.deepEqual(await names(), ['ann', 'bob', 'cem', 'dan']);
      assert.deepEqual(await names({ organization: 'org-2' }), ['cem', 'dan']);
      assert.deepEqual(await names({ after: 'ann', limit: 2 }), ['bob', 'cem']);
    }));

  test(`${which}: wrong passwords are counted, each once, and a right one ends the count`, () =>
    lend(async ({ administrators }) => {
      await administrators.add(administrator('ann'));
      await Promise.all([1, 2, 3].map(() => administrators.failed('id-ann', failures => failures * 100)));
      const locked = await administrators.byId('id-ann');
      assert.equal(locked?.failures, 3);
      assert.equal(locked?.lockedUntil, 300);
      await administrators.succeeded('id-ann');
      same(await administrators.byId('id-ann'), administrator('ann'));
      await administrators.failed('nobody', () => 1);
    }));

  test(`${which}: sessions and tokens go with their administrator, others stay`, () =>
    lend(async ({ administrators, sessions, tokens }) => {
      await administrators.add(administrator('ann'));
      await administrators.add(administrator('bob'));
      await sessions.add(session('s1'));
      await sessions.add(session('s2', { administrator: 'id-bob' }));
      await tokens.add(token('t1'));
      await tokens.add(token('t2', { administrator: 'id-bob' }));
      assert.equal(await administrators.remove('id-ann'), true);
      assert.equal(await administrators.remove('id-ann'), false);
      assert.equal(await sessions.find('s1'), undefined);
      assert.equal(await tokens.byHash('hash-t1'), undefined);
      same(await sessions.find('s2'), session('s2', { administrator: 'id-bob' }));
      same(await tokens.byId('t2'), token('t2', { administrator: 'id-bob' }));
    }));

  test(`${which}: a session is found by its hash, moved on, and ended alone, with all others, or by time`, () =>
    lend(async ({ administrators, sessions }) => {
      await administrators.add(administrator('ann'));
      for (const [i, id] of ['a', 'b', 'c', 'd'].entries())
        await sessions.add(session(id, { createdAt: 1000 + i, expiresAt: 2000 + i }));
      same(await sessions.find('a'), session('a'));
      assert.deepEqual(
        (await sessions.of('id-ann')).map(({ idHash }) => idHash),
        ['d', 'c', 'b', 'a'],
      );
      await sessions.extend('a', 5000);
      same(await sessions.find('a'), session('a', { expiresAt: 5000 }));
      await sessions.removeExpired(2001);
      assert.deepEqual(
        (await sessions.of('id-ann')).map(({ idHash }) => idHash),
        ['d', 'c', 'a'],
      );
      assert.equal(await sessions.remove('d'), true);
      assert.equal(await sessions.remove('d'), false);
      await sessions.removeAllOf('id-ann', 'a');
      assert.deepEqual(
        (await sessions.of('id-ann')).map(({ idHash }) => idHash),
        ['a'],
      );
      await sessions.removeAllOf('id-ann');
      assert.equal(await sessions.find('a'), undefined);
    }));

  test(`${which}: a token is found by its hash, remembers its last use, and goes`, () =>
    lend(async ({ administrators, tokens }) => {
      await administrators.add(administrator('ann'));
      await tokens.add(token('t1'));
      await tokens.add(token('t2', { createdAt: 2000 }));
      same(await tokens.byHash('hash-t1'), token('t1'));
      assert.equal(await tokens.byHash('t1'), undefined);
      await tokens.used('t1', 4321);
      same(await tokens.byId('t1'), token('t1', { lastUsedAt: 4321 }));
      assert.deepEqual(
        (await tokens.of('id-ann')).map(({ id }) => id),
        ['t2', 't1'],
      );
      assert.equal(await tokens.remove('t1'), true);
      assert.equal(await tokens.remove('t1'), false);
      assert.equal(await tokens.byId('t1'), undefined);
    }));

  test(`${which}: one set-up link makes the first administrator once, however many try`, () =>
    lend(async ({ administrators, setupLinks }) => {
      await setupLinks.add('one', 2000);
      await setupLinks.add('two', 2000);
      assert.equal(await setupLinks.redeem('three', 1000, administrator('eve')), false);
      assert.equal(await setupLinks.redeem('one', 2000, administrator('late')), false);
      const tries = await Promise.all(
        ['one', 'two', 'one'].map((hash, i) => setupLinks.redeem(hash, 1999, administrator(`first-${i}`))),
      );
      assert.equal(tries.filter(Boolean).length, 1);
      assert.equal((await administrators.list()).length, 1);
      assert.equal(await setupLinks.redeem('two', 1000, administrator('again')), false);
    }));

  test(`${which}: a link makes nobody when there is an administrator already`, () =>
    lend(async ({ administrators, setupLinks }) => {
      await setupLinks.add('one', 2000);
      await administrators.add(administrator('ann'));
      assert.equal(await setupLinks.redeem('one', 1000, administrator('eve')), false);
      assert.deepEqual(
        (await administrators.list()).map(({ name }) => name),
        ['ann'],
      );
    }));
}
