import type { CmdletDefinition } from '../define/cmdlet.ts';
import { adminCmdlets } from './admin.ts';
import { bulkImportCmdlets } from './bulk-import.ts';
import { csCmdlets } from './cs.ts';
import { organizationCmdlets } from './organization.ts';
import { peopleCmdlets } from './people.ts';
import { umAutoAttendantCmdlets } from './um-auto-attendant.ts';
import { umCallAnsweringRuleCmdlets } from './um-call-answering-rule.ts';
import { umCallRouterSettingsCmdlets } from './um-call-router-settings.ts';
import { umCallsCmdlets } from './um-calls.ts';
import { umDialPlanCmdlets } from './um-dial-plan.ts';
import { umHuntGroupCmdlets } from './um-hunt-group.ts';
import { umIPGatewayCmdlets } from './um-ip-gateway.ts';
import { umMailboxCmdlets } from './um-mailbox.ts';
import { umMailboxPinCmdlets } from './um-mailbox-pin.ts';
import { umMailboxPolicyCmdlets } from './um-mailbox-policy.ts';
import { umPromptCmdlets } from './um-prompt.ts';
import { umServiceCmdlets } from './um-service.ts';

/** Everything that administrators can do, by the names of the originals. */
export const cmdlets: readonly CmdletDefinition[] = [
  ...organizationCmdlets,
  ...peopleCmdlets,
  ...umDialPlanCmdlets,
  ...umIPGatewayCmdlets,
  ...umHuntGroupCmdlets,
  ...umMailboxPolicyCmdlets,
  ...umMailboxCmdlets,
  ...umMailboxPinCmdlets,
  ...umAutoAttendantCmdlets,
  ...umCallAnsweringRuleCmdlets,
  ...umServiceCmdlets,
  ...csCmdlets,
  ...umCallRouterSettingsCmdlets,
  ...umPromptCmdlets,
  ...umCallsCmdlets,
  ...bulkImportCmdlets,
  ...adminCmdlets,
];

const byName = new Map(
  cmdlets.flatMap(cmdlet => [cmdlet.name, ...(cmdlet.aliases ?? [])].map(name => [name.toLowerCase(), cmdlet])),
);

/** The cmdlet of a name; upper and lower case are equal. */
export function cmdletNamed(name: string): CmdletDefinition | undefined {
  return byName.get(name.toLowerCase());
}
