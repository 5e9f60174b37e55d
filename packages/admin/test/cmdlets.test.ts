import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminRefused, connectAdmin } from '@parley/admin/client';
import { withAdmin } from './running-admin.ts';

const refusedWith = (code: string, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AdminRefused);
  assert.equal(error.code, code);
  assert.match(error.message, says);
  return true;
};

test('a dial plan lives its life by cmdlets', () =>
  withAdmin(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    const parameters = { name: 'Sales', NumberOfDigitsInExtension: '4', uriTYPE: 'sipname', CountryOrRegionCode: 1 };
    const trial = await client.run('New-UMDialPlan', { parameters, whatIf: true });
    assert.deepEqual(trial.changes, [{ what: 'created', kind: 'UMDialPlan', name: 'Sales' }]);
    await assert.rejects(client.run('Get-UMDialPlan', { parameters: { Identity: 'Sales' } }), {
      code: 'OBJECT_NOT_FOUND',
    });
    const made = await client.run('new-umdialplan', { parameters });
    const [object] = made.objects;
    assert.equal(object?.properties.URIType, 'SipName');
    assert.equal(object?.properties.NumberOfDigitsInExtension, 4);
    const set = { Identity: 'Sales', AccessTelephoneNumbers: { Add: '+14255550100' } };
    await client.run('Set-UMDialPlan', { parameters: set });
    const filter = { Filter: "Name -like 's*' -and AccessTelephoneNumbers -contains '+14255550100'" };
    const found = await client.run('Get-UMDialPlan', { parameters: filter });
    assert.deepEqual(
      found.objects.map(each => each.name),
      ['Sales'],
    );
    assert.deepEqual((await client.run('Get-UMDialPlan', { parameters: { Identity: 'sal*' } })).objects, found.objects);
    assert.deepEqual((await client.run('Get-UMDialPlan', { parameters: { Identity: 'no*' } })).objects, []);
    await client.run('Set-UMDialPlan', { parameters: { Identity: 'Sales', CountryOrRegionCode: null } });
    await assert.rejects(
      client.run('Remove-UMDialPlan', { parameters: { Identity: 'Sales' } }),
      refusedWith('OBJECT_IN_USE', /Sales Default Policy/),
    );
  }));

test('what is wrong is told under the names of the parameters', () =>
  withAdmin(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    await assert.rejects(
      client.run('New-UMDialPlan', { parameters: { Nam: 'x', URIType: 'Sip', NumberOfDigitsInExtension: 4 } }),
      refusedWith('OBJECT_INVALID', /New-UMDialPlan has no parameter "Nam": did you mean Name\?; Name is missing/),
    );
    await assert.rejects(
      client.run('New-UMDialPlan', { parameters: { Name: 'x', NumberOfDigitsInExtension: 44 } }),
      refusedWith('OBJECT_INVALID', /^NumberOfDigitsInExtension is 44: it must be a whole number from/),
    );
    const twice = { Identity: 'Main', identity: 'Main' };
    await assert.rejects(
      client.run('Remove-UMDialPlan', { parameters: twice }),
      refusedWith('OBJECT_INVALID', /Identity is given twice/),
    );
    await assert.rejects(
      client.run('Set-UMDailPlan', {}),
      refusedWith('CMDLET_NOT_FOUND', /did you mean Set-UMDialPlan/),
    );
    await assert.rejects(
      client.run('Get-UMDialPlan', { parameters: { Filter: "Nme -eq 'x'" } }),
      refusedWith('OBJECT_INVALID', /Filter, column 1: UMDialPlan has no property Nme: did you mean Name/),
    );
    await assert.rejects(
      client.run('Get-UMDialPlan', { parameters: { ResultSize: '0' } }),
      refusedWith('OBJECT_INVALID', /ResultSize is "0"/),
    );
  }));

test('pages follow one another', () =>
  withAdmin(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    for (const name of ['Paris', 'London', 'Oslo'])
      await client.run('New-UMDialPlan', { parameters: { Name: name, NumberOfDigitsInExtension: 4 } });
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await client.run('Get-UMDialPlan', { parameters: { ResultSize: 3 }, ...(after ? { after } : {}) });
      names.push(...page.objects.map(each => each.name));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(names, ['London', 'Main', 'Oslo', 'Paris']);
  }));

test('the machine itself may run every cmdlet', () =>
  withAdmin(async ({ dataFolder }) => {
    const names = (await connectAdmin(dataFolder).cmdlets()).map(each => each.name);
    assert.ok(names.includes('Get-UMDialPlan') && names.includes('Remove-UMDialPlan'));
  }));
