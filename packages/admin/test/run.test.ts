import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectAdmin } from '@parley/admin/client';
import { withAdmin } from './running-admin.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Runs cmdlets one after the other; resolves with the names of what the last one answers. */
const withShell = (use: (run: (name: string, parameters?: Parameters) => Promise<string[]>) => Promise<void>) =>
  withAdmin(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    await use(async (name, parameters = {}) => {
      const { objects } = await client.run(name, { parameters });
      return objects.map(each => each.name);
    });
  });

const PARIS = 'ou=Paris,ou=France,dc=example,dc=org';

test('an identity is meant with its scope, or without, and an only object needs none', () =>
  withShell(async run => {
    await run('New-CsHostedVoicemailPolicy', { Identity: 'tag:Sales', Destination: 'um.example.org' });
    assert.deepEqual(await run('Get-CsHostedVoicemailPolicy', { Identity: 'Tag:Sales' }), ['Sales']);
    assert.deepEqual(await run('Get-CsHostedVoicemailPolicy', { Identity: 'sales' }), ['Sales']);
    assert.deepEqual(await run('Get-CsHostedVoicemailPolicy', { Filter: 'tag:*' }), ['Sales']);
    assert.deepEqual(await run('Get-CsHostedVoicemailPolicy', { Filter: 'glo*' }), ['Global']);
    await run('Set-CsHostedVoicemailPolicy', { Destination: 'global.example.org' });
    await assert.rejects(run('Set-UMDialPlan', { MaxCallDuration: 60 }), /Identity is missing/);
  }));

test('one cmdlet runs over everybody whose name is like a pattern', () =>
  withShell(async run => {
    for (const name of ['Ken Smith', 'Ann Smith', 'Bob Ray Two'])
      await run('New-User', { Name: name, UserPrincipalName: `${name.replaceAll(' ', '.')}@example.org` });
    await run('New-CsHostedVoicemailPolicy', { Identity: 'Sales', Destination: 'um.example.org' });
    await run('Grant-CsHostedVoicemailPolicy', { Identity: '* Smith', PolicyName: 'Sales', PassThru: true });
    const filter = { Filter: "HostedVoicemailPolicy -eq 'Sales'" };
    assert.deepEqual(await run('Get-User', filter), ['Ann Smith', 'Ken Smith']);
    assert.deepEqual(await run('Get-User', { Filter: "HostedVoicemailPolicy -like 'S*s'" }), [
      'Ann Smith',
      'Ken Smith',
    ]);
    assert.deepEqual(await run('Get-User', { Filter: "HostedVoicemailPolicy -eq 'Nothing'" }), []);
    assert.deepEqual(await run('Get-CsUser', { LdapFilter: '(&(name=Bob*)(!(name=*Smith)))' }), ['Bob Ray Two']);
    await assert.rejects(
      run('Grant-CsHostedVoicemailPolicy', { Identity: '* Nobody', PolicyName: 'Sales' }),
      /there is no .* like/,
    );
    assert.deepEqual(await run('Get-User', { Anr: 'smith', SortBy: 'Name' }), ['Ann Smith', 'Ken Smith']);
  }));

test('a branch is what is in it and below it', () =>
  withShell(async run => {
    await run('New-OrganizationalUnit', { Name: 'France', Path: 'dc=example,dc=org' });
    await run('New-OrganizationalUnit', { Name: 'Paris', Path: 'ou=France,dc=example,dc=org' });
    await run('New-OrganizationalUnit', { Name: 'Norway', Path: 'dc=example,dc=org' });
    for (const [name, ou] of [
      ['Ann', PARIS],
      ['Bob', 'ou=France,dc=example,dc=org'],
      ['Carl', 'ou=Norway,dc=example,dc=org'],
    ])
      await run('New-User', { Name: name, UserPrincipalName: `${name}2@example.org`, OU: ou });
    assert.deepEqual(await run('Get-CsUser', { OU: 'ou=France,dc=example,dc=org' }), ['Ann', 'Bob']);
    assert.deepEqual(await run('Get-CsUser', { OU: PARIS }), ['Ann']);
  }));

test('an object is made in memory, changed by whoever holds it, and kept by -Instance unless it has changed meanwhile', () =>
  withAdmin(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    const run = async (name: string, parameters: Parameters) => (await client.run(name, { parameters })).objects[0];
    const memory = await run('New-CsHostedVoicemailPolicy', {
      Identity: 'Draft',
      Destination: 'um.example.org',
      InMemory: true,
    });
    assert.equal(memory?.name, 'Draft');
    await assert.rejects(run('Get-CsHostedVoicemailPolicy', { Identity: 'Draft' }), { code: 'OBJECT_NOT_FOUND' });
    const kept = await run('Get-CsHostedVoicemailPolicy', { Identity: 'Global' });
    assert.ok(kept);
    const changed = { ...kept, properties: { ...kept.properties, Destination: 'new.example.org' } };
    const set = await run('Set-CsHostedVoicemailPolicy', { Instance: changed });
    assert.equal(set?.properties.Destination, 'new.example.org');
    await assert.rejects(run('Set-CsHostedVoicemailPolicy', { Instance: changed }), { code: 'OBJECT_CHANGED' });
    await assert.rejects(
      run('Set-CsHostedVoicemailPolicy', { Instance: { Destination: 'x.example.org' } }),
      /an object that was read before/,
    );
  }));

test('a rule is meant within its mailbox', () =>
  withShell(async run => {
    for (const mailbox of ['ann', 'bob']) await run('New-UMCallAnsweringRule', { Name: 'Busy', Mailbox: mailbox });
    await assert.rejects(run('Remove-UMCallAnsweringRule', { Identity: 'Busy' }), { code: 'OBJECT_AMBIGUOUS' });
    await run('Remove-UMCallAnsweringRule', { Identity: 'Busy', Mailbox: 'ann' });
    assert.deepEqual(await run('Get-UMCallAnsweringRule', { Mailbox: 'ann' }), []);
    assert.deepEqual(await run('Get-UMCallAnsweringRule', { Mailbox: 'bob' }), ['Busy']);
    assert.deepEqual(await run('Get-UMCallAnsweringRule', { Identity: 'bob\\Busy' }), ['Busy']);
  }));
