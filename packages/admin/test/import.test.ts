import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminRefused, connectAdmin, type Progress } from '@parley/admin/client';
import { rawRequest } from './raw-request.ts';
import { type RunningAdmin, withAdmin } from './running-admin.ts';

const csv = { 'content-type': 'text/csv' };
const PATH = '/v1/mailboxes/import';

async function withPlan(use: (running: RunningAdmin) => Promise<void>): Promise<void> {
  await withAdmin(async running => {
    const parameters = { Name: 'Plan', NumberOfDigitsInExtension: 4 };
    await connectAdmin(running.dataFolder).run('New-UMDialPlan', { parameters });
    await use(running);
  });
}

const mailboxes = async ({ dataFolder }: RunningAdmin) =>
  (await rawRequest(dataFolder, '/v1/mailboxes?text=imported')).body.objects.map(
    (each: { object: { name: string } }) => each.object.name,
  );

test('every line is a mailbox that is in use, whatever the names of the columns are written like', () =>
  withPlan(async running => {
    const body = '\ufeffname;DISPLAYNAME;Extensions;UMMailboxPolicy;missedCallNotificationEnabled\r\n'
      .concat('ann1;"Imported; Ann";5101,5102;Plan Default Policy;False\r\n')
      .concat('\r\nbob1;Imported Bob;5103;;\r\n');
    const path = `${PATH}?UMMailboxPolicy=Plan%20Default%20Policy`;
    const trial = await rawRequest(running.dataFolder, `${path}&dryRun=true`, { headers: csv, body });
    assert.deepEqual(
      [trial.status, trial.body.objects?.[0]?.properties],
      [200, { Kind: 'UMMailbox', Made: 2, WhatIf: true }],
    );
    assert.deepEqual(await mailboxes(running), []);
    const made = await rawRequest(running.dataFolder, path, { headers: csv, body });
    assert.deepEqual(made.body.objects[0].properties, { Kind: 'UMMailbox', Made: 2, WhatIf: false });
    assert.deepEqual(await mailboxes(running), ['ann1', 'bob1']);
    const { object } = (await rawRequest(running.dataFolder, '/v1/mailboxes/ann1')).body;
    assert.deepEqual(
      [object.displayName, object.extensions, object.umEnabled, object.missedCallNotificationEnabled],
      ['Imported; Ann', ['5101', '5102'], true, false],
    );
  }));

test('every refused line is told, and nothing is made', () =>
  withPlan(async running => {
    const lines = [
      'Name,DisplayName,Extensions',
      'imported1,Imported,5101',
      'imported2,Imported,51x',
      'imported3,,5101',
      'im/4,I,"5"',
    ];
    const body = lines.join('\n');
    const { status, body: problem } = await rawRequest(
      running.dataFolder,
      `${PATH}?ummailboxpolicy=Plan%20Default%20Policy`,
      {
        headers: csv,
        body,
      },
    );
    assert.deepEqual([status, problem.code], [422, 'IMPORT_REFUSED']);
    assert.match(problem.detail, /lines are refused, so nothing was imported: line 3, /);
    const told = new Set(
      problem.problems.map((each: { line: number; property: string }) => `${each.line} ${each.property}`),
    );
    for (const expected of ['3 extensions', '5 name'])
      assert.ok(told.has(expected), `${expected} in ${[...told].join(', ')}`);
    assert.deepEqual(await mailboxes(running), []);
    assert.equal((await rawRequest(running.dataFolder, '/v1/mailboxes/imported1')).status, 404);
  }));

test('two lines with one extension do not fit together', () =>
  withPlan(async running => {
    const body = 'Name,DisplayName,Extensions\nimported1,Imported,5101\nimported2,Imported,5101';
    const path = `${PATH}?UMMailboxPolicy=Plan%20Default%20Policy`;
    const { status, body: problem } = await rawRequest(running.dataFolder, path, { headers: csv, body });
    assert.deepEqual([status, problem.problems.map((each: { line: number }) => each.line)], [422, [3]]);
    assert.deepEqual(await mailboxes(running), []);
  }));

test('what is no table, or has odd columns, is told', () =>
  withPlan(async ({ dataFolder }) => {
    const post = async (body: string, headers: Record<string, string> = csv) => {
      const answer = await rawRequest(dataFolder, PATH, { headers, body });
      return [answer.status, answer.body.code, answer.body.detail];
    };
    assert.deepEqual((await post('Name,Nmae\n')).slice(0, 2), [422, 'OBJECT_INVALID']);
    assert.match(String((await post('Name,Extension'))[2]), /no column "Extension": did you mean Extensions/);
    assert.match(String((await post('Name,name\nx,y'))[2]), /the column name is there twice/);
    assert.match(String((await post('__proto__,Name\nx,y'))[2]), /no column "__proto__"/);
    assert.deepEqual((await post('Name\n"x')).slice(0, 2), [400, 'REQUEST_INVALID']);
    assert.match(String((await post(''))[2]), /the table is empty/);
    assert.match(String((await post('Name,\nx,y'))[2]), /line 2, column 2 is "y"/);
    assert.deepEqual((await post('Name', { 'content-type': 'application/xml' })).slice(0, 2), [
      415,
      'MEDIA_TYPE_REFUSED',
    ]);
    assert.match(
      String((await rawRequest(dataFolder, `${PATH}?Path=/etc/passwd`, { headers: csv, body: 'Name' })).body.detail),
      /the table is the body/,
    );
    const other = await rawRequest(dataFolder, '/v1/mailboxes', { headers: csv, body: 'Name' });
    assert.equal(other.status, 415, 'a table is taken nowhere else');
  }));

test('a client hears how far it has come, and what was refused where', () =>
  withPlan(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    async function* table(last: string) {
      yield Buffer.from('Name,DisplayName,Extensions\n');
      for (let i = 0; i < 300; i++) yield Buffer.from(`imported${i},Imported,${5000 + i}\n`);
      yield Buffer.from(last);
    }
    const seen: Progress[] = [];
    const options = {
      parameters: { UMMailboxPolicy: 'Plan Default Policy' },
      onProgress: (each: Progress) => void seen.push(each),
    };
    await assert.rejects(client.importTable('UMMailbox', table('imported,I,x\n'), options), (error: unknown) => {
      assert.ok(error instanceof AdminRefused && error.code === 'IMPORT_REFUSED');
      assert.deepEqual(
        error.problems.map(each => [each.line, each.property]),
        [[302, 'extensions']],
      );
      return true;
    });
    const answer = await client.importTable('UMMailbox', table(''), options);
    assert.equal(answer.objects[0]?.properties.Made, 300);
    assert.deepEqual(seen.filter(each => each.step === 'making').at(-1), { done: 300, of: 300, step: 'making' });
  }));

test('the cmdlet takes a table as text', () =>
  withPlan(async ({ dataFolder }) => {
    const client = connectAdmin(dataFolder);
    const parameters = { FileData: 'Name,Extensions\nimported,5101', UMMailboxPolicy: 'Plan Default Policy' };
    const answer = await client.run('Import-UMMailbox', { parameters });
    assert.equal(answer.objects[0]?.properties.Made, 1);
    await assert.rejects(client.run('Import-UMMailbox', { parameters: { Path: 'x.csv' } }), /read by the shell/);
  }));
