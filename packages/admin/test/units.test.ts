import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { firstStart } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { cmdletNamed } from '@parley/schema';
import { localPrincipal } from '../src/access/principal.ts';
import type { RunResult } from '../src/run/ports.ts';
import { createRun } from '../src/run/run.ts';

type Parameters = Readonly<Record<string, unknown>>;
let run: (name: string, parameters: Parameters) => Promise<RunResult>;

/** Units and who is in them: a wildcard in a name is a character of it. */
const UNITS: readonly (readonly [path: string, name: string])[] = [
  ['dc=x,dc=org', 'North'],
  ['ou=North,dc=x,dc=org', 'Finance'],
  ['ou=Finance,ou=North,dc=x,dc=org', 'Audit'],
  ['dc=x,dc=org', 'South'],
  ['dc=x,dc=org', 'N*h'],
  ['ou=N*h,dc=x,dc=org', 'Stars'],
];

before(async () => {
  const objects = memoryObjects({ clock: new FakeClock(), languages: ['en-US'] });
  await firstStart(objects, { clock: new FakeClock(), timeZone: 'UTC' });
  const asked = createRun({ objects, actions: {}, log: silentLog });
  run = (name, parameters) => {
    const cmdlet = cmdletNamed(name);
    assert.ok(cmdlet, name);
    return asked(cmdlet, { parameters }, localPrincipal);
  };
  await run('New-UMDialPlan', { Name: 'Plan', NumberOfDigitsInExtension: 4 });
  await run('New-CsSite', { Identity: 'Site' });
  await run('New-CsPool', { Identity: 'pool.example', Site: 'Site' });
  for (const [index, [Path, Name]] of UNITS.entries()) {
    await run('New-OrganizationalUnit', { Name, Path });
    const OU = `ou=${Name},${Path}`;
    await run('New-User', { Name: `in ${Name.replace('*', '-')}`, UserPrincipalName: `u${index}@x.example`, OU });
    const policy = { UMMailboxPolicy: 'Plan Default Policy', Extensions: [`500${index}`] };
    await run('Enable-UMMailbox', { Identity: `u${index}@x.example`, ...policy });
    await run('New-Contact', { Name: `in ${Name.replace('*', '-')}`, OU });
    await run('Grant-CsOUPermission', { OU, ObjectType: ['Contact'] });
    await run('New-CsExUmContact', {
      SipAddress: `sip:in${index}@x.example`,
      RegistrarPool: 'pool.example',
      OU,
      DisplayNumber: `+1425555000${index}`,
    });
  }
});

/** A mailbox is called as its person is shown. */
const nameOf = ({ object }: { object: object }) => {
  const { displayName, name } = Object.fromEntries(Object.entries(object));
  return String(displayName ?? name);
};
const addressOf = ({ object }: { object: object }) => ('sipAddress' in object ? String(object.sipAddress) : '');

const NORTH = ['in Audit', 'in Finance', 'in North'];

for (const [name, parameter] of [
  ['Get-UMMailbox', 'OrganizationalUnit'],
  ['Get-User', 'OrganizationalUnit'],
  ['Get-User', 'OU'],
  ['Get-Contact', 'OrganizationalUnit'],
  ['Get-CsUser', 'OU'],
  ['Get-CsUser', 'OrganizationalUnit'],
])
  test(`${name} -${parameter}: the unit and everything below it, however it is named`, async () => {
    const within = async (unit: string) => (await run(name, { [parameter]: unit })).objects.map(nameOf).sort();
    for (const unit of ['ou=North,dc=x,dc=org', 'OU=north, DC=x, DC=org', 'x.org/North', 'X.org/north', 'North'])
      assert.deepEqual(await within(unit), NORTH, unit);
    assert.deepEqual(await within('x.org/North/Finance'), ['in Audit', 'in Finance']);
    assert.deepEqual(await within('Audit'), ['in Audit']);
    assert.deepEqual(await within('ou=N*h,dc=x,dc=org'), ['in N-h', 'in Stars']);
    for (const domain of ['dc=x,dc=org', 'x.org/']) assert.equal((await within(domain)).length, UNITS.length, domain);
    for (const unit of ['Nowhere', 'x.org/Finance', 'dc=y,dc=org', 'y.org/'])
      await assert.rejects(within(unit), { code: 'OBJECT_NOT_FOUND' }, unit);
  });

test('Get-CsExUmContact -OU: the same', async () => {
  const { objects } = await run('Get-CsExUmContact', { OU: 'x.org/North/Finance' });
  assert.deepEqual(objects.map(addressOf).sort(), ['sip:in1@x.example', 'sip:in2@x.example']);
});

test('a path is a unit wherever one is given', async () => {
  await run('New-User', { Name: 'By path', OU: 'x.org/North/Finance' });
  const [made] = (await run('Get-User', { Identity: 'By path' })).objects;
  assert.equal(made?.references.ou, 'ou=Finance,ou=North,dc=x,dc=org');
  await run('Remove-User', { Identity: 'By path' });
});
