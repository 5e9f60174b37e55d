import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

test('a gateway with a dial plan comes with a hunt group for all numbers, and takes it along', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.make('UMIPGateway', { name: 'gw', address: '192.0.2.1', umDialPlan: 'Main' });
  const { object } = await world.get('UMHuntGroup', 'gw\\Default Hunt Group');
  assert.deepEqual(object.pilotIdentifier, []);
  assert.deepEqual((await world.get('UMIPGateway', 'gw')).computed, { huntGroups: ['Default Hunt Group'] });
  await world.make('UMIPGateway', { name: 'bare', address: '192.0.2.2' });
  assert.deepEqual(await world.names('UMHuntGroup'), ['Default Hunt Group']);
  assert.deepEqual(await world.remove('UMIPGateway', 'gw'), ['gw', 'Default Hunt Group']);
});

test('two gateways have no address in common, however it is written', async () => {
  const world = await UmWorld.begin();
  await world.make('UMIPGateway', { name: 'one', address: ['192.0.2.1', 'gw.example.org'] });
  const second = (address: string) => world.make('UMIPGateway', { name: 'two', address });
  await assertRefused(second('::ffff:192.0.2.1'), 'address', /belongs to gateway one/);
  await assertRefused(second('GW.example.org'), 'address', /belongs to gateway one/);
  await second('192.0.2.0/24');
});

test('a secured plan wants gateways with a name and the port of TLS, from whichever side they are joined', async () => {
  const world = await UmWorld.begin();
  await world.plan('Secret', { voIPSecurity: 'Secured' });
  await world.make('UMIPGateway', { name: 'plain', address: '192.0.2.1' });
  await world.make('UMIPGateway', { name: 'proved', address: 'gw.example.org', port: 5061 });
  const join = (umIPGateway: string) => world.make('UMHuntGroup', { name: 'g', umDialPlan: 'Secret', umIPGateway });
  await assertRefused(join('plain'), 'umIPGateway', /needs a full name/);
  await join('proved');
  await assertRefused(world.set('UMIPGateway', 'proved', { port: 5060 }), 'address', /port 5061/);
  await assertRefused(world.set('UMIPGateway', 'proved', { address: ['192.0.2.9'] }), 'address', /full name/);
  await world.plan('Open');
  await world.make('UMHuntGroup', { name: 'h', umDialPlan: 'Open', umIPGateway: 'plain' });
  await assertRefused(world.set('UMDialPlan', 'Open', { voIPSecurity: 'SIPSecured' }), 'voIPSecurity', /gateway plain/);
  await assertRefused(
    world.make('UMIPGateway', { name: 'new', address: '192.0.2.3', umDialPlan: 'Secret' }),
    'umIPGateway',
    /full name/,
  );
});

test('hunt groups of a gateway share no pilot, and one of them at most takes all calls', async () => {
  const world = await UmWorld.begin();
  await world.plan();
  await world.make('UMIPGateway', { name: 'gw', address: '192.0.2.1', umDialPlan: 'Main' });
  const join = (name: string, pilotIdentifier: string[]) =>
    world.make('UMHuntGroup', { name, umDialPlan: 'Main', umIPGateway: 'gw', pilotIdentifier });
  await assertRefused(join('all', []), 'pilotIdentifier', /takes all calls/);
  await join('some', ['5551234', '55555']);
  await assertRefused(join('more', ['55555']), 'pilotIdentifier', /hunt group some/);
  await assertRefused(join('some', ['1']), 'name', /taken/);
  await world.make('UMIPGateway', { name: 'other', address: '192.0.2.2' });
  await world.make('UMHuntGroup', {
    name: 'some',
    umDialPlan: 'Main',
    umIPGateway: 'other',
    pilotIdentifier: ['55555'],
  });
});

test('a gateway waits for its calls when it is disabled, unless at once', async () => {
  const world = await UmWorld.begin();
  await world.make('UMIPGateway', { name: 'gw', address: '192.0.2.1' });
  const status = async () => (await world.get('UMIPGateway', 'gw')).object.status;
  await world.act('UMIPGateway', 'disable', 'gw');
  assert.equal(await status(), 'NoNewCalls');
  await world.act('UMIPGateway', 'disable', 'gw', { Immediate: true });
  assert.equal(await status(), 'Disabled');
  const { objects } = await world.act('UMIPGateway', 'enable', 'gw');
  assert.equal(await status(), 'Enabled');
  assert.equal(objects.length, 1);
});
