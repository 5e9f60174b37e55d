import type { CmdletDefinition, Parameter } from '../define/cmdlet.ts';
import { text } from '../define/property.ts';
import { ADMINISTRATOR_MADE } from './admin-administrators.ts';

const group = (required: boolean): Parameter => ({
  property: text({ max: 64, help: 'Name of the role group.' }),
  position: 0,
  pipeline: 'object',
  ...(required ? { required: true } : {}),
});

const member: Parameter = { property: text({ max: 256, help: 'Name of the administrator.' }), required: true };

export const adminRoleGroupCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Get-RoleGroup',
    summary: 'Shows a role group with its roles and members, or all of them.',
    does: 'getRoleGroup',
    changes: false,
    parameters: { Identity: group(false) },
    examples: [{ says: 'Shows what members of UM Management may.', line: 'Get-RoleGroup "UM Management"' }],
  },
  {
    name: 'Get-RoleGroupMember',
    summary: 'Shows the administrators that are members of a role group.',
    does: 'getRoleGroupMember',
    changes: false,
    parameters: { Identity: group(true) },
    examples: [{ says: 'Shows who is at the help desk.', line: 'Get-RoleGroupMember "Help Desk"' }],
  },
  {
    name: 'Add-RoleGroupMember',
    summary: 'Makes an administrator a member of a role group.',
    does: 'addRoleGroupMember',
    changes: true,
    parameters: { Identity: group(true), Member: member },
    examples: [
      {
        says: 'Lets somebody manage unified messaging.',
        line: 'Add-RoleGroupMember "UM Management" -Member ann',
        before: [ADMINISTRATOR_MADE],
      },
    ],
  },
  {
    name: 'Remove-RoleGroupMember',
    summary: 'Takes an administrator out of a role group.',
    does: 'removeRoleGroupMember',
    changes: true,
    asks: true,
    parameters: { Identity: group(true), Member: member },
    examples: [
      {
        says: 'Takes somebody from the help desk, without asking.',
        line: 'Remove-RoleGroupMember "Help Desk" -Member ann -Confirm:$false',
        before: [ADMINISTRATOR_MADE],
      },
    ],
  },
  {
    name: 'Get-ManagementRole',
    summary: 'Shows a management role with the cmdlets that it grants, or all of them.',
    does: 'getManagementRole',
    changes: false,
    parameters: {
      Identity: { property: text({ max: 64, help: 'Name of the role.' }), position: 0, pipeline: 'object' },
      Cmdlet: { property: text({ max: 64, help: 'Only roles that grant this cmdlet.' }) },
    },
    examples: [
      { says: 'Shows one.', line: 'Get-ManagementRole "UM Prompts"' },
      { says: 'Shows who grants a cmdlet.', line: 'Get-ManagementRole -Cmdlet Set-UMMailboxPIN' },
    ],
  },
];
