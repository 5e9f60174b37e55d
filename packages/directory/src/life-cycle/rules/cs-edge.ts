import { Bug } from '@parley/base';
import { definitionOf, type OfKind, type Problem, problem, remark } from '@parley/schema';
import { type Given, invalid, isOn, propertiesIn } from './cs-read.ts';
import { resetOrRemove, scopeProblems } from './cs-scope.ts';
import type { Action, KindRules, Lookup } from './rule.ts';

type Edge = OfKind<'CsAccessEdgeConfiguration'>;

const theEdge = async (lookup: Lookup): Promise<Edge | undefined> =>
  (await lookup.find('CsAccessEdgeConfiguration', 'name', 'Global', { limit: 1 })).at(0);

/** Providers are found by DNS only: with a default route everything would go there. */
async function defaultRouteProblems(edge: Edge, lookup: Lookup): Promise<Problem[]> {
  if (edge.routingMethod === 'UseDnsSrvRouting') return [];
  const problems: Problem[] = [];
  if (edge.defaultRouteFqdn === undefined)
    problems.push(problem('defaultRouteFqdn', undefined, 'given with default routing'));
  const providers = await lookup.all('CsHostingProvider');
  if (providers.length > 0)
    problems.push(
      remark(
        'routingMethod',
        edge.routingMethod,
        `routingMethod: default routing knows no hosting providers; there is ${providers.map(({ name }) => name).join(', ')}`,
      ),
    );
  return problems;
}

/** The routing that the switches ask for. */
function routingIn(parameters: Given): Given {
  const [dns, byDefault] = [isOn(parameters, 'UseDnsSrvRouting'), isOn(parameters, 'UseDefaultRouting')];
  if (dns && byDefault) throw invalid(problem('UseDefaultRouting', true, 'left out when UseDnsSrvRouting is given'));
  if (dns) return { routingMethod: 'UseDnsSrvRouting', defaultRouteFqdn: null };
  return byDefault ? { routingMethod: 'UseDefaultRouting' } : {};
}

/** `Set-CsAccessEdgeConfiguration`: switches choose the routing, everything else is set as it is given. */
const setEdge: Action<'CsAccessEdgeConfiguration'> = async ({ object, parameters, lookup, by }) => {
  const edge = object ?? (await theEdge(lookup));
  if (!edge) throw new Bug('there is no global CsAccessEdgeConfiguration');
  const known = Object.keys(definitionOf('CsAccessEdgeConfiguration').properties);
  const kind = 'CsAccessEdgeConfiguration';
  return {
    changes: [
      {
        what: 'change',
        kind,
        id: edge.id,
        patch: { ...routingIn(parameters), ...propertiesIn(parameters, 'CsAccessEdgeConfiguration', known) },
      },
    ],
    shows: by.trial ? [{ kind, id: edge.id }] : [],
  };
};

export const csAccessEdgeRules: KindRules<'CsAccessEdgeConfiguration'> = {
  check: (edge, { lookup }) => defaultRouteProblems(edge, lookup),
  actions: { 'set-edge': setEdge },
};

export const csHostingProviderRules: KindRules<'CsHostingProvider'> = {
  async check({ name }, { lookup }) {
    const edge = await theEdge(lookup);
    if (edge?.routingMethod !== 'UseDefaultRouting') return [];
    return [
      remark(
        'name',
        name,
        'hosting providers need routing by DNS: Set-CsAccessEdgeConfiguration -UseDnsSrvRouting comes first',
      ),
    ];
  },
};

/** A domain is allowed or blocked, not both. */
const notOnBoth =
  <K extends 'CsAllowedDomain' | 'CsBlockedDomain'>(
    other: 'CsAllowedDomain' | 'CsBlockedDomain',
  ): KindRules<K>['check'] =>
  async ({ name }, { lookup }) => {
    const found = await lookup.find(other, 'name', name, { limit: 1 });
    const list = other === 'CsBlockedDomain' ? 'blocked' : 'allowed';
    return found.length > 0 ? [remark('name', name, `name: ${name} is on the list of ${list} domains`)] : [];
  };

export const csAllowedDomainRules: KindRules<'CsAllowedDomain'> = { check: notOnBoth('CsBlockedDomain') };
export const csBlockedDomainRules: KindRules<'CsBlockedDomain'> = { check: notOnBoth('CsAllowedDomain') };

export const csMediaConfigurationRules: KindRules<'CsMediaConfiguration'> = {
  check: (configuration, { lookup }) => scopeProblems(configuration, lookup),
  actions: { 'reset-or-remove': resetOrRemove('CsMediaConfiguration') },
};
