import type { CmdletDefinition } from '../define/cmdlet.ts';
import { flag, text } from '../define/property.ts';

const REPLICA = {
  property: text({ max: 253, help: 'Only this node, by the name that `node` of its configuration gives it.' }),
  pipeline: 'property',
} as const;

/** The copies of the configuration that nodes keep for their calls; what they do is in @parley/admin. */
export const csReplicationCmdlets: readonly CmdletDefinition[] = [
  {
    name: 'Invoke-CsManagementStoreReplication',
    summary: 'Has all nodes, or one, read the whole configuration again.',
    does: 'replicate',
    parameters: { ReplicaFqdn: { ...REPLICA, position: 0 } },
    changes: true,
    examples: [
      { says: 'Every node reads everything again, within a second.', line: 'Invoke-CsManagementStoreReplication' },
    ],
  },
  {
    name: 'Get-CsManagementStoreReplicationStatus',
    summary: 'Shows which nodes know the newest configuration.',
    does: 'replication-status',
    parameters: {
      ReplicaFqdn: { ...REPLICA, position: 0, inSets: ['Replica'] },
      CentralManagementStoreStatus: {
        property: flag({
          default: false,
          help: 'Shows when the configuration itself was changed, and who follows it.',
        }),
        isSwitch: true,
        inSets: ['Store'],
      },
    },
    changes: false,
    examples: [
      { says: 'Shows all nodes.', line: 'Get-CsManagementStoreReplicationStatus' },
      {
        says: 'Shows the store itself.',
        line: 'Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus',
      },
    ],
  },
];
