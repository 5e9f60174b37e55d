import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { firstStart } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { cmdletNamed, cmdlets, isAboutPeople } from '@parley/schema';
import { localPrincipal, type Principal } from '../src/access/principal.ts';
import { createRun } from '../src/run/run.ts';

/** Two people with mailboxes in two units, a contact of each kind beside them, and policies of two sites. */
async function company() {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock, languages: ['en-US'] });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  const actions = {
    callRecords: async () => ({ rows: [{ kind: 'UMCallDataRecord', id: '1', name: '1', properties: {} }] }),
  };
  const run = createRun({ objects, actions, log: silentLog });
  const by =
    (principal: Principal, trial = false) =>
    (name: string, parameters: Readonly<Record<string, unknown>>) => {
      const cmdlet = cmdletNamed(name);
      assert.ok(cmdlet, name);
      return run(cmdlet, { parameters, trial }, principal);
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
    await locally('New-CsDialPlan', { Identity: `site:${unit}` });
    await locally('New-CsPool', { Identity: `pool.${unit}.example`, Site: unit });
    await locally('Grant-CsOUPermission', { OU: unit, ObjectType: ['Contact'] });
    await locally('New-CsExUmContact', contactIn(unit, extension));
    await locally('New-Contact', { Name: `${unit} contact`, OU: unit });
    await locally('New-UMCallAnsweringRule', { Name: 'Rule', Mailbox: `${unit}@x.example` });
  }
  await locally('New-CsVoicePolicy', { Identity: 'Managers' });
  await locally('New-CsDialPlan', { Identity: 'Abroad' });
  await locally('New-CsHostedVoicemailPolicy', { Identity: 'Hosted', Destination: 'um.example.org' });
  return by;
}

const contactIn = (unit: string, number: string) => ({
  SipAddress: `sip:contact${number}@x.example`,
  RegistrarPool: `pool.${unit}.example`,
  OU: unit,
  DisplayNumber: `+1425555${number}`,
});

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

type Parameters = Readonly<Record<string, unknown>>;
/** Parameters with which a cmdlet is about somebody or something of one unit, whose extension is 5001 or 5002. */
type InUnit = (unit: string, extension: string) => Parameters;

const person: InUnit = unit => ({ Identity: `${unit}@x.example` });
const contact: InUnit = unit => ({ Identity: `${unit} contact` });
const exUmContact: InUnit = (_, extension) => ({ Identity: `sip:contact${extension}@x.example` });
const rule: InUnit = unit => ({ Identity: 'Rule', Mailbox: `${unit}@x.example` });
const of =
  (who: InUnit, more: Parameters): InUnit =>
  (unit, extension) => ({ ...who(unit, extension), ...more });

/** What cannot be about one unit: a group has none, and a table may be about any. Whoever is limited to one may do nothing of it. */
const OF_NO_UNIT = ['DistributionGroup', 'DistributionGroupMember', 'Import-UMMailbox'];

/** Every other cmdlet about people, with what it takes to run. */
const IN_A_UNIT: Readonly<Record<string, InUnit>> = {
  'Get-User': person,
  'New-User': unit => ({ Name: 'New one', UserPrincipalName: 'new@x.example', OU: unit }),
  'Remove-User': unit => ({ Identity: `${unit} spare` }),
  'Set-User': of(person, { Department: 'A' }),
  'Get-Contact': contact,
  'New-Contact': unit => ({ Name: 'New one', OrganizationalUnit: `ou=${unit},dc=x` }),
  'Remove-Contact': contact,
  'Set-Contact': of(contact, { Department: 'A' }),
  'Get-UMMailbox': person,
  'Set-UMMailbox': of(person, { FaxEnabled: false }),
  'Enable-UMMailbox': unit => ({
    Identity: `${unit} spare`,
    UMMailboxPolicy: 'Plan Default Policy',
    Extensions: ['5009'],
  }),
  'Disable-UMMailbox': person,
  'Get-UMMailboxPin': person,
  'Set-UMMailboxPIN': of(person, { Pin: '481516' }),
  'Get-UMCallAnsweringRule': rule,
  'New-UMCallAnsweringRule': unit => ({ Name: 'Other', Mailbox: `${unit}@x.example`, Priority: 2 }),
  'Set-UMCallAnsweringRule': of(rule, { Priority: 3 }),
  'Remove-UMCallAnsweringRule': rule,
  'Enable-UMCallAnsweringRule': rule,
  'Disable-UMCallAnsweringRule': rule,
  'Get-OrganizationalUnit': unit => ({ Identity: unit }),
  'New-OrganizationalUnit': unit => ({ Name: 'Below', Path: `ou=${unit},dc=x` }),
  'Remove-OrganizationalUnit': unit => ({ Identity: `${unit} empty` }),
  'Grant-CsOUPermission': unit => ({ OU: unit, ObjectType: ['User'] }),
  'Revoke-CsOUPermission': unit => ({ OU: unit, ObjectType: ['Contact'] }),
  'Test-CsOUPermission': unit => ({ OU: unit, ObjectType: ['Contact'] }),
  'Grant-CsHostedVoicemailPolicy': of(person, { PolicyName: 'Hosted' }),
  'Grant-CsVoicePolicy': of(exUmContact, { PolicyName: 'Managers' }),
  'Grant-CsDialPlan': of(person, { PolicyName: 'Abroad' }),
  'Get-CsUser': person,
  'Enable-CsUser': (unit, extension) => ({
    Identity: `${unit} spare`,
    RegistrarPool: `pool.${unit}.example`,
    SipAddress: `sip:spare${extension}@x.example`,
  }),
  'Set-CsUser': of(person, { AudioVideoDisabled: true }),
  'Disable-CsUser': person,
  'Move-CsUser': of(person, { Target: 'pool.Sales.example' }),
  'Get-CsExUmContact': exUmContact,
  'New-CsExUmContact': unit => contactIn(unit, '5010'),
  'Set-CsExUmContact': of(exUmContact, { Description: 'A' }),
  'Move-CsExUmContact': (_, extension) => ({
    UserList: [`sip:contact${extension}@x.example`],
    Target: 'pool.Sales.example',
  }),
  'Remove-CsExUmContact': exUmContact,
  'Get-CsEffectivePolicy': person,
  'Get-UMCallDataRecord': unit => ({ Mailbox: `${unit}@x.example` }),
};

