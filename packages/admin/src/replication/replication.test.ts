import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { type AuditRecord, EVERY_NODE, firstStart, REPLICATION, type Replicas } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { cmdletNamed } from '@parley/schema';
import { localPrincipal } from '../access/principal.ts';
import { createRun } from '../run/run.ts';
import { replicationActions } from './replication-actions.ts';

const replicas: Replicas = {
  list: async () => [
    { node: 'one', seen: 7, toldAt: 2000 },
    { node: 'two', seen: 6, toldAt: 1000 },
  ],
  newest: async () => ({ place: 7, at: 500 }),
};

async function door() {
  const clock = new FakeClock();
  const objects = memoryObjects({ clock, languages: ['en-US'] });
  await firstStart(objects, { clock, timeZone: 'UTC' });
  const audited: AuditRecord[] = [];
  const audit = { append: async (record: AuditRecord) => void audited.push(record) };
  const run = createRun({ objects, actions: replicationActions({ replicas, audit, node: 'one' }), log: silentLog });
  const ask = async (name: string, parameters: object = {}, trial = false) => {
    const cmdlet = cmdletNamed(name) ?? assert.fail(`no ${name}`);
    const { rows = [] } = await run(cmdlet, { parameters: { ...parameters }, trial }, localPrincipal);
    return rows.map(({ properties }) => properties);
  };
  return { ask, audited };
}

test('every node is shown with whether it knows the newest change', async () => {
  const { ask } = await door();
  const rows = await ask('Get-CsManagementStoreReplicationStatus');
  const changed = '1970-01-01T00:00:00.500Z';
  assert.deepEqual(rows, [
    { ReplicaFqdn: 'one', UpToDate: true, LastStatusReport: '1970-01-01T00:00:02.000Z', LastUpdateCreation: changed },
    { ReplicaFqdn: 'two', UpToDate: false, LastStatusReport: '1970-01-01T00:00:01.000Z', LastUpdateCreation: changed },
  ]);
  assert.deepEqual(await ask('Get-CsManagementStoreReplicationStatus', { ReplicaFqdn: 'TWO' }), [rows[1]]);
  assert.deepEqual(await ask('Get-CsManagementStoreReplicationStatus', { CentralManagementStoreStatus: true }), [
    { ActiveMasterFqdn: 'one', LastUpdatedOn: changed, ActiveReplicas: ['one', 'two'] },
  ]);
});

test('replication is asked for where every node hears of it; a trial asks nobody', async () => {
  const { ask, audited } = await door();
  await ask('Invoke-CsManagementStoreReplication', {}, true);
  assert.deepEqual(audited, []);
  await ask('Invoke-CsManagementStoreReplication');
  await ask('Invoke-CsManagementStoreReplication', { ReplicaFqdn: 'Two' });
  assert.deepEqual(
    audited.map(({ kind, objectId, outcome }) => [kind, objectId, outcome]),
    [
      [REPLICATION, EVERY_NODE, 'done'],
      [REPLICATION, 'two', 'done'],
    ],
  );
});

test('a node that nobody knows is refused, with those there are', async () => {
  const { ask, audited } = await door();
  for (const name of ['Invoke-CsManagementStoreReplication', 'Get-CsManagementStoreReplicationStatus'])
    await assert.rejects(ask(name, { ReplicaFqdn: 'three' }), /one, two/);
  assert.deepEqual(audited, []);
});
