import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, HOME, lookupOf, type Made, problemsOf } from '../../../test/cs-lookup.ts';
import { csRules } from './cs.ts';
import { csPstnUsageRules } from './cs-usage.ts';

const route = (id: string, more: object): Made => [id, 'CsVoiceRoute', { name: id, organization: 'o', ...more }];

test('usages of policies, routes and trunks are on the list, whatever the case', async () => {
  const world = (pstnUsages: readonly string[]) =>
    lookupOf(
      ...HOME,
      ['p', 'CsVoicePolicy', { name: 'P', organization: 'o', pstnUsages }],
      ['c', 'CsVoicePolicy', { name: 'C', organization: 'o', customCallForwardingSimulRingUsages: pstnUsages }],
      route('r', { pstnUsages }),
      ['t', 'CsTrunkConfiguration', { name: 'Site:Redmond', organization: 'o', pstnUsages }],
    );
  const all = async (usages: readonly string[]) => [
    ...(await problemsOf(csRules.CsVoicePolicy, 'CsVoicePolicy', 'p', world(usages))),
    ...(await problemsOf(csRules.CsVoicePolicy, 'CsVoicePolicy', 'c', world(usages))),
    ...(await problemsOf(csRules.CsVoiceRoute, 'CsVoiceRoute', 'r', world(usages))),
    ...(await problemsOf(csRules.CsTrunkConfiguration, 'CsTrunkConfiguration', 't', world(usages))),
  ];
  assert.deepEqual(await all(['local', 'Long Distance']), []);
  const wrong = await all(['Local', 'Mars']);
  assert.equal(wrong.length, 4);
  for (const message of wrong) assert.match(message, /"Mars": it must be a usage of the global list/);
});

/** What is wrong when the list becomes this. */
async function listProblems(usage: readonly string[], users: readonly Made[]): Promise<string[]> {
  const lookup = lookupOf(...HOME, ...users);
  const before = await lookup.get('CsPstnUsage', 'usages');
  assert.ok(before);
  const problems = await csPstnUsageRules.check?.({ ...before, usage }, { before, lookup, settings: {} });
  return (problems ?? []).map(({ message }) => message);
}

test('a usage stays on the list while somebody has it', async () => {
  const users: readonly Made[] = [
    ['p', 'CsVoicePolicy', { name: 'P', organization: 'o', pstnUsages: ['local'] }],
    route('R', { pstnUsages: ['Local'] }),
    ['t', 'CsTrunkConfiguration', { name: 'Global', organization: 'o', pstnUsages: ['Local'] }],
  ];
  assert.deepEqual(await listProblems(['Long Distance'], users), [
    'usage: Local is used by voicepolicy P, voiceroute R, trunkconfiguration Global',
  ]);
  assert.deepEqual(await listProblems(['Local'], users), []);
  assert.deepEqual(await listProblems(['Local', 'Long Distance', 'More'], users), []);
  assert.equal((await listProblems(['Local', 'LOCAL', 'Long Distance'], users)).length, 1);
});

test('routes go by gateways that are there, and a hidden number is replaced by one', async () => {
  const wrong = (more: object) =>
    problemsOf(csRules.CsVoiceRoute, 'CsVoiceRoute', 'r', lookupOf(...HOME, route('r', more)));
  assert.deepEqual(await wrong({ pstnGatewayList: ['PstnGateway:Gateway.litwareinc.com'] }), []);
  assert.equal((await wrong({ pstnGatewayList: ['PstnGateway:pool.litwareinc.com', 'PstnGateway:x.y'] })).length, 2);
  assert.match((await wrong({ suppressCallerId: true }))[0] ?? '', /alternateCallerId is missing/);
  assert.deepEqual(await wrong({ suppressCallerId: true, alternateCallerId: '+1;ext=2' }), []);
});

