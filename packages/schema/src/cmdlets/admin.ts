import type { CmdletDefinition } from '../define/cmdlet.ts';
import { adminAdministratorCmdlets } from './admin-administrators.ts';
import { adminAuditLogCmdlets } from './admin-audit-log.ts';
import { adminRoleGroupCmdlets } from './admin-role-groups.ts';
import { adminTokenCmdlets } from './admin-tokens.ts';

/** Who may do what, and who did. */
export const adminCmdlets: readonly CmdletDefinition[] = [
  ...adminAdministratorCmdlets,
  ...adminRoleGroupCmdlets,
  ...adminTokenCmdlets,
  ...adminAuditLogCmdlets,
];
