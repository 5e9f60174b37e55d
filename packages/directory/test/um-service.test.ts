import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, UmWorld } from './um-world.ts';

for (const kind of ['UMService', 'UMCallRouterSettings'] as const)
  test(`${kind}: there is one from the beginning, and it takes only SIP URI plans`, async () => {
    const world = await UmWorld.begin();
    assert.deepEqual(await world.names(kind), ['localhost']);
    await assert.rejects(world.remove(kind, 'localhost'), { code: 'OBJECT_IN_USE' });
    await world.plan('Sip', { uriType: 'SipName' });
    await world.plan('Tel');
    await world.plan('World', { uriType: 'E164' });
    for (const plan of ['Tel', 'World'])
      await assertRefused(
        world.set(kind, 'localhost', { dialPlans: { add: plan } }),
        'dialPlans',
        /a SIP URI dial plan/,
      );
    const { dialPlans } = await world.set(kind, 'localhost', { dialPlans: { add: 'Sip' } });
    assert.equal(dialPlans.length, 1);
    await world.set(kind, 'localhost', { ipAddressFamily: 'IPv4Only', ipAddressFamilyConfigurable: false });
    await assertRefused(world.set(kind, 'localhost', { ipAddressFamily: 'Any' }), 'ipAddressFamily', /IPv4Only/);
  });

test('the languages that prompts exist in are shown with a service', async () => {
  const world = await UmWorld.begin();
  assert.deepEqual((await world.get('UMService', 'localhost')).computed, { languages: ['en-US', 'fr-FR'] });
});

test('names for speech are prepared once a day', async () => {
  const world = await UmWorld.begin();
  const schedule = (...grammarGenerationSchedule: string[]) =>
    world.set('UMService', 'localhost', { grammarGenerationSchedule });
  await schedule('Mon.02:00-Mon.02:30', 'Tue.02:00-Tue.02:30');
  await assertRefused(
    schedule('Mon.02:00-Mon.02:30', 'Mon.22:00-Mon.22:30'),
    'grammarGenerationSchedule',
    /on its day/,
  );
});

test('sizes, ages and addresses have their shapes', async () => {
  const world = await UmWorld.begin();
  const set = (patch: object) => world.set('UMService', 'localhost', patch);
  await set({ irmLogMaxAge: '7.12:00:00', irmLogMaxDirectorySize: 'Unlimited', irmLogMaxFileSize: '1 GB' });
  await set({ sipAccessService: 'pool.contoso.com:5061' });
  await assertRefused(set({ irmLogMaxAge: '30 days' }), 'irmLogMaxAge', /30\.00:00:00/);
  await assertRefused(set({ irmLogMaxFileSize: 'large' }), 'irmLogMaxFileSize', /250MB/);
  await assertRefused(set({ sipAccessService: 'pool.contoso.com:65536' }), 'sipAccessService', /name and a port/);
});

test('a service is marked as disabled, waiting for its calls or not, and as enabled', async () => {
  const world = await UmWorld.begin();
  const status = async () => (await world.get('UMService', 'localhost')).object.status;
  await world.act('UMService', 'disable', 'localhost');
  assert.equal(await status(), 'NoNewCalls');
  await world.act('UMService', 'disable', 'localhost', { Immediate: true });
  assert.equal(await status(), 'Disabled');
  await world.act('UMService', 'enable', 'localhost');
  assert.equal(await status(), 'Enabled');
});
