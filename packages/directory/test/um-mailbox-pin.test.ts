import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

async function withMailbox(policy: object = {}) {
  const world = await UmWorld.begin();
  await world.plan();
  if (Object.keys(policy).length > 0) await world.set('UMMailboxPolicy', 'Main Default Policy', policy);
  await world.mailbox('ann', { extensions: ['3669'] });
  const set = (parameters: object) => world.act('UMMailbox', 'setPIN', 'ann', parameters);
  const state = async () => {
    const { pinExpired, lockedOut, firstTimeUser } = (await world.get('UMMailbox', 'ann')).object;
    return { pinExpired, lockedOut, firstTimeUser };
  };
  return { world, set, state };
}

test('a PIN that was given must be changed, and what is not said is unlocked', async () => {
  const { world, set, state } = await withMailbox();
  assert.deepEqual(await state(), { pinExpired: true, lockedOut: false, firstTimeUser: true });
  const { warnings } = await set({ Pin: '481516', PINExpired: false, LockedOut: true });
  assert.deepEqual(warnings, []);
  assert.deepEqual(await state(), { pinExpired: false, lockedOut: true, firstTimeUser: true });
  assert.deepEqual((await set({ LockedOut: true })).warnings, [], 'who is only locked out keeps the PIN');
  assert.deepEqual(await state(), { pinExpired: false, lockedOut: true, firstTimeUser: true });
  await set({ Pin: '972458' });
  assert.deepEqual(await state(), { pinExpired: true, lockedOut: false, firstTimeUser: true });
  const made = await set({});
  assert.match(made.warnings[0], /not mailed/);
  assert.deepEqual(
    made.objects.map(({ kind }) => kind),
    ['UMMailbox'],
  );
  await world.act('UMMailbox', 'disable', 'ann');
  await assertRefused(set({ Pin: '481516' }), 'Identity', /enabled/);
});

test('the rules of the policy hold, and a refusal does not tell the PIN', async () => {
  const { set } = await withMailbox({ minPINLength: 4 });
  for (const [pin, why] of [
    ['975', /4 to 24 digits/],
    ['12a4', /4 to 24 digits/],
    ['1234', /in a row/],
    ['6543', /in a row/],
    ['1111', /repeated/],
    ['3669', /end of the extension/],
  ] as const) {
    await assertRefused(set({ Pin: pin }), 'Pin', why);
    await assert.rejects(set({ Pin: pin }), error => error instanceof Error && !error.message.includes(pin));
  }
});

test('as many former PINs as the policy remembers may not be used again', async () => {
  const { set } = await withMailbox({ pinHistoryCount: 2 });
  await set({ Pin: '481516' });
  await assertRefused(set({ Pin: '481516' }), 'Pin', /last 2/);
  await set({ Pin: '972458' });
  await assertRefused(set({ Pin: '481516' }), 'Pin', /last 2/);
  await set({ Pin: '271828' });
  await set({ Pin: '481516' });
});

test('no PIN is ever shown, listed or told by the history', async () => {
  const { world, set } = await withMailbox();
  await set({ Pin: '481516' });
  await set({ Pin: '972458' });
  const by = { who: 'test' };
  await assert.rejects(world.objects.list('UMMailboxPIN', {}, by), /never shown/);
  const told = JSON.stringify([
    await world.get('UMMailbox', 'ann'),
    await world.objects.history('UMMailbox', 'ann', by),
    await world.objects.audit.search({}, undefined),
  ]);
  for (const secret of ['481516', '972458', 'argon2']) assert.equal(told.includes(secret), false, secret);
});

test('a PIN goes with its mailbox, and with its settings when those are forgotten', async () => {
  const { world, set } = await withMailbox();
  await set({ Pin: '481516' });
  await world.act('UMMailbox', 'disable', 'ann', { KeepProperties: false });
  await world.set('UMMailbox', 'ann', { umEnabled: true });
  await set({ Pin: '481516' });
  assert.deepEqual(await world.remove('UMMailbox', 'ann'), ['ann']);
  await world.mailbox('ann', { extensions: ['3669'] });
  await set({ Pin: '481516' });
});
