import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { firstStart } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { cmdletNamed } from '@parley/schema';
import { localPrincipal, type Principal } from '../src/access/principal.ts';
import { createRun } from '../src/run/run.ts';

/** Two people with mailboxes in two units, and policies of two sites. */
async function company() {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock, languages: ['en-US'] });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  const run = createRun({ objects, actions: {}, log: silentLog });
  const by = (principal: Principal) => (name: string, parameters: Readonly<Record<string, unknown>>) => {
    const cmdlet = cmdletNamed(name);
    assert.ok(cmdlet, name);
    return run(cmdlet, { parameters }, principal);
  };
  const locally = by(localPrincipal);
  await locally('New-UMDialPlan', { Name: 'Plan', NumberOfDigitsInExtension: 4 });
  for (const [unit, extension] of [
    ['Finance', '5001'],
    ['Sales', '5002'],
  ]) {
    await locally('New-OrganizationalUnit', { Name: unit, Path: 'dc=x' });
    const name = `${unit} person`;
    await locally('New-User', { Name: name, UserPrincipalName: `${unit}@x.example`, OU: `ou=${unit},dc=x` });
    const policy = { UMMailboxPolicy: 'Plan Default Policy', Extensions: [extension] };
    await locally('Enable-UMMailbox', { Identity: `${unit}@x.example`, ...policy });
    await locally('New-CsSite', { Identity: unit });
    await locally('New-CsVoicePolicy', { Identity: `site:${unit}` });
  }
  return by;
}

const isForbidden = { code: 'FORBIDDEN' };

test('an administrator of a unit changes the mailboxes of its people, and no others', async () => {
  const by = await company();
  const finance = by({ name: 'fin', groups: ['UM Management'], scopes: ['OU:ou=Finance,dc=x'], how: 'password' });
  await finance('Set-UMMailbox', { Identity: 'Finance', FaxEnabled: false });
  await assert.rejects(finance('Set-UMMailbox', { Identity: 'Sales', FaxEnabled: false }), isForbidden);
  const seen = await finance('Get-UMMailbox', {});
  assert.deepEqual(
    seen.objects.map(({ object }) => 'extensions' in object && object.extensions),
    [['5001']],
  );
});

test('an administrator of a site changes its policies, and no others', async () => {
  const by = await company();
  const finance = by({ name: 'fin', groups: ['CsVoiceAdministrator'], scopes: ['site:Finance'], how: 'password' });
  await finance('Set-CsVoicePolicy', { Identity: 'site:Finance', EnableCallPark: true });
  await assert.rejects(finance('Set-CsVoicePolicy', { Identity: 'site:Sales', EnableCallPark: true }), isForbidden);
  await assert.rejects(finance('Set-CsVoicePolicy', { Identity: 'Global', EnableCallPark: true }), isForbidden);
});
