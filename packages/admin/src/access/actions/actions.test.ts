import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, messageOf, silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { AuditEntry, AuditLog, AuditRecord, AuditSearch } from '@parley/directory';
import { memoryAccessRecords, memoryObjects } from '@parley/directory/memory';
import { cmdletNamed } from '@parley/schema';
import type { Row } from '../../run/ports.ts';
import { createRun } from '../../run/run.ts';
import { passwordHashes } from '../password-hash.ts';
import { localPrincipal, type Principal } from '../principal.ts';
import { TokenDesk } from '../token-desk.ts';
import { accessActions } from './index.ts';

const PASSWORD = 'seven grey owls at dusk';

const ENTRY: AuditEntry = {
  seq: 7,
  at: Date.UTC(2026, 10, 21, 13),
  who: 'ann',
  cmdlet: 'Set-UMMailbox',
  objectName: 'bob',
  outcome: 'done',
  detail: { from: { a: 1 }, to: { a: 2 } },
  hash: 'h',
  previousHash: 'p',
};

function house() {
  const clock = new FakeClock();
  const records = memoryAccessRecords();
  const told: AuditRecord[] = [];
  const searched: (AuditSearch & { organization?: string })[] = [];
  const state = { broken: undefined as { seq: number; why: string } | undefined, pages: [[ENTRY]] };
  const auditLog: AuditLog = {
    append: async record => void told.push(record),
    async search(search, organization) {
      searched.push({ ...search, ...(organization === undefined ? {} : { organization }) });
      const place = Math.min(search.after ?? 0, state.pages.length - 1);
      const next = place + 1 < state.pages.length ? { next: place + 1 } : {};
      return { entries: state.pages[place] ?? [], ...next };
    },
    verify: async () => ({
      entries: 12,
      heads: new Map([['', 'h1']]),
      ...(state.broken ? { broken: state.broken } : {}),
    }),
    async *exportCsv(search) {
      yield `from ${search.since}\r\n`;
      yield 'a,b\r\n';
    },
  };
  const actions = accessActions({
    records,
    clock,
    hashes: passwordHashes({ memory: 64, passes: 1, lanes: 1 }),
    tokens: new TokenDesk(records, clock),
    audit: record => auditLog.append(record),
    auditLog,
  });
  const run = createRun({ objects: memoryObjects({ clock }), actions, log: silentLog });
  const as =
    (principal: Principal) =>
    async (name: string, parameters: Record<string, unknown> = {}, trial = false) => {
      const cmdlet = cmdletNamed(name);
      assert.ok(cmdlet, name);
      return run(cmdlet, { parameters, trial }, principal);
    };
  return { clock, records, told, searched, state, as, local: as(localPrincipal) };
}

const first = ({ rows = [] }: { readonly rows?: readonly Row[] }) => rows[0]?.properties ?? {};
const names = ({ rows = [] }: { readonly rows?: readonly Row[] }) => rows.map(({ name }) => name);
const fails = (code: string, message: RegExp) => (error: unknown) =>
  codeOf(error) === code && message.test(messageOf(error));

const somebody = (groups: readonly string[], given: Partial<Principal> = {}): Principal => ({
  name: 'eve',
  groups,
  scopes: [],
  how: 'password',
  ...given,
});

test('an administrator is made, shown without his password, changed and removed, and each is written down', async () => {
  const { local, records, told } = house();
  await local('New-Administrator', {
    Name: 'Ann',
    Password: PASSWORD,
    Groups: ['um management'],
    Scopes: ['OU:OU=Finance,DC=x'],
    Certificate: 'email:Ann@x.org',
  });
  const shown = first(await local('Get-Administrator', { Identity: 'ANN' }));
  assert.deepEqual(
    [shown.Name, shown.Groups, shown.Scopes, shown.HasPassword, shown.Certificate],
    ['ann', ['UM Management'], ['OU:OU=Finance,DC=x'], true, 'email:ann@x.org'],
  );
  await local('Set-Administrator', { Identity: 'ann', Scopes: null, Certificate: null, Disabled: true });
  const now = first(await local('Get-Administrator', { Identity: 'ann' }));
  assert.deepEqual([now.Scopes, now.Certificate, now.Disabled, now.Groups], [[], null, true, ['UM Management']]);
  await local('Remove-Administrator', { Identity: 'ann' });
  assert.deepEqual(await records.administrators.list(), []);
  assert.deepEqual(
    told.map(({ cmdlet, objectName, who }) => [cmdlet, objectName, who]),
    [
      ['New-Administrator', 'ann', 'local'],
      ['Set-Administrator', 'ann', 'local'],
      ['Remove-Administrator', 'ann', 'local'],
    ],
  );
  assert.ok(!JSON.stringify(told).includes(PASSWORD) && !JSON.stringify(told).includes('argon2'));
});

