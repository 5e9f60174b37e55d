import { cmdlets } from '../cmdlets/index.ts';
import { once } from '../define/once.ts';
import { exchangeRoles } from './exchange-roles.ts';
import { lyncRoles } from './lync-roles.ts';
import { isMeant, type ManagementRole, type RoleGroup } from './role.ts';
import { roleGroups } from './role-groups.ts';

export { roleGroups };

/** Every management role, by the names of the originals where they have one. */
export const managementRoles: readonly ManagementRole[] = [...exchangeRoles, ...lyncRoles];

/** Names of the declared cmdlets that a role grants. */
export function cmdletsOfRole({ cmdlets: patterns, except = [] }: ManagementRole): readonly string[] {
  const isAmong = (all: readonly string[], name: string) => all.some(pattern => isMeant(pattern, name));
  return cmdlets.map(({ name }) => name).filter(name => isAmong(patterns, name) && !isAmong(except, name));
}

/** Names of the cmdlets that each group may run. Worked out when somebody asks first: a shell never does. */
const rightsByGroup = once(
  (): ReadonlyMap<string, ReadonlySet<string>> =>
    new Map(
      roleGroups.map(({ name, roles }) => [
        name.toLowerCase(),
        new Set(managementRoles.filter(role => roles.includes(role.name)).flatMap(cmdletsOfRole)),
      ]),
    ),
);

/** The role group of a name; upper and lower case are equal. */
export function roleGroupNamed(name: string): RoleGroup | undefined {
  return roleGroups.find(group => group.name.toLowerCase() === name.toLowerCase());
}

/** Whether members of a role group may run a cmdlet; both by name. Nobody may do anything by a group that does not exist. */
export function mayGroupRun(group: string, cmdlet: string): boolean {
  return rightsByGroup().get(group.toLowerCase())?.has(cmdlet) ?? false;
}

/** Names of the role groups whose members may run a cmdlet. */
export function groupsThatMay(cmdlet: string): readonly string[] {
  return roleGroups.map(({ name }) => name).filter(group => mayGroupRun(group, cmdlet));
}
