import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, type Kind, kinds, type NewOfKind } from '@parley/schema';
import { asked, HOME, lookupOf, type Made, problemsOf, refusalOf } from '../../../test/cs-lookup.ts';
import { csRules } from './cs.ts';
import { resetOrRemove, SCOPED, scopeProblems } from './cs-scope.ts';
import { rulesOf } from './index.ts';
import type { Lookup } from './rule.ts';

const MEDIATION: Made = [
  'mediation',
  'CsPool',
  { name: 'med.litwareinc.com', organization: 'o', site: 'redmond', role: 'Mediation' },
];
const lookup = lookupOf(...HOME, MEDIATION);

for (const name of [
  'Global',
  'Sales',
  'Site:Redmond',
  'Site:redmond',
  'Registrar:pool.litwareinc.com',
  'PstnGateway:gateway.litwareinc.com',
  'MediationServer:med.litwareinc.com',
])
  test(`${name} is a scope of something that is there`, async () =>
    assert.deepEqual(await scopeProblems({ name }, lookup), []));

for (const [name, says] of [
  ['Site:Dublin', /existing site/],
  ['Registrar:gateway.litwareinc.com', /role is Registrar/],
  ['Registrar:x.litwareinc.com', /role is Registrar/],
  ['PstnGateway:pool.litwareinc.com', /role is PstnGateway/],
  ['MediationServer:pool.litwareinc.com', /role is Mediation/],
] as const)
  test(`${name} is refused`, async () => {
    const [problem, ...more] = await scopeProblems({ name }, lookup);
    assert.match(problem?.message ?? '', says);
    assert.deepEqual(more, []);
  });

/** Every kind that holds for scopes: one that is declared so and is forgotten here would let sites go that it is made for. */
const declared = kinds.filter(kind => {
  const { name } = definitionOf(kind).properties;
  return (
    name?.type === 'text' &&
    / scope$/.test(name.format ?? '') &&
    !['CsPstnUsage', 'CsAccessEdgeConfiguration'].includes(kind)
  );
});

test('all kinds that hold for scopes are known', () => assert.deepEqual([...SCOPED].sort(), [...declared].sort()));

function problemsIn<K extends Kind>(kind: K, around: Lookup): Promise<string[]> {
  const rules = rulesOf(kind);
  assert.ok(rules);
  return problemsOf(rules, kind, 'it', around);
}

for (const kind of SCOPED) {
  const input: NewOfKind<'CsMediaConfiguration'> = { name: 'Site:Redmond', organization: 'o' };
  const made: Made = ['it', kind, input];

  test(`${kind}: its site must exist, and is not removed while it does`, async () => {
    const around = lookupOf(...HOME, made);
    assert.deepEqual(
      await refusalOf(csRules.CsSite, 'CsSite', 'redmond', around),
      `is used by ${definitionOf(kind).word} Site:Redmond`,
    );
    assert.equal(await refusalOf(csRules.CsSite, 'CsSite', 'redmond', lookup), undefined);
    const elsewhere = lookupOf(...HOME, ['it', kind, { ...input, name: 'Site:Dublin' }] as Made);
    const problems = await problemsIn(kind, elsewhere);
    assert.match(problems[0] ?? '', /existing site/);
  });

  test(`${kind}: Global goes back to its defaults instead of going, others go`, async () => {
    const around = lookupOf(made, ['global', kind, { ...input, name: 'Global' }] as Made);
    const act = resetOrRemove(kind);
    const reset = await act(asked(around, {}));
    const [change] = reset.changes ?? [];
    assert.ok(change?.what === 'change' && change.id === 'global');
    assert.ok(typeof change.patch === 'object' && change.patch !== null);
    const changing = Object.entries(definitionOf(kind).properties).filter(
      ([, { fixedAfterCreate }]) => !fixedAfterCreate,
    );
    assert.deepEqual(change.patch, Object.fromEntries(changing.map(([name]) => [name, null])));
    const gone = await act(asked(around, {}, await around.get(kind, 'it')));
    assert.deepEqual(gone.changes, [{ what: 'remove', kind, id: 'it' }]);
  });
}