test('what cannot be is refused with the property and what is allowed', async () => {
  const { local } = house();
  await local('New-Administrator', { Name: 'ann', Password: PASSWORD });
  for (const [parameters, message] of [
    [{ Name: 'ann', Password: PASSWORD }, /there is an administrator with that name/],
    [{ Name: 'a b', Password: PASSWORD }, /letters, digits/],
    [{ Name: '__proto__', Password: PASSWORD }, /letters, digits/],
    [{ Name: 'bob', Password: 'short' }, /15 characters or more/],
    [{ Name: 'bob', Password: { a: 1 } }, /a text/],
    [{ Name: 'bob', Groups: ['Gods'] }, /no role group of that name; there are Organization Management/],
    [{ Name: 'bob', Scopes: ['cmdlet:Get-UMMailbox'] }, /OU: and a distinguished name/],
    [{ Name: 'bob', Certificate: 'bob' }, /SHA-256 fingerprint/],
  ] as const)
    await assert.rejects(local('New-Administrator', parameters), fails('OBJECT_INVALID', message));
  await assert.rejects(
    local('Get-Administrator', { Identity: 'bob' }),
    fails('OBJECT_NOT_FOUND', /no administrator "bob"/),
  );
});

test('a trial checks everything and changes nothing', async () => {
  const { local, records, told } = house();
  await local('New-Administrator', { Name: 'ann', Password: PASSWORD }, true);
  assert.deepEqual(await records.administrators.list(), []);
  await assert.rejects(
    local('New-Administrator', { Name: 'ann', Password: 'short' }, true),
    fails('OBJECT_INVALID', /15/),
  );
  await local('New-Administrator', { Name: 'ann', Groups: ['Help Desk'] });
  const before = await records.administrators.byName('ann');
  await local('Set-Administrator', { Identity: 'ann', Disabled: true }, true);
  await local('Add-RoleGroupMember', { Identity: 'UM Management', Member: 'ann' }, true);
  await local('New-AdminToken', { Name: 't', Administrator: 'ann' }, true);
  await local('Remove-Administrator', { Identity: 'ann' }, true);
  assert.deepEqual(await records.administrators.byName('ann'), before);
  assert.deepEqual(await records.tokens.of(before?.id ?? ''), []);
  assert.equal(told.length, 1);
});

test('a new password and being disabled end sessions; unlocking forgets wrong passwords', async () => {
  const { local, records } = house();
  await local('New-Administrator', { Name: 'ann', Password: PASSWORD });
  const { id = '' } = (await records.administrators.byName('ann')) ?? {};
  const signIn = () =>
    records.sessions.add({ idHash: 's', administrator: id, createdAt: 0, expiresAt: 8e15, address: '::1' });
  for (const change of [{ Password: `${PASSWORD}!` }, { Disabled: true }]) {
    await signIn();
    await local('Set-Administrator', { Identity: 'ann', ...change });
    assert.equal(await records.sessions.find('s'), undefined, Object.keys(change)[0]);
  }
  await signIn();
  assert.equal((await local('Get-AdminSession', { Administrator: 'ann' })).rows?.length, 1);
  await local('Remove-AdminSession', { Administrator: 'ann' });
  assert.equal(await records.sessions.find('s'), undefined);
  await records.administrators.failed(id, () => 8e15);
  assert.notEqual(first(await local('Get-Administrator', { Identity: 'ann' })).LockedUntil, null);
  await local('Set-Administrator', { Identity: 'ann', Unlock: true });
  assert.equal(first(await local('Get-Administrator', { Identity: 'ann' })).LockedUntil, null);
});

test('members are taken into role groups and out again; groups and roles are shown with what they grant', async () => {
  const { local } = house();
  await local('New-Administrator', { Name: 'ann', Groups: ['Help Desk'] });
  await local('Add-RoleGroupMember', { Identity: 'um management', Member: 'ann' });
  assert.deepEqual(names(await local('Get-RoleGroupMember', { Identity: 'UM Management' })), ['ann']);
  assert.deepEqual(first(await local('Get-RoleGroup', { Identity: 'UM Management' })).Members, ['ann']);
  await local('Remove-RoleGroupMember', { Identity: 'UM Management', Member: 'ann' });
  assert.deepEqual(names(await local('Get-RoleGroupMember', { Identity: 'UM Management' })), []);
  assert.deepEqual(first(await local('Get-Administrator', { Identity: 'ann' })).Groups, ['Help Desk']);
  const prompts = first(await local('Get-ManagementRole', { Identity: 'um prompts' }));
  assert.deepEqual(prompts.RoleGroups, ['Organization Management', 'UM Management']);
  assert.deepEqual(names(await local('Get-ManagementRole', { Cmdlet: 'grant-csoupermission' })), ['Cs Delegation']);
  await assert.rejects(local('Get-RoleGroup', { Identity: 'x' }), fails('OBJECT_NOT_FOUND', /no role group "x"/));
});

