import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { adminSocket } from '@parley/admin';
import { definitionOf, kinds } from '@parley/schema';
import { type PostgresServer, startPostgres, withoutPostgres } from '../../packages/database/test/postgres-server.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { suiteScope } from '../peers/suite-scope.ts';

// A whole company is set up as its administrators would, in two ways and on two databases: the same company has to come of it.

const MAILBOXES = 1000;
const LANGUAGES = ['en-US', 'fr-FR'];
/** A line for each of a thousand people, in two plans. */
const table = (plan: 'Paris' | 'Leeds') => {
  const lines = Array.from({ length: MAILBOXES / 2 }, (_, i) => {
    const extension = 2000 + i;
    const name = `${plan.toLowerCase()}${extension}`;
    return `${name},${plan} Person ${extension},${extension},${name}@example.org,${LANGUAGES[i % 2]},True`;
  });
  return ['Name,DisplayName,Extensions,MailAddress,Language,UMEnabled', ...lines, ''].join('\r\n');
};

const script = (folder: string) => `
# Two offices: a plan, a gateway with its hunt group, a policy and its people each; one attendant for all.
$offices = @(
  @{ Name = "Paris"; Gateway = "192.0.2.10"; Pilot = "+33155550100"; Country = "33"; Language = "fr-FR" },
  @{ Name = "Leeds"; Gateway = "192.0.2.20"; Pilot = "+441135550100"; Country = "44"; Language = "en-US" }
)
foreach ($office in $offices) {
  New-UMDialPlan -Name $office.Name -URIType TelExtn -NumberOfDigitsInExtension 4 -CountryOrRegionCode $office.Country -DefaultLanguage $office.Language | Out-Null
  Set-UMDialPlan $office.Name -AccessTelephoneNumbers @{Add=$office.Pilot} -OperatorExtension 2000 -MaxCallDuration 40
  New-UMIPGateway -Name "$($office.Name) PBX" -Address $office.Gateway | Out-Null
  New-UMHuntGroup -Name Pilot -UMDialPlan $office.Name -UMIPGateway "$($office.Name) PBX" -PilotIdentifier $office.Pilot | Out-Null
  Set-UMMailboxPolicy -Identity "$($office.Name) Default Policy" -MinPINLength 8 -AllowMissedCallNotifications $true
  Import-UMMailbox -Path "${folder}/$($office.Name).csv" -UMMailboxPolicy "$($office.Name) Default Policy" | Out-Null
}
New-UMAutoAttendant -Name Reception -UMDialPlan Paris -PilotIdentifierList "2999" -Status Enabled | Out-Null
Set-UMAutoAttendant Reception -BusinessName "The Company" \`
  -BusinessHoursSchedule "Mon.09:00-Mon.18:00","Tue.09:00-Tue.18:00" \`
  -BusinessHoursKeyMapping "1,Sales,2001","2,Support,2002" -BusinessHoursKeyMappingEnabled $true
Get-UMMailbox -ResultSize Unlimited | Where-Object { $_.Name -like "*1?" -and $_.UMMailboxPolicy -eq "Leeds Default Policy" } |
  Set-UMMailbox -AnonymousCallersCanLeaveMessages $false
`;

