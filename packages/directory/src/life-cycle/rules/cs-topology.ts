import { type OfKind, problem, remark } from '@parley/schema';
import { madeFor, SERVICES } from './cs-scope.ts';
import type { KindRules, Lookup } from './rule.ts';

export const csSiteRules: KindRules<'CsSite'> = {
  async check(site, { lookup }) {
    if (site.siteType === 'CentralSite')
      return site.parentSite === undefined ? [] : [problem('parentSite', site.parentSite, 'empty for a central site')];
    const parent = site.parentSite === undefined ? undefined : await lookup.get('CsSite', site.parentSite);
    return parent?.siteType === 'CentralSite'
      ? []
      : [problem('parentSite', parent?.name, 'the central site of a branch')];
  },
  async refusesRemoval({ name }, lookup) {
    const users = await madeFor([`Site:${name}`], lookup);
    return users && `is used by ${users}`;
  },
};

/** Routes name gateways as services. */
async function routesBy(pool: OfKind<'CsPool'>, lookup: Lookup): Promise<string[]> {
  if (pool.role !== 'PstnGateway') return [];
  const service = `PstnGateway:${pool.name}`.toLowerCase();
  const routes = await lookup.all('CsVoiceRoute');
  return routes
    .filter(({ pstnGatewayList }) => pstnGatewayList.some(each => each.toLowerCase() === service))
    .map(({ name }) => `voiceroute ${name}`);
}

export const csPoolRules: KindRules<'CsPool'> = {
  async check(pool, { lookup }) {
    if (pool.backupPool === undefined) return [];
    const backup = await lookup.get('CsPool', pool.backupPool);
    if (backup?.id === pool.id) return [remark('backupPool', backup.name, 'backupPool: a pool is no backup of itself')];
    return backup?.role === pool.role ? [] : [problem('backupPool', backup?.name, `a pool whose role is ${pool.role}`)];
  },
  async refusesRemoval(pool, lookup) {
    const services = Object.keys(SERVICES).map(service => `${service}:${pool.name}`);
    const users = [await madeFor(services, lookup), ...(await routesBy(pool, lookup))].filter(
      each => each !== undefined,
    );
    return users.length > 0 ? `is used by ${users.join(', ')}` : undefined;
  },
};