test('nobody hands out what he may not do himself, nor gets at it by way of somebody who may', async () => {
  const { local, as } = house();
  await local('New-Administrator', { Name: 'root', Groups: ['CsAdministrator'] });
  await local('New-Administrator', { Name: 'ann', Groups: [] });
  await local('New-Administrator', { Name: 'bob', Groups: [] });
  const organization = as(somebody(['Organization Management']));
  const telephony = as(somebody(['CsAdministrator']));
  await organization('Add-RoleGroupMember', { Identity: 'UM Management', Member: 'ann' });
  await telephony('Add-RoleGroupMember', { Identity: 'CsHelpDesk', Member: 'ann' });
  const refused = fails('FORBIDDEN', /only who may do everything that CsAdministrator may/);
  for (const [name, parameters] of [
    ['Add-RoleGroupMember', { Identity: 'CsAdministrator', Member: 'ann' }],
    ['New-Administrator', { Name: 'two', Groups: ['CsAdministrator'] }],
    ['Set-Administrator', { Identity: 'bob', Groups: ['CsAdministrator'] }],
    ['Set-Administrator', { Identity: 'root', Password: PASSWORD }],
    ['New-AdminToken', { Name: 't', Administrator: 'root' }],
    ['Remove-Administrator', { Identity: 'root' }],
    ['Remove-AdminSession', { Administrator: 'root' }],
  ] as const)
    await assert.rejects(organization(name, parameters), refused, name);
  for (const given of [{ how: 'token' }, { scopes: ['OU:DC=x'] }] as const) {
    const narrowed = as(somebody(['Organization Management'], given));
    await assert.rejects(narrowed('New-Administrator', { Name: 'three' }), fails('FORBIDDEN', /hands out no rights/));
  }
  await assert.rejects(
    as(somebody(['UM Management']))('Get-Administrator'),
    fails('FORBIDDEN', /Organization Management/),
  );
});

test('an administrator of one organisation sees and makes only its own', async () => {
  const { local, as, records } = house();
  await local('New-Administrator', { Name: 'root', Groups: [] });
  const tenant = as(somebody(['Organization Management'], { organization: 'org-1' }));
  await tenant('New-Administrator', { Name: 'ann', Groups: ['Help Desk'] });
  assert.equal((await records.administrators.byName('ann'))?.organization, 'org-1');
  assert.deepEqual(names(await tenant('Get-Administrator')), ['ann']);
  const other = as(somebody(['Organization Management'], { organization: 'org-2' }));
  assert.deepEqual(names(await other('Get-Administrator')), []);
  for (const [name, parameters] of [
    ['Get-Administrator', { Identity: 'ann' }],
    ['Set-Administrator', { Identity: 'ann', Disabled: true }],
    ['Remove-Administrator', { Identity: 'ann' }],
    ['Add-RoleGroupMember', { Identity: 'Help Desk', Member: 'ann' }],
    ['Get-AdminSession', { Administrator: 'ann' }],
    ['Get-AdminToken', { Administrator: 'ann' }],
    ['Set-Administrator', { Identity: 'root', Disabled: true }],
  ] as const)
    await assert.rejects(other(name, parameters), fails('OBJECT_NOT_FOUND', /no administrator/), name);
});