/** JSON over the socket of a server; fails when it is refused. */
async function rest(server: Server, method: string, path: string, body?: object | string): Promise<unknown> {
  const isText = typeof body === 'string';
  const headers = {
    'content-type': isText ? 'text/csv' : 'application/json',
    ...(method === 'PATCH' && { 'if-match': '*' }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asking = request({ socketPath: adminSocket(server.data), method, path, headers }, async answer => {
    const text = (await answer.setEncoding('utf8').toArray()).join('');
    if ((answer.statusCode ?? 0) < 300) resolve(text);
    else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
  });
  asking.on('error', reject);
  asking.end(body === undefined || isText ? body : JSON.stringify(body));
  const text = await promise;
  return isText ? text : JSON.parse(text);
}

async function byRest(server: Server): Promise<void> {
  for (const [name, address, pilot, countryOrRegionCode, defaultLanguage] of [
    ['Paris', '192.0.2.10', '+33155550100', '33', 'fr-FR'],
    ['Leeds', '192.0.2.20', '+441135550100', '44', 'en-US'],
  ] as const) {
    const plan = { name, uriType: 'TelExtn', numberOfDigitsInExtension: 4, countryOrRegionCode, defaultLanguage };
    await rest(server, 'POST', '/v1/dial-plans', plan);
    const numbers = { accessTelephoneNumbers: { add: [pilot] }, operatorExtension: '2000', maxCallDuration: 40 };
    await rest(server, 'PATCH', `/v1/dial-plans/${name}`, numbers);
    await rest(server, 'POST', `/v1/${definitionOf('UMIPGateway').path}`, { name: `${name} PBX`, address: [address] });
    const group = { name: 'Pilot', umDialPlan: name, umIPGateway: `${name} PBX`, pilotIdentifier: [pilot] };
    await rest(server, 'POST', '/v1/hunt-groups', group);
    const policy = encodeURIComponent(`${name} Default Policy`);
    const rules = { minPINLength: 8, allowMissedCallNotifications: true };
    await rest(server, 'PATCH', `/v1/mailbox-policies/${policy}`, rules);
    await rest(server, 'POST', `/v1/mailboxes/import?umMailboxPolicy=${policy}`, table(name));
  }
  const reception = { name: 'Reception', umDialPlan: 'Paris', pilotIdentifierList: ['2999'], status: 'Enabled' };
  await rest(server, 'POST', '/v1/auto-attendants', reception);
  await rest(server, 'PATCH', '/v1/auto-attendants/Reception', {
    businessName: 'The Company',
    businessHoursSchedule: ['Mon.09:00-Mon.18:00', 'Tue.09:00-Tue.18:00'],
    businessHoursKeyMapping: ['1,Sales,2001', '2,Support,2002'],
    businessHoursKeyMappingEnabled: true,
  });
  for (let i = 0; i < MAILBOXES / 2; i++)
    if (Math.floor(i / 10) % 10 === 1)
      await rest(server, 'PATCH', `/v1/mailboxes/leeds${2000 + i}`, { anonymousCallersCanLeaveMessages: false });
}

async function byShell(server: Server, folder: string): Promise<void> {
  for (const plan of ['Paris', 'Leeds'] as const) writeFileSync(join(folder, `${plan}.csv`), table(plan));
  const file = join(folder, 'company.ps1');
  writeFileSync(file, script(folder));
  const { code, output } = await server.run('run', file);
  assert.equal(code, 0, output);
}

/** Everything that a server has, but ids and times: kind -> objects with references by name, in the order of their names. */
async function stateOf(server: Server): Promise<Record<string, readonly unknown[]>> {
  const state: Record<string, readonly unknown[]> = {};
  // Secret kinds are shown nowhere.
  for (const kind of kinds.filter(each => !definitionOf(each).secret)) {
    const found: unknown[] = [];
    for (let after = ''; ; ) {
      const page = (await rest(
        server,
        'GET',
        `/v1/${definitionOf(kind).path}?limit=1000${after && `&after=${encodeURIComponent(after)}`}`,
      )) as { objects: { object: object; references: object }[]; next?: string };
      for (const { object, references } of page.objects) found.push({ ...object, ...references, id: '' });
      if (page.next === undefined) break;
      after = page.next;
    }
    state[kind] = found;
  }
  return state;
}

suite('a company of a thousand mailboxes', { timeout: 180_000 }, () => {
  const scope = suiteScope();
  let postgres: PostgresServer | undefined;
  before(async () => {
    if (withoutPostgres() === false) postgres = await startPostgres(scope);
  });

  async function started(t: TestContext, database?: string): Promise<{ server: Server; folder: string }> {
    const folder = testFolder(t);
    const config = database === undefined ? undefined : { database: { url: database } };
    return { server: await startServer(t, { data: join(folder, 'data'), ...(config && { config }) }), folder };
  }

  let expected: Record<string, readonly unknown[]> | undefined;

  test('is set up by a script', async t => {
    const { server, folder } = await started(t);
    await byShell(server, folder);
    expected = await stateOf(server);
    assert.equal(expected.UMMailbox.length, MAILBOXES + 3, 'and those of the first start');
    assert.equal(JSON.stringify(expected.UMMailbox).split('"anonymousCallersCanLeaveMessages":false').length - 1, 50);
    assert.equal(expected.UMAutoAttendant.length, 1);
    assert.equal(expected.UMHuntGroup.length, 3);
  });

  test('is the same when it is set up through REST', async t => {
    const { server } = await started(t);
    await byRest(server);
    assert.deepEqual(await stateOf(server), expected);
  });

  for (const way of ['script', 'REST'] as const)
    test(`is the same on PostgreSQL, by ${way}`, { skip: withoutPostgres() }, async t => {
      assert.ok(postgres);
      const { server, folder } = await started(t, await postgres.database());
      await (way === 'script' ? byShell(server, folder) : byRest(server));
      assert.deepEqual(await stateOf(server), expected);
    });
});