test('a pool is not removed while a plan, a trunk or a route is made for it', async () => {
  const gateway: readonly Made[] = [
    ['plan', 'CsDialPlan', { name: 'PstnGateway:gateway.litwareinc.com', organization: 'o' }],
    ['trunk', 'CsTrunkConfiguration', { name: 'PstnGateway:gateway.litwareinc.com', organization: 'o' }],
    [
      'route',
      'CsVoiceRoute',
      { name: 'Redmond', organization: 'o', pstnGatewayList: ['PstnGateway:Gateway.litwareinc.com'] },
    ],
  ];
  const around = lookupOf(...HOME, ...gateway);
  assert.equal(
    await refusalOf(csRules.CsPool, 'CsPool', 'gateway', around),
    'is used by csdialplan PstnGateway:gateway.litwareinc.com, trunkconfiguration PstnGateway:gateway.litwareinc.com, voiceroute Redmond',
  );
  assert.equal(await refusalOf(csRules.CsPool, 'CsPool', 'pool', around), undefined);
});

test('branches have a central site, pools are backed up by their like', async () => {
  const site = (id: string, more: object): Made => [id, 'CsSite', { name: id, organization: 'o', ...more }];
  const pool = (id: string, more: object): Made => [
    id,
    'CsPool',
    { name: `${id}.litwareinc.com`, organization: 'o', site: 'redmond', ...more },
  ];
  const world = lookupOf(
    ...HOME,
    site('branch', { siteType: 'BranchSite', parentSite: 'redmond' }),
    site('orphan', { siteType: 'BranchSite' }),
    site('twig', { siteType: 'BranchSite', parentSite: 'branch' }),
    site('odd', { parentSite: 'redmond' }),
    pool('second', { backupPool: 'pool' }),
    pool('self', { backupPool: 'self' }),
    pool('mixed', { backupPool: 'gateway' }),
  );
  for (const [id, count] of [
    ['redmond', 0],
    ['branch', 0],
    ['orphan', 1],
    ['twig', 1],
    ['odd', 1],
  ] as const)
    assert.equal((await problemsOf(csRules.CsSite, 'CsSite', id, world)).length, count, id);
  for (const [id, count] of [
    ['second', 0],
    ['self', 1],
    ['mixed', 1],
  ] as const)
    assert.equal((await problemsOf(csRules.CsPool, 'CsPool', id, world)).length, count, id);
});

test('a unit is where its name says, in a unit that is there, and stays while others are in it', async () => {
  const unit = (id: string, name: string, leafName: string): Made => [
    id,
    'OrganizationalUnit',
    { name, leafName, organization: 'o' },
  ];
  const world = lookupOf(
    ...HOME,
    unit('pay', 'ou=Pay,ou=Finance,dc=litwareinc,dc=com', 'Pay'),
    unit('lost', 'ou=Lost,ou=Nowhere,dc=litwareinc,dc=com', 'Lost'),
    unit('other', 'ou=Other,dc=litwareinc,dc=com', 'Another'),
  );
  const rules = csRules.OrganizationalUnit;
  for (const [id, count] of [
    ['finance', 0],
    ['pay', 0],
    ['lost', 1],
    ['other', 1],
  ] as const)
    assert.equal((await problemsOf(rules, 'OrganizationalUnit', id, world)).length, count, id);
  assert.match((await refusalOf(rules, 'OrganizationalUnit', 'finance', world)) ?? '', /has ou=Pay,ou=Finance/);
  assert.equal(await refusalOf(rules, 'OrganizationalUnit', 'pay', world), undefined);
  const make = rules.actions?.['new-unit'];
  for (const Path of ['Finance', 'ou=Finance,dc=litwareinc,dc=com'])
    assert.deepEqual((await make?.(asked(world, { Name: 'Pay', Path })))?.changes, [
      {
        what: 'create',
        kind: 'OrganizationalUnit',
        input: {
          name: 'ou=Pay,ou=Finance,dc=litwareinc,dc=com',
          leafName: 'Pay',
          description: undefined,
          organization: 'o',
        },
      },
    ]);
});
