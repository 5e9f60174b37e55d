import { ParleyError } from '@parley/base';
import { type CmdletDefinition, groupsThatMay, isAboutPeople, isOfTheSystem, mayGroupRun } from '@parley/schema';
import { liesIn } from './distinguished-name.ts';
import type { Principal } from './principal.ts';
import { leavesCmdlet, parseScope, type Scope } from './scopes.ts';

/** What a cmdlet is about to touch or show. */
export interface Target {
  /** Id of the organisation it belongs to; undefined when it belongs to the system. */
  readonly organization?: string;
  /** Distinguished name of the folder that the person or contact is in. */
  readonly ou?: string;
  /** Name of the site whose configuration it is; undefined when it is for all sites. */
  readonly site?: string;
}

type Right = Pick<CmdletDefinition, 'name' | 'changes'>;

/**
 * The one place where it is decided who may do what. Without a target: whether he may run the cmdlet on anything at all; ask again
 * with each target as soon as it is known. Throws `FORBIDDEN`, which says who may; a target of another organisation is
 * `OBJECT_NOT_FOUND`, exactly as one that does not exist.
 */
export function authorise(principal: Principal, cmdlet: Right, target?: Target): void {
  const refused = refusal(principal, cmdlet, target);
  if (refused) throw refused;
}

/** The same as an answer: for what is left out of a list instead of being refused. */
export function isAllowed(principal: Principal, cmdlet: Right, target?: Target): boolean {
  return refusal(principal, cmdlet, target) === undefined;
}

function refusal(principal: Principal, cmdlet: Right, target: Target | undefined): ParleyError | undefined {
  const scopes = scopesOf(principal);
  const byName = refusedByName(principal, cmdlet.name, scopes);
  if (byName !== undefined) return new ParleyError('FORBIDDEN', byName);
  if (target === undefined) return undefined;
  if (!isInOrganization(principal, target)) return new ParleyError('OBJECT_NOT_FOUND', 'there is no such object');
  const outside = refusedByScope(cmdlet, scopes, target);
  return outside === undefined ? undefined : new ParleyError('FORBIDDEN', `${principal.name} may not: ${outside}`);
}

/** Undefined when one of them cannot be read: it was to narrow something, and nobody knows what. */
function scopesOf({ scopes }: Principal): readonly Scope[] | undefined {
  const parsed = scopes.map(parseScope);
  return parsed.every(scope => scope !== undefined) ? parsed : undefined;
}

function refusedByName(
  { name, groups, organization }: Principal,
  cmdlet: string,
  scopes: readonly Scope[] | undefined,
): string | undefined {
  const who = JSON.stringify(name);
  if (!groups.some(group => mayGroupRun(group, cmdlet))) {
    const may = groupsThatMay(cmdlet).join(' or ');
    const member = groups.length > 0 ? `a member of ${groups.join(', ')}` : 'a member of no role group';
    return `${cmdlet} is for members of ${may || 'no role group'}; ${who} is ${member}`;
  }
  if (organization !== undefined && isOfTheSystem(cmdlet))
    return `${cmdlet} touches all organisations: it is for administrators of the whole system, and ${who} is of one`;
  if (scopes === undefined)
    return `${cmdlet}: a scope of ${who} is none that this version knows, so nothing is allowed`;
  return leavesCmdlet(scopes, cmdlet) ? undefined : `${cmdlet} is outside of what this token or ${who} is limited to`;
}

function isInOrganization({ organization }: Principal, target: Target): boolean {
  return organization === undefined || organization === target.organization;
}

function refusedByScope(cmdlet: Right, scopes: readonly Scope[] = [], { ou, site }: Target): string | undefined {
  if (isAboutPeople(cmdlet.name)) {
    const folders = scopes.flatMap(scope => (scope.kind === 'ou' ? [scope.folder] : []));
    if (folders.length === 0 || (ou !== undefined && folders.some(folder => liesIn(ou, folder)))) return undefined;
    return `${cmdlet.name} only in ${folders.join(' or ')}`;
  }
  const sites = scopes.flatMap(scope => (scope.kind === 'site' ? [scope.site] : []));
  if (!cmdlet.changes || sites.length === 0 || (site !== undefined && sites.includes(site.toLowerCase())))
    return undefined;
  return `${cmdlet.name} only for the site ${sites.join(' or ')}`;
}