const isOfNoUnit = (name: string) => OF_NO_UNIT.some(each => name === each || name.endsWith(`-${each}`));

test('every cmdlet about people is in the table of those that have a unit, or has none', () => {
  const missing = cmdlets.filter(({ name }) => isAboutPeople(name) && !isOfNoUnit(name) && !IN_A_UNIT[name]);
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  );
});

const ALL_GROUPS = localPrincipal.groups;
const ofFinance: Principal = { name: 'fin', groups: ALL_GROUPS, scopes: ['OU:ou=Finance,dc=x'], how: 'password' };

test('cmdlets about people: inside the unit of an administrator, and not outside', async t => {
  const by = await company();
  const locally = by(localPrincipal);
  for (const unit of ['Finance', 'Sales']) {
    await locally('New-User', { Name: `${unit} spare`, OU: unit });
    await locally('New-OrganizationalUnit', { Name: `${unit} empty`, Path: `ou=${unit},dc=x` });
    const RegistrarPool = `pool.${unit}.example`;
    await locally('Enable-CsUser', {
      Identity: `${unit}@x.example`,
      RegistrarPool,
      SipAddress: `sip:${unit}@x.example`,
    });
  }
  // Only tried, so that each cmdlet meets the same company.
  const finance = by(ofFinance, true);
  for (const [name, inUnit] of Object.entries(IN_A_UNIT))
    await t.test(name, async () => {
      const { changes } = cmdletNamed(name) ?? {};
      const refused = changes
        ? { code: 'FORBIDDEN', message: /^fin may not: .* only in ou=Finance,dc=x$/ }
        : { code: 'OBJECT_NOT_FOUND' };
      await assert.rejects(finance(name, inUnit('Sales', '5002')), refused);
      const done = await finance(name, inUnit('Finance', '5001'));
      if (!changes) assert.ok(done.objects.length + (done.rows?.length ?? 0) > 0, 'shows nothing');
      // The scope was all that refused it: whoever is limited to nothing may.
      await by(localPrincipal, true)(name, inUnit('Sales', '5002'));
    });
});

test('what is refused to an administrator of a unit is as what is not there: the words are the same', async () => {
  const finance = (await company())(ofFinance);
  for (const [name, parameter] of [
    ['Get-UMMailbox', 'Identity'],
    ['Get-CsUser', 'Identity'],
    ['Get-CsEffectivePolicy', 'Identity'],
    ['Get-UMCallDataRecord', 'Mailbox'],
  ]) {
    const message = async (identity: string) => {
      const outcome = await finance(name, { [parameter]: identity }).then(String, String);
      return outcome.replaceAll(identity, 'somebody');
    };
    assert.equal(await message('Sales@x.example'), await message('nobody@x.example'), name);
  }
});

test('a pattern of names means those in the unit, and nothing is done to the others', async () => {
  const by = await company();
  const finance = by(ofFinance);
  await finance('Grant-CsVoicePolicy', { Identity: '* person', PolicyName: 'Managers' });
  const granted = await by(localPrincipal)('Get-CsUser', { Filter: 'VoicePolicy -eq "Managers"' });
  assert.deepEqual(
    granted.objects.map(({ object }) => 'name' in object && object.name),
    ['Finance person'],
  );
  await assert.rejects(finance('Grant-CsVoicePolicy', { Identity: 'Sales*', PolicyName: 'Managers' }), {
    code: 'OBJECT_INVALID',
    message: /there is no User like/,
  });
});

