import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database, DatabaseTransaction } from '@parley/database';
import { firstStart } from '@parley/directory';
import { ownIn, withDatabase } from './with-database.ts';

type Plugin = Parameters<DatabaseTransaction['withPlugin']>[0];

/** A database that counts the statements of its transactions. */
function counted(database: Database) {
  const statements = { count: 0 };
  const plugin: Plugin = {
    transformQuery: ({ node }) => node,
    // What was compiled before is not shown to `transformQuery`.
    async transformResult({ result }) {
      statements.count++;
      return result;
    },
  };
  const counting: Database = {
    ...database,
    inOrganization: (organization, work) =>
      database.inOrganization(organization, transaction => work(transaction.withPlugin(plugin))),
  };
  return { counting, statements };
}

const by = { who: 'test' };

// What a read costs is how often it goes to the database: a message to its thread costs more than most statements.
test('an object with all that it refers to is one question, a page a few, however many objects are in it', () =>
  withDatabase(async database => {
    const { counting, statements } = counted(database);
    await ownIn(counting, async objects => {
      const clock = new FakeClock();
      await firstStart(objects, { clock, timeZone: 'UTC' });
      const inputs = Array.from({ length: 60 }, (_, index) => ({
        name: `mailbox${index}`,
        displayName: `Person ${index}`,
        umEnabled: true,
        umMailboxPolicy: 'Main Default Policy',
        extensions: [String(5000 + index)],
        sipResourceIdentifier: `m${index}@example.org`,
      }));
      assert.deepEqual((await objects.createAll('UMMailbox', inputs, by)).refused, []);
      const asked = async (work: () => Promise<unknown>) => {
        statements.count = 0;
        await work();
        return statements.count;
      };
      const one = await objects.get('UMMailbox', 'mailbox7', by);
      assert.equal(one.references.umMailboxPolicy, 'Main Default Policy');
      assert.equal(one.computed.umDialPlan, 'Main');
      assert.equal(await asked(() => objects.get('UMMailbox', 'MAILBOX7', by)), 1);
      assert.equal(await asked(() => objects.get('UMMailbox', one.object.id, by)), 1);
      for (const limit of [5, 50]) {
        const count = await asked(() => objects.list('UMMailbox', { limit }, by));
        assert.ok(count <= 5, `${count} statements for a page of ${limit}`);
      }
    });
  }));

test('an identity that is an id, a name, or both of different objects means what it always meant', () =>
  withDatabase(database =>
    ownIn(database, async objects => {
      const clock = new FakeClock();
      await firstStart(objects, { clock, timeZone: 'UTC' });
      const gateway = (name: string, address: string) =>
        objects.create('UMIPGateway', { name, address: [address] }, by);
      const first = await gateway('one', '192.0.2.1');
      const second = await gateway(first.object.id, '192.0.2.2');
      assert.equal((await objects.get('UMIPGateway', first.object.id, by)).object.id, first.object.id);
      assert.equal((await objects.get('UMIPGateway', second.object.id, by)).object.name, first.object.id);
      // An id of another kind is no identity, unless somebody is called so.
      const { objects: plans } = await objects.list('UMDialPlan', {}, by);
      const plan = plans[0]?.object.id ?? assert.fail('no plan');
      await assert.rejects(objects.get('UMIPGateway', plan, by), { code: 'OBJECT_NOT_FOUND' });
      await gateway(plan, '192.0.2.3');
      assert.equal((await objects.get('UMIPGateway', plan, by)).object.name, plan);
    }),
  ));
