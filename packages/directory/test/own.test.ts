import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { ANY_ETAG, firstStart } from '@parley/directory';
import { openOwnDirectory } from '@parley/directory/own';
import { directoryContract } from './directory-contract.ts';
import { mailboxAt } from './mailbox-at.ts';
import { withDatabase } from './with-database.ts';

const SYSTEM = { who: 'system' };

const clock = new FakeClock();
const timeZone = 'UTC';

directoryContract({
  name: 'own',
  open: use => withDatabase(async database => use(await openOwnDirectory({ database, clock }))),
});

test('what was changed is there after a restart, removed objects are not', () =>
  withDatabase(async database => {
    const before = await openOwnDirectory({ database, clock });
    await firstStart(before, { clock, timeZone });
    await before.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Anna Lee' } }, SYSTEM);
    await before.remove('UMMailbox', 'bob', ANY_ETAG, SYSTEM);
    const after = await openOwnDirectory({ database, clock });
    assert.deepEqual(
      (await after.list('UMMailbox', {}, SYSTEM)).objects,
      (await before.list('UMMailbox', {}, SYSTEM)).objects,
    );
    assert.equal((await mailboxAt(after.directory, 'ann@parley.test'))?.mailbox.displayName, 'Anna Lee');
    assert.equal(await mailboxAt(after.directory, 'bob@parley.test'), undefined);
  }));

test('a default is not stored, so that a changed default reaches old objects', () =>
  withDatabase(async database => {
    const objects = await openOwnDirectory({ database, clock });
    await firstStart(objects, { clock, timeZone });
    const rows = await database.kysely
      .selectFrom('object')
      .select('document')
      .where('kind', '=', 'UMIPGateway')
      .execute();
    assert.deepEqual(Object.keys(JSON.parse(rows[0].document)), ['name', 'organization', 'address']);
  }));

test('a node whose knowledge is old is told, and knows better afterwards', () =>
  withDatabase(async database => {
    const one = await openOwnDirectory({ database, clock });
    await firstStart(one, { clock, timeZone });
    const two = await openOwnDirectory({ database, clock });
    await one.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'One' } }, SYSTEM);
    const late = { etag: ANY_ETAG, patch: { displayName: 'Two' } };
    await assert.rejects(two.change('UMMailbox', 'ann', late, SYSTEM), { code: 'OBJECT_CHANGED' });
    assert.equal((await two.get('UMMailbox', 'ann', SYSTEM)).object.displayName, 'One');
    await two.change('UMMailbox', 'ann', late, SYSTEM);

    const dan = { name: 'dan', extensions: ['1004'], sipResourceIdentifier: 'dan@parley.test' };
    await one.create('UMMailbox', dan, SYSTEM);
    await assert.rejects(two.create('UMMailbox', dan, SYSTEM), { code: 'OBJECT_CHANGED' });
    await assert.rejects(two.create('UMMailbox', dan, SYSTEM), { code: 'OBJECT_INVALID' });
    const { etag } = await two.get('UMMailbox', 'dan', SYSTEM);
    await one.remove('UMMailbox', 'dan', ANY_ETAG, SYSTEM);
    await assert.rejects(two.remove('UMMailbox', 'dan', etag, SYSTEM), { code: 'OBJECT_CHANGED' });
    await assert.rejects(two.get('UMMailbox', 'dan', SYSTEM), { code: 'OBJECT_NOT_FOUND' });
  }));

test('reload shows calls what another node has changed, through the same directory', () =>
  withDatabase(async database => {
    const one = await openOwnDirectory({ database, clock });
    const two = await openOwnDirectory({ database, clock });
    const { directory } = two;
    await firstStart(one, { clock, timeZone });
    assert.equal(await mailboxAt(directory, 'ann@parley.test'), undefined);
    await two.reload();
    assert.equal((await mailboxAt(directory, 'ann@parley.test'))?.mailbox.name, 'ann');
  }));

test('one damaged object is left out with a line in the log, the others answer', () =>
  withDatabase(async database => {
    await firstStart(await openOwnDirectory({ database, clock }), { clock, timeZone });
    const bob = database.kysely.selectFrom('object_index').select('id').where('value', '=', 'bob');
    await database.kysely.updateTable('object').set({ document: '{"name":' }).where('id', 'in', bob).execute();
    const log = memoryLog();
    const { directory } = await openOwnDirectory({ database, clock, log });
    assert.equal((await mailboxAt(directory, 'ann@parley.test'))?.mailbox.name, 'ann');
    assert.equal(await mailboxAt(directory, 'bob@parley.test'), undefined);
    assert.deepEqual(
      log.lines.map(line => line.event),
      ['stored object unreadable'],
    );
  }));

test('what refers to a damaged object is left out too, and the next ones still come', () =>
  withDatabase(async database => {
    await firstStart(await openOwnDirectory({ database, clock }), { clock, timeZone });
    await database.kysely
      .updateTable('object')
      .set({ document: '[1]' })
      .where('kind', '=', 'UMMailboxPolicy')
      .execute();
    const log = memoryLog();
    const { directory } = await openOwnDirectory({ database, clock, log });
    assert.equal(await mailboxAt(directory, 'ann@parley.test'), undefined);
    assert.equal(directory.gatewayFor({ address: '127.0.0.1' })?.name, 'loopback');
    assert.deepEqual(
      log.lines.map(line => line.fields.kind),
      ['UMMailboxPolicy', 'UMMailbox', 'UMMailbox', 'UMMailbox'],
    );
  }));

test('a property that only a newer version knows does no harm', () =>
  withDatabase(async database => {
    await firstStart(await openOwnDirectory({ database, clock }), { clock, timeZone });
    const row = await database.kysely
      .selectFrom('object')
      .selectAll()
      .where('kind', '=', 'UMDialPlan')
      .executeTakeFirstOrThrow();
    const document = JSON.stringify({ ...JSON.parse(row.document), holographEnabled: true });
    await database.kysely.updateTable('object').set({ document }).where('id', '=', row.id).execute();
    const { directory } = await openOwnDirectory({ database, clock });
    assert.equal(directory.dialPlan(row.id)?.name, 'Main');
  }));

test('a language without prompts is refused', () =>
  withDatabase(async database => {
    const objects = await openOwnDirectory({ database, clock, languages: ['en-US', 'fr-FR'] });
    await firstStart(objects, { clock, timeZone });
    const change = (language: string) =>
      objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { language } }, SYSTEM);
    await change('fr-FR');
    await assert.rejects(change('de-DE'), { message: /language is "de-DE".*en-US, fr-FR/ });
  }));

test('when the database fails, nothing of the change is seen', () =>
  withDatabase(async database => {
    const objects = await openOwnDirectory({ database, clock });
    await firstStart(objects, { clock, timeZone });
    await database.close();
    const failing = objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Nobody' } }, SYSTEM);
    await assert.rejects(failing);
    assert.equal((await mailboxAt(objects.directory, 'ann@parley.test'))?.mailbox.displayName, 'Ann Lee');
  }));
