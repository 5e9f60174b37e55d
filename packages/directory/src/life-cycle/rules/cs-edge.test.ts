import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf, validateChange } from '@parley/schema';
import { asked, HOME, lookupOf, type Made, problemsOf } from '../../../test/cs-lookup.ts';
import { csAccessEdgeRules, csAllowedDomainRules, csBlockedDomainRules, csHostingProviderRules } from './cs-edge.ts';

const PROVIDER: Made = [
  'p',
  'CsHostingProvider',
  {
    name: 'Fabrikam.com',
    organization: 'o',
    proxyFqdn: 'proxy.fabrikam.com',
    verificationLevel: 'UseSourceVerification',
  },
];
const edge = (more: object): Made => ['e', 'CsAccessEdgeConfiguration', { name: 'Global', organization: 'o', ...more }];
const BY_DEFAULT = { routingMethod: 'UseDefaultRouting', defaultRouteFqdn: 'edge.fabrikam.com' };

async function set(parameters: Readonly<Record<string, unknown>>) {
  const done = await csAccessEdgeRules.actions?.['set-edge']?.(asked(lookupOf(edge({})), parameters));
  const [change] = done?.changes ?? [];
  return change?.what === 'change' ? change.patch : undefined;
}

test('switches choose the routing; the rest is set as it is given', async () => {
  assert.deepEqual(await set({ UseDnsSrvRouting: true, AllowFederatedUsers: true, EnablePartnerDiscovery: false }), {
    routingMethod: 'UseDnsSrvRouting',
    defaultRouteFqdn: null,
    allowFederatedUsers: true,
    enablePartnerDiscovery: false,
  });
  assert.deepEqual(await set({ UseDefaultRouting: true, DefaultRouteFqdn: 'a.b', Force: true }), {
    routingMethod: 'UseDefaultRouting',
    defaultRouteFqdn: 'a.b',
  });
  assert.deepEqual(await set({ BeClearingHouse: true }), { beClearingHouse: true });
  await assert.rejects(set({ UseDnsSrvRouting: true, UseDefaultRouting: true }), { code: 'OBJECT_INVALID' });
});

test('default routing needs a route and knows no providers', async () => {
  const wrong = (...made: readonly Made[]) =>
    problemsOf(csAccessEdgeRules, 'CsAccessEdgeConfiguration', 'e', lookupOf(...made));
  assert.deepEqual(await wrong(edge({}), PROVIDER), []);
  assert.deepEqual(await wrong(edge(BY_DEFAULT)), []);
  assert.match((await wrong(edge({ routingMethod: 'UseDefaultRouting' })))[0] ?? '', /defaultRouteFqdn is missing/);
  assert.match((await wrong(edge(BY_DEFAULT), PROVIDER))[0] ?? '', /there is Fabrikam\.com/);
});

test('providers need routing by DNS', async () => {
  const wrong = (...made: readonly Made[]) =>
    problemsOf(csHostingProviderRules, 'CsHostingProvider', 'p', lookupOf(...made));
  assert.deepEqual(await wrong(edge({}), PROVIDER), []);
  assert.match((await wrong(edge(BY_DEFAULT), PROVIDER))[0] ?? '', /-UseDnsSrvRouting comes first/);
});

test("a provider's edge server stays what it is and is nobody else's; its verification level is said", () => {
  const { proxyFqdn } = definitionOf('CsHostingProvider').properties;
  assert.ok(proxyFqdn?.type === 'text' && proxyFqdn.unique);
  const [, , input] = PROVIDER;
  const document = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));
  const changed = validateChange('CsHostingProvider', document, { proxyFqdn: 'other.fabrikam.com' });
  assert.match('problems' in changed ? (changed.problems[0]?.message ?? '') : '', /cannot be changed/);
  const unsaid = validateChange('CsHostingProvider', document, { verificationLevel: null });
  assert.match('problems' in unsaid ? (unsaid.problems[0]?.message ?? '') : '', /verificationLevel is missing/);
});

test('a domain is allowed or blocked, not both', async () => {
  const allowed: Made = ['a', 'CsAllowedDomain', { name: 'fabrikam.com', organization: 'o' }];
  const blocked: Made = ['b', 'CsBlockedDomain', { name: 'fabrikam.com', organization: 'o' }];
  const both = lookupOf(...HOME, allowed, blocked);
  assert.deepEqual(await problemsOf(csAllowedDomainRules, 'CsAllowedDomain', 'a', both), [
    'name: fabrikam.com is on the list of blocked domains',
  ]);
  assert.deepEqual(await problemsOf(csBlockedDomainRules, 'CsBlockedDomain', 'b', both), [
    'name: fabrikam.com is on the list of allowed domains',
  ]);
  assert.deepEqual(await problemsOf(csAllowedDomainRules, 'CsAllowedDomain', 'a', lookupOf(allowed)), []);
  assert.deepEqual(await problemsOf(csBlockedDomainRules, 'CsBlockedDomain', 'b', lookupOf(blocked)), []);
});
