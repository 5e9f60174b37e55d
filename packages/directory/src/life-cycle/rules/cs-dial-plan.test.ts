import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, HOME, lookupOf, type Made, problemsOf } from '../../../test/cs-lookup.ts';
import { csDialPlanRules, csVoiceNormalizationRuleRules, simpleNameOf } from './cs-dial-plan.ts';

const ORGANIZATION = { organization: 'o' } as const;
const SALES: Made = ['sales', 'CsDialPlan', { name: 'Sales', ...ORGANIZATION }];
const rule = (id: string, name: string, more: object = {}): Made => [
  id,
  'CsVoiceNormalizationRule',
  { name: `Sales/${name}`, dialPlan: 'sales', ...more },
];
const INTERNAL = rule('r2', 'Internal', { pattern: '^(\\d{4})$', translation: '+1425555$1' });
const EVERYTHING = rule('r1', 'Everything', { pattern: '^(\\d*)$', translation: '+$1' });

const tried = async (world: readonly Made[], DialedNumber: string) =>
  (
    await csDialPlanRules.actions?.test?.(
      asked(lookupOf(...HOME, SALES, ...world), { Dialplan: 'Sales', DialedNumber }),
    )
  )?.result;

test('the first rule that matches decides: the lowest priority, then the older', async () => {
  assert.deepEqual(await tried([EVERYTHING, INTERNAL], '0100'), [
    { MatchingRule: 'Sales/Everything', TranslatedNumber: '+0100' },
  ]);
  const first = rule('r2', 'Internal', { pattern: '^(\\d{4})$', translation: '+1425555$1', priority: 5 });
  assert.deepEqual(await tried([EVERYTHING, first], '0100'), [
    { MatchingRule: 'Sales/Internal', TranslatedNumber: '+14255550100' },
  ]);
  assert.deepEqual(await tried([INTERNAL], '12345'), []);
  await assert.rejects(tried([INTERNAL], '1'.repeat(41)), { code: 'OBJECT_INVALID' });
});

test('a plan is made with the rules that were given, or with one that keeps long numbers', async () => {
  const lookup = lookupOf(SALES);
  const plan = await lookup.get('CsDialPlan', 'sales');
  assert.ok(plan);
  assert.deepEqual(await csDialPlanRules.along?.(plan, {}, lookup), [
    {
      kind: 'CsVoiceNormalizationRule',
      input: { name: 'Sales/Keep All', dialPlan: 'sales', pattern: '^(\\d{11})$', translation: '+$1' },
    },
  ]);
  const given = { normalizationRules: [{ name: 'In', pattern: '^0$', translation: '1' }] };
  assert.deepEqual(await csDialPlanRules.along?.(plan, given, lookup), [
    {
      kind: 'CsVoiceNormalizationRule',
      input: { name: 'Sales/In', dialPlan: 'sales', pattern: '^0$', translation: '1' },
    },
  ]);
});

test('a plan without a simple name has one by its scope', async () => {
  for (const [name, simple] of [
    ['Global', 'Prefix All'],
    ['Site:Redmond', 'Redmond'],
    ['Registrar:pool.litwareinc.com', 'Registrar_pool.litwareinc.com'],
    ['PstnGateway:gw.litwareinc.com', 'PstnGateway_gw.litwareinc.com'],
    ['Sales', 'Sales'],
  ] as const) {
    const plan = await lookupOf(['it', 'CsDialPlan', { name, ...ORGANIZATION }]).get('CsDialPlan', 'it');
    assert.ok(plan);
    assert.equal(simpleNameOf(plan), simple);
  }
});

test('no two plans go by one simple name, whether given or standing in', async () => {
  const plan = (id: string, name: string, simpleName?: string): Made => [
    id,
    'CsDialPlan',
    { name, simpleName, ...ORGANIZATION },
  ];
  const world = lookupOf(
    ...HOME,
    plan('site', 'Site:Redmond'),
    plan('tag', 'Sales', 'redmond'),
    plan('other', 'Other'),
  );
  assert.deepEqual(await problemsOf(csDialPlanRules, 'CsDialPlan', 'tag', world), [
    'simpleName: redmond belongs to dial plan Site:Redmond',
  ]);
  assert.equal((await problemsOf(csDialPlanRules, 'CsDialPlan', 'site', world)).length, 1);
  assert.deepEqual(await problemsOf(csDialPlanRules, 'CsDialPlan', 'other', world), []);
});

