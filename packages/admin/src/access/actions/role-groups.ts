import { ParleyError } from '@parley/base';
import type { Administrator } from '@parley/directory';
import {
  cmdletNamed,
  cmdletsOfRole,
  type ManagementRole,
  managementRoles,
  type RoleGroup,
  roleGroupNamed,
  roleGroups,
} from '@parley/schema';
import { textIn } from '../../run/bind.ts';
import type { Action, ActionRequest } from '../../run/ports.ts';
import { shownAdministrator } from './administrators.ts';
import { type ActionParts, administratorNamed, mayHandOut, row, told } from './parts.ts';

type Doing = (request: ActionRequest, parts: ActionParts) => ReturnType<Action>;

export const getRoleGroup: Doing = async (request, parts) => {
  const wanted = textIn(request.bound, 'Identity');
  const groups = wanted === undefined ? roleGroups : [groupNamed(wanted)];
  const all = await everybody(request, parts);
  const rows = groups.map(({ name, summary, roles }) =>
    row('RoleGroup', name, {
      Name: name,
      Description: summary,
      Roles: roles,
      Members: all.filter(each => each.groups.includes(name)).map(each => each.name),
    }),
  );
  return { rows };
};

export const getRoleGroupMember: Doing = async (request, parts) => {
  const { name } = groupNamed(textIn(request.bound, 'Identity') ?? '');
  const all = await everybody(request, parts);
  return { rows: all.filter(({ groups }) => groups.includes(name)).map(shownAdministrator) };
};

export const addRoleGroupMember: Doing = (request, parts) =>
  changeGroups(request, parts, (groups, name) => [...new Set([...groups, name])]);

export const removeRoleGroupMember: Doing = (request, parts) =>
  changeGroups(request, parts, (groups, name) => groups.filter(group => group !== name));

async function changeGroups(
  request: ActionRequest,
  parts: ActionParts,
  change: (groups: readonly string[], name: string) => readonly string[],
): ReturnType<Action> {
  const { name } = groupNamed(textIn(request.bound, 'Identity') ?? '');
  const member = await administratorNamed(textIn(request.bound, 'Member') ?? '', request, parts);
  mayHandOut(request.principal, [name]);
  const groups = change(member.groups, name);
  if (!request.asked.trial) {
    await parts.records.administrators.change(member.id, { groups });
    await told(request, parts, { object: member, parameters: { group: name } });
  }
  return { rows: [shownAdministrator({ ...member, groups })] };
}

export const getManagementRole: Doing = async ({ bound }) => {
  const wanted = textIn(bound, 'Identity')?.toLowerCase();
  const cmdlet = textIn(bound, 'Cmdlet');
  const roles = managementRoles.filter(({ name }) => wanted === undefined || name.toLowerCase() === wanted);
  if (wanted !== undefined && roles.length === 0) throw unknown('management role', wanted);
  return { rows: roles.filter(role => cmdlet === undefined || grants(role, cmdlet)).map(shownRole) };
};

const grants = (role: ManagementRole, cmdlet: string) => cmdletsOfRole(role).includes(cmdletNamed(cmdlet)?.name ?? '');

const shownRole = (role: ManagementRole) =>
  row('ManagementRole', role.name, {
    Name: role.name,
    Description: role.summary,
    Cmdlets: cmdletsOfRole(role),
    RoleGroups: roleGroups.filter(({ roles }) => roles.includes(role.name)).map(({ name }) => name),
  });

function groupNamed(name: string): RoleGroup {
  const group = roleGroupNamed(name);
  if (group) return group;
  throw unknown('role group', name);
}

const unknown = (what: string, name: string) =>
  new ParleyError('OBJECT_NOT_FOUND', `there is no ${what} ${JSON.stringify(name.slice(0, 64))}`);

/** The administrators that whoever asks may see: page by page, since there may be more than one page has. */
async function everybody({ by }: ActionRequest, { records }: ActionParts): Promise<readonly Administrator[]> {
  const all: Administrator[] = [];
  for (;;) {
    const after = all.at(-1)?.name;
    const page = await records.administrators.list({
      ...(by.organization === undefined ? {} : { organization: by.organization }),
      ...(after === undefined ? {} : { after }),
    });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