test('a number goes by the first usage of the policy that has a route for it, of that the lowest priority', async () => {
  const world = lookupOf(
    ...HOME,
    ['p', 'CsVoicePolicy', { name: 'P', organization: 'o', pstnUsages: ['Local', 'Long Distance'] }],
    route('far', { pstnUsages: ['Long Distance'], numberPattern: '.', priority: 0 }),
    route('late', { pstnUsages: ['Local'], numberPattern: '^\\+1425' }),
    route('near', { pstnUsages: ['LOCAL'], numberPattern: '^\\+1425', priority: 3 }),
  );
  const tried = async (TargetNumber: string) =>
    (await csRules.CsVoicePolicy.actions?.test?.(asked(world, { VoicePolicy: 'P', TargetNumber })))?.result;
  assert.deepEqual(await tried('+14255550100'), [{ FirstMatchingRoute: 'near', MatchingUsage: 'Local' }]);
  assert.deepEqual(await tried('+33'), [{ FirstMatchingRoute: 'far', MatchingUsage: 'Long Distance' }]);
  const byRoute = async (TargetNumber: string) =>
    (await csRules.CsVoiceRoute.actions?.test?.(asked(world, { Route: 'near', TargetNumber })))?.result;
  assert.deepEqual(
    [await byRoute('+1425'), await byRoute('+33')],
    [{ MatchesPattern: true }, { MatchesPattern: false }],
  );
  const none = await csRules.CsVoicePolicy.actions?.test?.(
    asked(world, { VoicePolicy: 'Global', TargetNumber: '+33' }),
  );
  assert.deepEqual(none?.result, []);
});

test('media go around the mediation server only where that works', async () => {
  const trunk = (more: object) =>
    problemsOf(
      csRules.CsTrunkConfiguration,
      'CsTrunkConfiguration',
      't',
      lookupOf(...HOME, [
        't',
        'CsTrunkConfiguration',
        { name: 'Global', organization: 'o', enableBypass: true, ...more },
      ]),
    );
  for (const [more, count] of [
    [{}, 0],
    [{ concentratedTopology: false }, 1],
    [{ enableReferSupport: false }, 1],
    [{ enableReferSupport: false, rtcpActiveCalls: false }, 1],
    [{ enableReferSupport: false, rtcpActiveCalls: false, rtcpCallsOnHold: false }, 0],
    [{ enableBypass: false, concentratedTopology: false }, 0],
  ] as const)
    assert.equal((await trunk(more)).length, count, JSON.stringify(more));
});

const TRUNK: Made = ['t', 'CsTrunkConfiguration', { name: 'Site:Redmond', organization: 'o' }];

test('rules of trunks: where they go, what they replace, which responses they take', async () => {
  const number = { name: 'Site:Redmond/1', trunkConfiguration: 't', pattern: '^\\+(1\\d{10})$', translation: '$1' };
  const world = lookupOf(
    ...HOME,
    TRUNK,
    ['r', 'CsOutboundTranslationRule', number],
    ['c', 'CsOutboundCallingNumberTranslationRule', { ...number, translation: '$2' }],
  );
  assert.deepEqual(await problemsOf(csRules.CsOutboundTranslationRule, 'CsOutboundTranslationRule', 'r', world), []);
  assert.equal(
    (
      await problemsOf(
        csRules.CsOutboundCallingNumberTranslationRule,
        'CsOutboundCallingNumberTranslationRule',
        'c',
        world,
      )
    ).length,
    1,
  );
  const tried = await csRules.CsTrunkConfiguration.actions?.test?.(
    asked(world, { TrunkConfiguration: 't', DialedNumber: '+14255551010' }),
  );
  assert.deepEqual(tried?.result, [{ MatchingRule: 'Site:Redmond/1', TranslatedNumber: '14255551010' }]);
  const response = (more: object) =>
    problemsOf(
      csRules.CsSipResponseCodeTranslationRule,
      'CsSipResponseCodeTranslationRule',
      's',
      lookupOf(...HOME, TRUNK, [
        's',
        'CsSipResponseCodeTranslationRule',
        { name: 'Site:Redmond/1', trunkConfiguration: 't', translatedResponseCode: 503, ...more },
      ]),
    );
  for (const [more, count] of [
    [{ receivedResponseCode: 434 }, 0],
    [{ receivedResponseCode: 183 }, 1],
    [{}, 1],
    [{ receivedISUPCauseValue: 34 }, 0],
  ] as const)
    assert.equal((await response(more)).length, count, JSON.stringify(more));
  const shown = await csRules.CsTrunkConfiguration.computed?.((await world.get('CsTrunkConfiguration', 't'))!, world);
  assert.deepEqual(shown?.outboundTranslationRulesList, [
    { name: 'Site:Redmond/1', pattern: number.pattern, translation: '$1' },
  ]);
});