test('devices dial on their own only with a prefix', async () => {
  const plan = (more: object): Made => [
    'it',
    'CsDialPlan',
    { name: 'It', ...ORGANIZATION, optimizeDeviceDialing: true, ...more },
  ];
  assert.equal((await problemsOf(csDialPlanRules, 'CsDialPlan', 'it', lookupOf(...HOME, plan({})))).length, 1);
  assert.deepEqual(
    await problemsOf(csDialPlanRules, 'CsDialPlan', 'it', lookupOf(...HOME, plan({ externalAccessPrefix: '9' }))),
    [],
  );
});

test('what a plan shows', async () => {
  const lookup = lookupOf(...HOME, SALES, EVERYTHING, INTERNAL);
  const plan = await lookup.get('CsDialPlan', 'sales');
  assert.ok(plan);
  const shown = await csDialPlanRules.computed?.(plan, lookup);
  assert.equal(shown?.simpleName, 'Sales');
  assert.deepEqual(shown?.normalizationRules, [
    { name: 'Sales/Everything', pattern: '^(\\d*)$', translation: '+$1', isInternalExtension: false },
    { name: 'Sales/Internal', pattern: '^(\\d{4})$', translation: '+1425555$1', isInternalExtension: false },
  ]);
});

const make = async (parameters: Readonly<Record<string, unknown>>) =>
  (await csVoiceNormalizationRuleRules.actions?.['new-rule']?.(asked(lookupOf(...HOME, SALES), parameters)))?.changes;

test('a rule goes to the plan of its scope, by one name or by two', async () => {
  const input = { pattern: '^0$', name: 'Sales/In', dialPlan: 'sales' };
  const expected = [{ what: 'create', kind: 'CsVoiceNormalizationRule', input }];
  assert.deepEqual(await make({ RuleIdentity: 'Sales/In', Pattern: '^0$', Force: true }), expected);
  assert.deepEqual(await make({ RuleIdentity: 'sales/In', Pattern: '^0$' }), expected);
  assert.deepEqual(await make({ Parent: 'Sales', Name: 'In', Pattern: '^0$' }), expected);
  for (const bad of [{}, { Parent: 'Sales' }, { Name: 'In' }, { RuleIdentity: 'In' }, { RuleIdentity: '/In' }])
    await assert.rejects(make(bad), { code: 'OBJECT_INVALID' });
  await assert.rejects(make({ RuleIdentity: 'Dublin/In' }), { code: 'OBJECT_NOT_FOUND' });
});

test('a rule is where its identity says, and replaces by groups that it has', async () => {
  const wrong = (made: Made) =>
    problemsOf(csVoiceNormalizationRuleRules, 'CsVoiceNormalizationRule', 'r', lookupOf(...HOME, SALES, made));
  assert.deepEqual(await wrong(rule('r', 'In')), []);
  assert.match(
    (await wrong(['r', 'CsVoiceNormalizationRule', { name: 'Global/In', dialPlan: 'sales' }]))[0] ?? '',
    /Sales\/ and a name/,
  );
  assert.match((await wrong(rule('r', 'In', { pattern: '^(1)$', translation: '$2' })))[0] ?? '', /it has 1/);
});

test('the last rule of a plan stays', async () => {
  const remove = csVoiceNormalizationRuleRules.actions?.['remove-rule'];
  const [one, two] = [lookupOf(...HOME, SALES, INTERNAL), lookupOf(...HOME, SALES, INTERNAL, EVERYTHING)];
  await assert.rejects(async () => remove?.(asked(one, {}, await one.get('CsVoiceNormalizationRule', 'r2'))), {
    code: 'OBJECT_IN_USE',
    message: /last rule of dial plan Sales/,
  });
  assert.deepEqual((await remove?.(asked(two, {}, await two.get('CsVoiceNormalizationRule', 'r2'))))?.changes, [
    { what: 'remove', kind: 'CsVoiceNormalizationRule', id: 'r2' },
  ]);
});

test('Test-CsVoiceNormalizationRule tries one rule', async () => {
  const lookup = lookupOf(...HOME, SALES, INTERNAL);
  const tryRule = async (DialedNumber: string) =>
    (
      await csVoiceNormalizationRuleRules.actions?.test?.(
        asked(lookup, { DialedNumber, NormalizationRule: 'Sales/Internal' }),
      )
    )?.result;
  assert.deepEqual(await tryRule('0100'), [{ TranslatedNumber: '+14255550100' }]);
  assert.deepEqual(await tryRule('01'), []);
});

test('in memory, a rule is answered and made nowhere: it is for the list of a plan that is made later', async () => {
  const action = csVoiceNormalizationRuleRules.actions?.['new-rule'];
  const given = { Parent: 'Dublin', Name: 'In', Pattern: '^0$', Priority: 3, InMemory: true, Force: true };
  assert.deepEqual(await action?.(asked(lookupOf(...HOME), given)), {
    result: { Name: 'In', Pattern: '^0$', Priority: 3 },
  });
});