test('nobody is taken out of a unit, nor brought into it, by whoever has only one side', async () => {
  const by = await company();
  const finance = by(ofFinance);
  await assert.rejects(finance('Set-User', { Identity: 'Finance@x.example', OU: 'Sales' }), isForbidden);
  await assert.rejects(finance('Set-User', { Identity: 'Finance@x.example', OU: null }), isForbidden);
  await assert.rejects(finance('Set-User', { Identity: 'Sales@x.example', OU: 'Finance' }), isForbidden);
  await assert.rejects(finance('New-User', { Name: 'New one' }), isForbidden);
  await assert.rejects(finance('New-User', { Name: 'New one', OU: 'Nowhere' }), {
    code: 'OBJECT_NOT_FOUND',
    message: 'there is no ou "Nowhere"',
  });
});

test('what is of no unit is out of reach of whoever has only one', async () => {
  const by = await company();
  await by(localPrincipal)('New-DistributionGroup', { Name: 'Team', Members: ['Finance@x.example'] });
  const finance = by(ofFinance);
  assert.deepEqual((await finance('Get-DistributionGroup', {})).objects, []);
  const isHidden = { code: 'OBJECT_NOT_FOUND', message: 'there is no group "Team"' };
  for (const name of ['Get-DistributionGroup', 'Get-DistributionGroupMember'])
    await assert.rejects(finance(name, { Identity: 'Team' }), isHidden);
  const member = { Identity: 'Team', Member: ['Finance@x.example'] };
  for (const [name, parameters] of [
    ['New-DistributionGroup', { Name: 'Other' }],
    ['Set-DistributionGroup', { Identity: 'Team', DisplayName: 'A' }],
    ['Add-DistributionGroupMember', member],
    ['Remove-DistributionGroupMember', member],
    ['Remove-DistributionGroup', { Identity: 'Team' }],
    ['Import-UMMailbox', { FileData: 'Name,Extensions\nnew,5011\n', UMMailboxPolicy: 'Plan Default Policy' }],
  ] as const)
    await assert.rejects(finance(name, parameters), isForbidden, name);
});

test('a list of contacts is moved when all of them are in the unit', async () => {
  const finance = (await company())(ofFinance);
  const UserList = ['sip:contact5001@x.example', 'sip:contact5002@x.example'];
  await assert.rejects(finance('Move-CsExUmContact', { UserList, Target: 'pool.Sales.example' }), isForbidden);
});

test('in a unit that nobody has opened for contacts none is made, also by its administrator', async () => {
  const finance = (await company())(ofFinance);
  await finance('New-OrganizationalUnit', { Name: 'Closed', Path: 'Finance' });
  await finance('Revoke-CsOUPermission', { OU: 'Finance', ObjectType: ['Contact'] });
  await assert.rejects(finance('New-CsExUmContact', { ...contactIn('Finance', '5010'), OU: 'Closed' }), {
    code: 'FORBIDDEN',
    message: /Grant-CsOUPermission -OU "ou=Closed,ou=Finance,dc=x"/,
  });
  await finance('Grant-CsOUPermission', { OU: 'Closed', ObjectType: ['Contact'] });
  await finance('New-CsExUmContact', { ...contactIn('Finance', '5010'), OU: 'Closed' });
});

test('an administrator of a site has its rules, and grants to everybody: scopes of sites bind configuration', async () => {
  const by = await company();
  const finance = by({ name: 'fin', groups: ALL_GROUPS, scopes: ['site:Finance'], how: 'password' });
  const isOutside = { code: 'FORBIDDEN', message: /^fin may not: .* only for the site finance$/ };
  const pattern = { Pattern: '^9(\\d+)$', Translation: '$1' };
  await finance('New-CsVoiceNormalizationRule', { Parent: 'site:Finance', Name: 'One', ...pattern });
  await finance('New-CsVoiceNormalizationRule', { Identity: 'site:Finance/Two', ...pattern });
  await finance('Set-CsVoiceNormalizationRule', { Identity: 'site:Finance/Two', Priority: 1 });
  for (const Identity of ['site:Sales/Two', 'global/Two'])
    await assert.rejects(finance('New-CsVoiceNormalizationRule', { Identity, ...pattern }), isOutside);
  await assert.rejects(
    finance('New-CsVoiceNormalizationRule', { Parent: 'site:Sales', Name: 'One', ...pattern }),
    isOutside,
  );
  await assert.rejects(
    finance('Set-CsVoiceNormalizationRule', { Identity: 'site:Sales/Keep All', Priority: 1 }),
    isOutside,
  );
  await assert.rejects(finance('Remove-CsPool', { Identity: 'pool.Sales.example' }), isOutside);
  await finance('New-CsPool', { Identity: 'other.example', Site: 'Finance' });
  await assert.rejects(finance('New-CsPool', { Identity: 'third.example', Site: 'Sales' }), isOutside);
  await finance('Grant-CsVoicePolicy', { Identity: 'Sales@x.example', PolicyName: 'Managers' });
});
