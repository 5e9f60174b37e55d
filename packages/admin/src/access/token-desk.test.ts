import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Administrator } from '@parley/directory';
import { memoryAccessRecords } from '@parley/directory/memory';
import { isAllowed } from './authorise.ts';
import { TokenDesk } from './token-desk.ts';

const ANN: Administrator = {
  id: 'id-ann',
  name: 'ann',
  organization: 'org-1',
  groups: ['UM Management'],
  scopes: ['OU:OU=Finance,DC=x'],
  disabled: false,
  failures: 0,
  lockedUntil: 0,
  createdAt: 0,
};

async function desk() {
  const clock = new FakeClock();
  const records = memoryAccessRecords();
  await records.administrators.add(ANN);
  return { clock, records, tokens: new TokenDesk(records, clock) };
}

test('a token is its administrator with less', async () => {
  const { tokens, records, clock } = await desk();
  const { token, secret } = await tokens.issue(ANN, {
    name: 'backup',
    scopes: ['cmdlet:Get-UMDialPlan'],
    expiresAt: clock.wall() + 1000,
  });
  assert.match(secret, /^parley_[\w-]{43}$/);
  assert.ok(!JSON.stringify(await records.tokens.byId(token.id)).includes(secret));
  const principal = await tokens.principal(secret);
  assert.deepEqual(principal, {
    name: 'ann (token backup)',
    organization: 'org-1',
    groups: ['UM Management'],
    scopes: ['OU:OU=Finance,DC=x', 'cmdlet:Get-UMDialPlan'],
    how: 'token',
    administrator: 'id-ann',
  });
  assert.ok(isAllowed(principal, { name: 'Get-UMDialPlan', changes: false }, { organization: 'org-1' }));
  assert.ok(!isAllowed(principal, { name: 'Set-UMDialPlan', changes: true }, { organization: 'org-1' }));
  clock.advance(1000);
  assert.equal(await tokens.principal(secret), undefined);
});

test('a token loses what its administrator loses, and goes with him', async () => {
  const { tokens, records, clock } = await desk();
  const wanted = { name: 'all', scopes: [], expiresAt: clock.wall() + 1_000_000 };
  const { secret } = await tokens.issue(ANN, wanted);
  await records.administrators.change('id-ann', { groups: [] });
  assert.deepEqual((await tokens.principal(secret))?.groups, []);
  await records.administrators.change('id-ann', { disabled: true });
  assert.equal(await tokens.principal(secret), undefined);
  await records.administrators.change('id-ann', { disabled: false });
  await records.administrators.remove('id-ann');
  assert.equal(await tokens.principal(secret), undefined);
});

test('its last use is remembered to the minute', async () => {
  const { tokens, records, clock } = await desk();
  const { token, secret } = await tokens.issue(ANN, { name: 't', scopes: [], expiresAt: clock.wall() + 1_000_000 });
  const lastUse = async () => (await records.tokens.byId(token.id))?.lastUsedAt;
  assert.equal(await lastUse(), undefined);
  const first = clock.wall();
  await tokens.principal(secret);
  clock.advance(59_000);
  await tokens.principal(secret);
  assert.equal(await lastUse(), first);
  clock.advance(1000);
  await tokens.principal(secret);
  assert.equal(await lastUse(), first + 60_000);
});

test('what is no token of ours is nobody, and a token that was given a folder could widen: it is nobody too', async () => {
  const { tokens, clock } = await desk();
  const { secret } = await tokens.issue(ANN, { name: 't', scopes: ['OU:DC=x'], expiresAt: clock.wall() + 1000 });
  for (const given of ['', 'parley_', 'parley_x', `parley_${'x'.repeat(5000)}`, secret.slice(7), secret])
    assert.equal(await tokens.principal(given), undefined, given.slice(0, 20));
});