test('a token shows its secret once, is listed without it, and is removed by its id', async () => {
  const { local, as, records, clock } = house();
  await local('New-Administrator', { Name: 'ann', Groups: ['Help Desk'] });
  const made = await local('New-AdminToken', {
    Name: 'inventory',
    Administrator: 'ann',
    Scopes: ['cmdlet:Get-UMMailbox', 'group:Help Desk'],
    Days: 30,
  });
  const { Secret, Expires, Identity } = first(made);
  assert.match(String(Secret), /^parley_/);
  assert.equal(Expires, new Date(clock.wall() + 30 * 86_400_000).toISOString());
  assert.ok(!JSON.stringify(await local('Get-AdminToken', { Administrator: 'ann' })).includes(String(Secret)));
  const stranger = as(somebody(['Organization Management'], { organization: 'org-1' }));
  await assert.rejects(stranger('Remove-AdminToken', { Identity }), fails('OBJECT_NOT_FOUND', /no token/));
  await local('Remove-AdminToken', { Identity });
  const { id = '' } = (await records.administrators.byName('ann')) ?? {};
  assert.deepEqual(await records.tokens.of(id), []);
  for (const [parameters, message] of [
    [{ Name: 't', Administrator: 'ann', Scopes: ['OU:DC=x'] }, /cmdlet: and the name/],
    [{ Name: 't', Administrator: 'ann', Days: 0 }, /from 1 to 366/],
    [{ Name: 't', Administrator: 'ann', Days: 367 }, /from 1 to 366/],
    [{ Name: 't\nx', Administrator: 'ann' }, /named by/],
    [{ Name: 't' }, /say whose token/],
  ] as const)
    await assert.rejects(local('New-AdminToken', parameters), fails('OBJECT_INVALID', message));
});

test('the audit log is searched with the parameters of Exchange, inside the organisation of whoever asks', async () => {
  const { local, as, searched } = house();
  const answer = await local('Search-AdminAuditLog', {
    Cmdlets: ['set-ummailbox', 'sign-in'],
    StartDate: '2026-11-21',
    EndDate: '2026-11-21T13:00:00+01:00',
    ResultSize: '5',
  });
  assert.deepEqual(searched[0], {
    cmdlets: ['Set-UMMailbox', 'sign-in'],
    since: Date.UTC(2026, 10, 21),
    until: Date.UTC(2026, 10, 21, 12),
    limit: 5,
  });
  const { Caller, ObjectModified, ModifiedTo, RunDate } = first(answer);
  assert.deepEqual([Caller, ObjectModified, ModifiedTo, RunDate], ['ann', 'bob', { a: 2 }, '2026-11-21T13:00:00.000Z']);
  await as(somebody(['Organization Management'], { organization: 'org-1' }))('Search-AdminAuditLog');
  assert.deepEqual(searched[1], { organization: 'org-1', limit: 1000 });
  for (const StartDate of ['yesterday', '2026-13-01', '2026-11-21 25:00'])
    await assert.rejects(
      local('Search-AdminAuditLog', { StartDate }),
      fails('OBJECT_INVALID', /2026-11-21/),
      StartDate,
    );
  await assert.rejects(local('Search-AdminAuditLog', { ResultSize: '250001' }), fails('OBJECT_INVALID', /250000/));
});

test('several people, and objects by name or id, are looked for page by page', async () => {
  const { local, state, searched } = house();
  const entry = (seq: number, given: Partial<AuditEntry>) => ({ ...ENTRY, seq, ...given });
  state.pages = [
    [entry(9, { who: 'Ann' }), entry(8, { who: 'cem' })],
    [entry(7, { who: 'bob', objectName: 'Dan' }), entry(6, { who: 'ann', objectName: undefined, objectId: 'id-dan' })],
  ];
  const found = async (parameters: object) =>
    (await local('Search-AdminAuditLog', { ...parameters })).rows?.map(({ id }) => id);
  assert.deepEqual(await found({ UserIds: ['ann', 'BOB'] }), ['9', '7', '6']);
  assert.deepEqual(await found({ ObjectIds: ['dan', 'id-dan'] }), ['7', '6']);
  assert.deepEqual(await found({ UserIds: 'ann', ObjectIds: 'id-dan' }), ['6']);
  searched.length = 0;
  const page = await local('Search-AdminAuditLog', { UserIds: ['ann'], ResultSize: 1 });
  assert.deepEqual([page.rows?.map(({ id }) => id), page.next, searched.length], [['9'], '9', 1]);
});

test('the log is a table, of a time when that is asked for', async () => {
  const { local } = house();
  const { file } = await local('Export-AdminAuditLog', { StartDate: '1970-01-02' });
  assert.deepEqual([file?.type, Buffer.from(file?.content ?? []).toString()], ['text/csv', 'from 86400000\r\na,b\r\n']);
});

test('a chain that is broken is told with its place', async () => {
  const { local, state } = house();
  const intact = await local('Test-AdminAuditLog');
  assert.deepEqual([first(intact).Result, first(intact).Heads, intact.warnings], ['Intact', ['system:h1'], []]);
  state.broken = { seq: 5, why: 'it is not what was written' };
  const broken = await local('Test-AdminAuditLog');
  assert.deepEqual([first(broken).Result, first(broken).BrokenAt], ['Broken', 5]);
  assert.deepEqual(broken.warnings, ['entry 5: it is not what was written']);
});
