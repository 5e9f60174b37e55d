import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

test('keys are worked out anew when that is asked for, with the names that are set at the same time', async () => {
  const world = await UmWorld.begin();
  await world.make('User', { name: 'Tony Smith', mailAddress: 'tsmith@contoso.com' });
  const map = async () => (await world.get('User', 'Tony Smith')).object.umDtmfMap;
  await world.act('User', 'update', 'Tony Smith', { Title: 'Clerk' });
  assert.deepEqual(await map(), []);
  assert.equal((await world.get('User', 'Tony Smith')).object.title, 'Clerk');
  await world.act('User', 'update', 'Tony Smith', { CreateDTMFMap: true, FirstName: 'Jim', LastName: 'Wilson' });
  assert.deepEqual(await map(), ['emailAddress:876484', 'lastNameFirstName:945766546', 'firstNameLastName:546945766']);
  await world.act('User', 'update', 'Tony Smith', { UMDtmfMap: { add: 'lastNameFirstName:1' } });
  assert.equal((await map()).length, 4);
  await assertRefused(
    world.act('User', 'update', 'Tony Smith', { UMDtmfMap: ['home:1'] }),
    'umDtmfMap',
    /emailAddress:/,
  );
});

test('numbers by which somebody is recognised have at most 127 digits', async () => {
  const world = await UmWorld.begin();
  const make = (umCallingLineIds: string[]) => world.make('User', { name: 'Ann', umCallingLineIds });
  await assertRefused(make(['1'.repeat(128)]), 'umCallingLineIds', /127 digits/);
  await assertRefused(make(['555-0100']), 'umCallingLineIds', /digits/);
  await make([`+${'1'.repeat(127)}`, '5150']);
});

test('what people are called by is one person, whatever the case', async () => {
  const world = await UmWorld.begin();
  const ann = {
    userPrincipalName: 'ann@contoso.com',
    samAccountName: 'contoso\\ann',
    alias: 'ann',
    mailAddress: 'ann@contoso.com',
  };
  await world.make('User', { name: 'Ann', ...ann });
  for (const [property, value] of Object.entries(ann))
    await assertRefused(world.make('User', { name: 'Other', [property]: value.toUpperCase() }), property, /Ann/);
  for (const identity of ['ANN', 'Contoso\\Ann', 'ann@contoso.com'])
    assert.equal((await world.get('User', identity)).object.name, 'Ann');
});

test('people, contacts and groups are put into a group and taken out of it', async () => {
  const world = await UmWorld.begin();
  await world.make('User', { name: 'Ann', mailAddress: 'ann@contoso.com' });
  await world.make('User', { name: 'Bob' });
  await world.make('Contact', { name: 'Carol', mailAddress: 'carol@example.org' });
  await world.make('DistributionGroup', { name: 'All' });
  await world.make('DistributionGroup', { name: 'Sales', members: ['Bob'] });
  const members = async () =>
    (await world.act('DistributionGroup', 'members', 'Sales')).objects.map(
      ({ references, object }) => [references, 'name' in object && object.name][1],
    );
  await world.act('DistributionGroup', 'addMembers', 'Sales', { Member: ['ann@contoso.com', 'Carol', 'All'] });
  assert.deepEqual(await members(), ['Bob', 'Ann', 'Carol', 'All']);
  await world.act('DistributionGroup', 'removeMembers', 'Sales', { Member: ['Bob', 'Carol'] });
  assert.deepEqual(await members(), ['Ann', 'All']);
  await assert.rejects(world.act('DistributionGroup', 'addMembers', 'Sales', { Member: 'Nobody' }), {
    code: 'OBJECT_NOT_FOUND',
  });
  await assertRefused(world.set('DistributionGroup', 'Sales', { groups: ['Sales'] }), 'groups', /in itself/);
  await assert.rejects(world.remove('User', 'Ann'), /Sales/);
});
