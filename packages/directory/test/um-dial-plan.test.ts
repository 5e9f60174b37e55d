import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

test('a dial plan comes with its policy, whose name must still fit', async () => {
  const world = await UmWorld.begin();
  const longest = 'x'.repeat(49);
  await world.plan(longest);
  assert.deepEqual(await world.names('UMMailboxPolicy'), [`${longest} Default Policy`]);
  await assertRefused(world.plan('y'.repeat(50)), 'name', /at most 49 characters/);
  await world.plan('y'.repeat(50), { generateUMMailboxPolicy: false });
  await assertRefused(world.plan('z'.repeat(65), { generateUMMailboxPolicy: false }), 'name', /at most 64/);
  await world.make('UMMailboxPolicy', { name: 'Taken Default Policy', umDialPlan: longest });
  await assertRefused(world.plan('Taken'), 'name', /made along with it exists already/);
  assert.deepEqual((await world.names('UMDialPlan')).length, 2, 'nothing half done');
});

test('its policy has the defaults of the reference', async () => {
  const world = await UmWorld.begin();
  await world.plan('MyDialPlan');
  const { object } = await world.get('UMMailboxPolicy', 'MyDialPlan Default Policy');
  assert.equal(object.allowMissedCallNotifications, true);
  assert.equal(object.minPINLength, 6);
});

test('it is not removed while a policy, an attendant, a hunt group or a server uses it, and the refusal names them', async () => {
  const world = await UmWorld.begin();
  await world.plan('Main', { uriType: 'SipName' });
  await world.make('UMIPGateway', { name: 'gw', address: '192.0.2.1', umDialPlan: 'Main' });
  await world.make('UMAutoAttendant', { name: 'Hello', umDialPlan: 'Main' });
  await world.set('UMService', 'localhost', { dialPlans: { add: 'Main' } });
  await assert.rejects(world.remove('UMDialPlan', 'Main'), ({ code, message }) => {
    assert.equal(code, 'OBJECT_IN_USE');
    for (const user of ['Main Default Policy', 'Hello', 'Default Hunt Group', 'localhost'])
      assert.match(message, new RegExp(user));
    return true;
  });
  await world.set('UMService', 'localhost', { dialPlans: { remove: 'Main' } });
  await world.remove('UMIPGateway', 'gw');
  await world.remove('UMAutoAttendant', 'Hello');
  await world.remove('UMMailboxPolicy', 'Main Default Policy');
  assert.deepEqual(await world.remove('UMDialPlan', 'Main'), ['Main']);
});

test('a number that subscribers dial belongs to one plan', async () => {
  const world = await UmWorld.begin();
  await world.plan('One', { accessTelephoneNumbers: ['5000', 'OVA@contoso.com'] });
  await assertRefused(
    world.plan('Two', { accessTelephoneNumbers: '5000' }),
    'accessTelephoneNumbers',
    /belongs to dial plan One/,
  );
  await world.plan('Two');
  await assertRefused(
    world.set('UMDialPlan', 'Two', { accessTelephoneNumbers: { add: 'ova@CONTOSO.com' } }),
    'accessTelephoneNumbers',
    /One/,
  );
  await world.set('UMDialPlan', 'One', { accessTelephoneNumbers: { add: '5001' } });
});

test('dialling rules leave open what their masks leave open, and only groups that exist are allowed', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  const set = (patch: object) => world.set('UMDialPlan', 'Main', patch);
  await set({ configuredInCountryOrRegionGroups: ['Long,91425xxxxxxx,9xxxxxxx', 'Any,*,*'] });
  await assertRefused(
    set({ configuredInCountryOrRegionGroups: 'Long,91425xxxxxxx,9xxxxxx' }),
    'configuredInCountryOrRegionGroups',
    /same x and \*/,
  );
  await assertRefused(set({ allowedInternationalGroups: 'Long' }), 'allowedInternationalGroups', /it has none/);
  await set({ allowedInCountryOrRegionGroups: ['long'] });
  const policy = (groups: string[]) =>
    world.set('UMMailboxPolicy', 'Main Default Policy', { allowedInCountryOrRegionGroups: groups });
  await assertRefused(policy(['Longer']), 'allowedInCountryOrRegionGroups', /Long, Any/);
  await policy(['Long', 'Any']);
});

test('the extension that is searched is as long as all of the plan, and its language is one that prompts exist in', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await assertRefused(world.set('UMDialPlan', 'Main', { extension: '12345' }), 'extension', /4 digits long/);
  await world.set('UMDialPlan', 'Main', { extension: '1234' });
  await assertRefused(world.plan('Deutsch', { defaultLanguage: 'de-DE' }), 'defaultLanguage', /en-US, fr-FR/);
});

test('what belongs to a plan, and its phone context, are shown with it', async () => {
  const world = await UmWorld.begin();
  await world.plan('Main', { uriType: 'SipName' });
  await world.make('UMIPGateway', { name: 'gw', address: '192.0.2.1', umDialPlan: 'Main' });
  await world.make('UMAutoAttendant', { name: 'Hello', umDialPlan: 'Main' });
  await world.set('UMCallRouterSettings', 'localhost', { dialPlans: ['Main'] });
  await world.set('UMService', 'localhost', { dialPlans: ['Main'] });
  assert.deepEqual((await world.get('UMDialPlan', 'Main')).computed, {
    phoneContext: 'Main.contoso.com',
    umServers: ['localhost'],
    umMailboxPolicies: ['Main Default Policy'],
    umAutoAttendants: ['Hello'],
    umHuntGroups: ['gw\\Default Hunt Group'],
    umIPGateway: ['gw'],
  });
  await world.set('Organization', 'Contoso', { domain: 'example.org' });
  assert.equal((await world.get('UMDialPlan', 'Main')).computed.phoneContext, 'Main.example.org');
});
