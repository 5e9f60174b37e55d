import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Administrator } from '@parley/directory';
import { memoryAccessRecords } from '@parley/directory/memory';
import { csrfOf, isFromOwner, SessionDesk } from './session-desk.ts';

const ANN: Administrator = {
  id: 'id-ann',
  name: 'ann',
  groups: ['Help Desk'],
  scopes: [],
  disabled: false,
  failures: 0,
  lockedUntil: 0,
  createdAt: 0,
};
const FROM = { how: 'password', address: '192.0.2.1' } as const;

async function desk() {
  const clock = new FakeClock();
  const records = memoryAccessRecords();
  await records.administrators.add(ANN);
  const rules = { idleMillis: 30 * 60_000, longestMillis: 3_600_000, most: 2 };
  return { clock, records, sessions: new SessionDesk(records, clock, rules) };
}

test('whoever has the secret is signed in, until he signs out', async () => {
  const { sessions, records } = await desk();
  const { secret } = await sessions.open(ANN, FROM);
  assert.deepEqual(await sessions.principal(secret), {
    name: 'ann',
    groups: ['Help Desk'],
    scopes: [],
    how: 'password',
    administrator: 'id-ann',
  });
  const [kept] = await records.sessions.of('id-ann');
  assert.ok(!JSON.stringify(kept).includes(secret), 'the secret itself is nowhere');
  assert.equal(await sessions.principal(kept.idHash), undefined);
  assert.equal(await sessions.principal(`o${secret.slice(1)}`), undefined);
  await sessions.close(secret);
  assert.equal(await sessions.principal(secret), undefined);
});

test('a session ends when nobody uses it, and after its longest time in any case', async () => {
  const { sessions, clock } = await desk();
  const { secret } = await sessions.open(ANN, FROM);
  const unused = (await sessions.open(ANN, FROM)).secret;
  clock.advance(25 * 60_000);
  assert.ok(await sessions.principal(secret));
  clock.advance(25 * 60_000);
  assert.ok(await sessions.principal(secret));
  assert.equal(await sessions.principal(unused), undefined);
  clock.advance(10 * 60_000 - 1);
  assert.ok(await sessions.principal(secret));
  clock.advance(1);
  assert.equal(await sessions.principal(secret), undefined);
});

test('whoever is disabled or removed is out at once; a change of groups counts at once', async () => {
  const { sessions, records } = await desk();
  const { secret } = await sessions.open(ANN, FROM);
  await records.administrators.change('id-ann', { groups: ['UM Management'] });
  assert.deepEqual((await sessions.principal(secret))?.groups, ['UM Management']);
  await records.administrators.change('id-ann', { disabled: true });
  assert.equal(await sessions.principal(secret), undefined);
  await records.administrators.change('id-ann', { disabled: false });
  assert.ok(await sessions.principal(secret));
  await records.administrators.remove('id-ann');
  assert.equal(await sessions.principal(secret), undefined);
});

test('there are so many sessions of one administrator: the oldest goes', async () => {
  const { sessions, clock } = await desk();
  const opened: string[] = [];
  for (let i = 0; i < 3; i++) {
    opened.push((await sessions.open(ANN, FROM)).secret);
    clock.advance(1);
  }
  const alive = await Promise.all(opened.map(async secret => (await sessions.principal(secret)) !== undefined));
  assert.deepEqual(alive, [false, true, true]);
});

test('the word against foreign sites is of one session, and nothing else is taken for it', () => {
  assert.ok(isFromOwner('p.secret', csrfOf('p.secret')));
  for (const given of [csrfOf('p.other'), '', undefined, ['x'], 'p.secret']) assert.ok(!isFromOwner('p.secret', given));
});
