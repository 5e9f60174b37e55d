import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import type { Database } from '@parley/database';
import { ANY_ETAG, firstStart } from '@parley/directory';
import { type OwnDirectory, openOwnDirectory } from '@parley/directory/own';
import { directoryContract } from './directory-contract.ts';
import { listingContract } from './listing-contract.ts';
import { mailboxAt } from './mailbox-at.ts';
import { objectsContract } from './objects-contract.ts';
import { organizationsContract } from './organizations-contract.ts';
import { withOwn } from './with-database.ts';

const SYSTEM = { who: 'system' };

const clock = new FakeClock();
const timeZone = 'UTC';

/** Two nodes at one database, with the objects of the first start. */
const withTwo = (use: (one: OwnDirectory, two: OwnDirectory) => Promise<void>) =>
  started((one, database) => reopened(database, two => use(one, two)));

/** With the objects of the first start. */
const started = (use: (objects: OwnDirectory, database: Database) => Promise<void>, options = {}) =>
  withOwn(async (objects, database) => {
    await firstStart(objects, { clock, timeZone });
    await use(objects, database);
  }, options);

/** The same database, opened once more. */
async function reopened(database: Database, use: (objects: OwnDirectory) => Promise<void>, log = memoryLog()) {
  const objects = await openOwnDirectory({ database, clock, log });
  try {
    await use(objects);
  } finally {
    await objects.close();
  }
}

directoryContract({ name: 'SQLite', open: use => withOwn(use) });
objectsContract({ name: 'SQLite', open: use => withOwn(use) });
listingContract({ name: 'SQLite', open: use => withOwn(use) });
organizationsContract({ name: 'SQLite', open: use => withOwn(use) });

test('of two nodes one change wins, the other is told; nobody’s knowledge is old', () =>
  withTwo(async (one, two) => {
    const { etag } = await two.get('UMMailbox', 'ann', SYSTEM);
    await one.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'One' } }, SYSTEM);
    const late = { etag, patch: { displayName: 'Two' } };
    await assert.rejects(two.change('UMMailbox', 'ann', late, SYSTEM), { code: 'OBJECT_CHANGED' });
    assert.equal((await two.get('UMMailbox', 'ann', SYSTEM)).object.displayName, 'One');
    await two.change('UMMailbox', 'ann', { ...late, etag: ANY_ETAG }, SYSTEM);

    const dan = { name: 'dan', extensions: ['1004'], sipResourceIdentifier: 'dan@parley.test' };
    const outcomes = await Promise.allSettled([
      one.create('UMMailbox', dan, SYSTEM),
      two.create('UMMailbox', dan, SYSTEM),
    ]);
    assert.deepEqual(outcomes.map(each => each.status).sort(), ['fulfilled', 'rejected']);
    const { etag: first } = await two.get('UMMailbox', 'dan', SYSTEM);
    await one.remove('UMMailbox', 'dan', ANY_ETAG, SYSTEM);
    await assert.rejects(two.remove('UMMailbox', 'dan', first, SYSTEM), { code: 'OBJECT_NOT_FOUND' });
  }));

test('calls on every node see what another node has changed', () =>
  withTwo(async (one, { directory }) => {
    await one.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'One' } }, SYSTEM);
    await directory.refresh();
    assert.equal((await mailboxAt(directory, 'ann@parley.test'))?.mailbox.displayName, 'One');
  }));

test('what was changed is there after a restart, removed objects are not', () =>
  started(async (before, database) => {
    await before.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Anna Lee' } }, SYSTEM);
    await before.remove('UMMailbox', 'bob', ANY_ETAG, SYSTEM);
    await reopened(database, async after => {
      assert.deepEqual(await after.list('UMMailbox', {}, SYSTEM), await before.list('UMMailbox', {}, SYSTEM));
      assert.equal((await mailboxAt(after.directory, 'ann@parley.test'))?.mailbox.displayName, 'Anna Lee');
      assert.equal(await mailboxAt(after.directory, 'bob@parley.test'), undefined);
    });
  }));

test('a default is not stored, so that a changed default reaches old objects', () =>
  started(async (_objects, database) => {
    const row = await rowOf(database, 'UMIPGateway');
    assert.deepEqual(Object.keys(JSON.parse(row.document)), ['name', 'organization', 'address']);
  }));

const rowOf = ({ kysely }: Database, kind: string) =>
  kysely.selectFrom('object').selectAll().where('kind', '=', kind).executeTakeFirstOrThrow();

const write = ({ kysely }: Database, id: string, document: string) =>
  kysely.updateTable('object').set({ document }).where('id', '=', id).execute();

test('one damaged object is left out with a line in the log, the others answer', () =>
  started(async (objects, database) => {
    const { object } = await objects.get('UMMailbox', 'bob', SYSTEM);
    await write(database, object.id, '{"name":');
    const log = memoryLog();
    const damaged = () => log.lines.filter(line => line.event === 'stored object unreadable').length;
    await reopened(
      database,
      async again => {
        assert.equal((await mailboxAt(again.directory, 'ann@parley.test'))?.mailbox.name, 'ann');
        assert.equal(await mailboxAt(again.directory, 'bob@parley.test'), undefined);
        assert.ok(damaged() > 0);
        const { objects: listed } = await again.list('UMMailbox', {}, SYSTEM);
        assert.deepEqual(
          listed.map(each => each.object.name),
          ['ann', 'carol'],
        );
        await assert.rejects(again.get('UMMailbox', 'bob', SYSTEM), { code: 'OBJECT_NOT_FOUND' });
      },
      log,
    );
  }));

