import {
  type AuditLog,
  EVERY_NODE,
  type NewestChange,
  ObjectInvalid,
  REPLICATION,
  type Replica,
  type Replicas,
} from '@parley/directory';
import { problem } from '@parley/schema';
import { textIn } from '../run/bind.ts';
import type { Action, ActionRequest, Row, RunResult } from '../run/ports.ts';

export interface ReplicationParts {
  readonly replicas: Replicas;
  /** Where nodes hear of it: every one follows the audit. */
  readonly audit: Pick<AuditLog, 'append'>;
  /** The node that answers. */
  readonly node: string;
}

/** What the cmdlets about the nodes' copies of the configuration do, by `does` of their declarations. */
export function replicationActions(parts: ReplicationParts): Readonly<Record<string, Action>> {
  return {
    replicate: request => replicate(request, parts),
    'replication-status': request => status(request, parts),
  };
}

async function replicate(request: ActionRequest, parts: ReplicationParts): Promise<Partial<RunResult>> {
  const { by, cmdlet } = request;
  const named = await namedReplica(request, parts.replicas);
  if (by.trial) return {};
  await parts.audit.append({
    who: by.who,
    cmdlet: cmdlet.name,
    outcome: 'done',
    kind: REPLICATION,
    objectId: named?.node ?? EVERY_NODE,
    ...(by.requestId === undefined ? {} : { requestId: by.requestId }),
  });
  return {};
}

async function status(request: ActionRequest, parts: ReplicationParts): Promise<Partial<RunResult>> {
  const { replicas, node } = parts;
  const newest = await replicas.newest();
  if (request.bound.named.CentralManagementStoreStatus === true)
    return { rows: [storeRow(await replicas.list(), newest, node)] };
  const named = await namedReplica(request, replicas);
  const shown = named ? [named] : await replicas.list();
  return { rows: shown.map(replica => replicaRow(replica, newest)) };
}

/** Rejects with `OBJECT_INVALID` when no such node has ever told of itself. */
async function namedReplica({ bound }: ActionRequest, replicas: Replicas): Promise<Replica | undefined> {
  const name = textIn(bound, 'ReplicaFqdn');
  if (name === undefined) return undefined;
  const all = await replicas.list();
  const found = all.find(({ node }) => node.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new ObjectInvalid([problem('ReplicaFqdn', name, `a node: ${all.map(({ node }) => node).join(', ')}`)]);
}

const at = (millis: number | undefined) => (millis === undefined ? null : new Date(millis).toISOString());

const replicaRow = ({ node, seen, toldAt }: Replica, newest: NewestChange | undefined): Row => ({
  kind: 'CsManagementStoreReplicationStatus',
  id: node,
  name: node,
  properties: {
    ReplicaFqdn: node,
    UpToDate: newest === undefined || seen >= newest.place,
    LastStatusReport: at(toldAt),
    LastUpdateCreation: at(newest?.at),
  },
});

const storeRow = (all: readonly Replica[], newest: NewestChange | undefined, node: string): Row => ({
  kind: 'CsCentralManagementStoreStatus',
  id: node,
  name: node,
  properties: {
    ActiveMasterFqdn: node,
    LastUpdatedOn: at(newest?.at),
    ActiveReplicas: all.map(replica => replica.node),
  },
});
