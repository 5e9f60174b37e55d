import type { CmdletDefinition } from '../define/cmdlet.ts';
import { csDialPlanCmdlets } from './cs-dial-plan.ts';
import { csEdgeCmdlets } from './cs-edge.ts';
import { csExUmContactCmdlets } from './cs-ex-um-contact.ts';
import { csHostedVoicemailPolicyCmdlets } from './cs-hosted-voicemail-policy.ts';
import { csNumberCmdlets } from './cs-numbers.ts';
import { csReplicationCmdlets } from './cs-replication.ts';
import { csConfigurationCmdlets, csEffectivePolicyCmdlet, csTopologyCmdlets } from './cs-topology.ts';
import { csTrunkCmdlets } from './cs-trunk.ts';
import { csUserCmdlets } from './cs-user.ts';
import { csVoiceCmdlets } from './cs-voice.ts';

/** Every cmdlet of communications. */
export const csCmdlets: readonly CmdletDefinition[] = [
  ...csTopologyCmdlets,
  ...csHostedVoicemailPolicyCmdlets,
  ...csUserCmdlets,
  ...csExUmContactCmdlets,
  ...csDialPlanCmdlets,
  ...csVoiceCmdlets,
  ...csTrunkCmdlets,
  ...csNumberCmdlets,
  ...csEdgeCmdlets,
  csEffectivePolicyCmdlet,
  ...csConfigurationCmdlets,
  ...csReplicationCmdlets,
];