test('a property that only a newer version knows does no harm, and outlives a change', () =>
  started(async (objects, database) => {
    const row = await rowOf(database, 'UMDialPlan');
    await write(database, row.id, JSON.stringify({ ...JSON.parse(row.document), holographEnabled: true }));
    await objects.change('UMDialPlan', 'Main', { etag: ANY_ETAG, patch: { maxCallDuration: 60 } }, SYSTEM);
    const { document } = await rowOf(database, 'UMDialPlan');
    assert.deepEqual([JSON.parse(document).holographEnabled, JSON.parse(document).maxCallDuration], [true, 60]);
    await reopened(database, async ({ directory }) => assert.equal(directory.dialPlan(row.id)?.maxCallDuration, 60));
  }));

test('what was kept under the former name of a property is read, found, shown and kept under its name of today', () =>
  started(async (objects, database) => {
    const { kysely } = database;
    const unit = await objects.create(
      'OrganizationalUnit',
      { name: 'ou=Sales,dc=x', leafName: 'Sales', organization: 'Parley' },
      SYSTEM,
    );
    const { object } = await objects.create('Contact', { name: 'Zoe', ou: 'Sales', organization: 'Parley' }, SYSTEM);
    // As the version wrote it that called it so, its index and its declarations included.
    const { document } = await rowOf(database, 'Contact');
    await write(database, object.id, document.replace('"ou"', '"organizationalUnit"'));
    await kysely
      .updateTable('object_index')
      .set({ property: 'organizationalUnit' })
      .where('id', '=', object.id)
      .where('property', '=', 'ou')
      .execute();
    const { value } = await kysely
      .selectFrom('meta')
      .select('value')
      .where('key', '=', 'object_index')
      .executeTakeFirstOrThrow();
    const declarations = JSON.stringify({ ...JSON.parse(value), Contact: 'of that version' });
    await kysely.updateTable('meta').set({ value: declarations }).where('key', '=', 'object_index').execute();
    assert.equal((await objects.get('Contact', 'Zoe', SYSTEM)).references.ou, 'ou=Sales,dc=x');
    const inUnit = { filter: { op: 'eq', property: 'ou', value: unit.object.id } } as const;
    await reopened(database, async again => {
      assert.deepEqual(
        (await again.list('Contact', inUnit, SYSTEM)).objects.map(each => each.object.name),
        ['Zoe'],
      );
      await assert.rejects(again.remove('OrganizationalUnit', 'Sales', ANY_ETAG, SYSTEM), {
        code: 'OBJECT_IN_USE',
        message: /Zoe/,
      });
      await again.change('Contact', 'Zoe', { etag: ANY_ETAG, patch: { displayName: 'Zoé' } }, SYSTEM);
      const { ou, organizationalUnit } = JSON.parse((await rowOf(database, 'Contact')).document);
      assert.deepEqual([ou, organizationalUnit], [unit.object.id, undefined]);
    });
  }));

test('what a node of an older version has written meanwhile is in lists from the next start on', () =>
  started(async (objects, database) => {
    const { kysely } = database;
    const bob = (await objects.get('UMMailbox', 'bob', SYSTEM)).object.id;
    // As a version writes it that does not know of this index.
    await kysely.deleteFrom('object_index').where('id', '=', bob).where('property', '=', 'displayName').execute();
    const shown = async (all: OwnDirectory) =>
      (await all.list('UMMailbox', { sort: [{ property: 'displayName' }] }, SYSTEM)).objects.map(
        each => each.object.name,
      );
    assert.deepEqual(await shown(objects), ['ann', 'carol']);
    // One that cannot be read stays out, and keeps nobody else out.
    await write(database, (await objects.get('UMMailbox', 'carol', SYSTEM)).object.id, '{"name":');
    const log = memoryLog();
    await reopened(database, async again => assert.deepEqual(await shown(again), ['ann', 'bob']), log);
    assert.deepEqual(
      log.lines
        .filter(({ event }) => event === 'objects of an older version are in all lists now')
        .map(({ fields }) => fields?.objects),
      [1],
    );
  }));

test('a language without prompts is refused', () =>
  started(
    async objects => {
      const change = (language: string) =>
        objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { language } }, SYSTEM);
      await change('fr-FR');
      await assert.rejects(change('de-DE'), { message: /language is "de-DE".*en-US, fr-FR/ });
    },
    { languages: ['en-US', 'fr-FR'] },
  ));

test('when the database fails, nothing of the change is seen', () =>
  started(async (objects, database) => {
    await mailboxAt(objects.directory, 'ann@parley.test');
    await database.close();
    const failing = objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Nobody' } }, SYSTEM);
    await assert.rejects(failing);
    assert.equal((await mailboxAt(objects.directory, 'ann@parley.test'))?.mailbox.displayName, 'Ann Lee');
  }));

test('after an update, what objects are found by is written again, and organisations get what every one has', () =>
  started(async (objects, database) => {
    const { kysely } = database;
    const always = await objects.get('CsVoicePolicy', 'Global', SYSTEM);
    await kysely.deleteFrom('object').where('id', '=', always.object.id).execute();
    await kysely.deleteFrom('object_index').where('property', 'in', ['mailAddress', 'extensions']).execute();
    await assert.rejects(objects.get('UMMailbox', '1001', SYSTEM), { code: 'OBJECT_NOT_FOUND' });
    await kysely.updateTable('meta').set({ value: 'other declarations' }).where('key', '=', 'object_index').execute();
    await reopened(database, async again => {
      assert.equal((await again.get('UMMailbox', '1001', SYSTEM)).object.name, 'ann');
      const { object } = await again.get('CsVoicePolicy', 'Global', SYSTEM);
      assert.notEqual(object.id, always.object.id);
    });
  }));
