import type { Action, ActionRequest } from '../../run/ports.ts';
import {
  getAdministrator,
  getAdminSession,
  newAdministrator,
  removeAdministrator,
  removeAdminSession,
  setAdministrator,
} from './administrators.ts';
import { exportAdminAuditLog, getAdminAuditLogConfig, searchAdminAuditLog, testAdminAuditLog } from './audit-log.ts';
import type { ActionParts } from './parts.ts';
import {
  addRoleGroupMember,
  getManagementRole,
  getRoleGroup,
  getRoleGroupMember,
  removeRoleGroupMember,
} from './role-groups.ts';
import { getAdminToken, newAdminToken, removeAdminToken } from './tokens.ts';

const doings = {
  getAdministrator,
  newAdministrator,
  setAdministrator,
  removeAdministrator,
  getAdminSession,
  removeAdminSession,
  getRoleGroup,
  getRoleGroupMember,
  addRoleGroupMember,
  removeRoleGroupMember,
  getManagementRole,
  getAdminToken,
  newAdminToken,
  removeAdminToken,
  searchAdminAuditLog,
  exportAdminAuditLog,
  getAdminAuditLogConfig,
  testAdminAuditLog,
};

/** What the cmdlets about access do, by `does` of their declarations. */
export function accessActions(parts: ActionParts): Readonly<Record<string, Action>> {
  return Object.fromEntries(
    Object.entries(doings).map(([does, doing]) => [does, (request: ActionRequest) => doing(request, parts)]),
  );
}
