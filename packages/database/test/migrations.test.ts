import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DATA_VERSION, type Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';
import { sql } from 'kysely';
import { migrate } from '../src/migrations/index.ts';
import { sqliteEngine } from '../src/sqlite/engine.ts';
import { replay, version2 } from './fixtures/version-2.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-migrations-'));
});
after(() => rm(folder, { recursive: true }));

/** Lends a database whose tables have the shape of an older version. */
async function ofVersion(version: number, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openSqlite({ file: join(await mkdtemp(join(folder, 'old-')), 'old.sqlite') });
  try {
    await migrate(database.kysely, { where: 'old', engine: sqliteEngine, to: version });
    await work(database);
  } finally {
    await database.close();
  }
}

const versionOf = async ({ kysely }: Database) =>
  Number((await kysely.selectFrom('meta').select('value').where('key', '=', 'version').executeTakeFirst())?.value);

const CALL = sql`insert into call_record (id, call_start_time, call_type, call_identity, um_server_name, call_duration, offer_result, reason_for_call, jitter)
  values ('1', 5, 'None', 'c', 'node', 0, 'Answer', 'Direct', 1.5)`;

test('call records of the first version are kept, without the figures they never had, and new ones have them', () =>
  ofVersion(1, async database => {
    const { kysely: db } = database;
    await CALL.execute(db);
    await database.migrate();
    const old = await db.selectFrom('call_record').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([old.jitter, old.nmos, old.burst_loss_duration], [1.5, null, null]);
    await db
      .insertInto('call_record')
      .values({ ...old, id: '2', nmos: 4.41 })
      .execute();
    const { nmos } = await db.selectFrom('call_record').select('nmos').where('id', '=', '2').executeTakeFirstOrThrow();
    assert.equal(nmos, 4.41);
  }));

test('objects of version 2 get their organisation, and their values where they are unique', () =>
  ofVersion(2, async database => {
    const { kysely: db } = database;
    await replay(db);
    await database.migrate();
    assert.equal(await versionOf(database), DATA_VERSION);
    const objects = await db.selectFrom('object').select(['id', 'organization']).execute();
    assert.equal(objects.length, 7);
    for (const { id, organization } of objects) assert.equal(organization, 'organization', id);
    const index = await db.selectFrom('object_index').selectAll().orderBy('id').orderBy('property').execute();
    for (const { id, organization } of index) assert.equal(organization, 'organization', id);
    const scopes = index.filter(row => row.scope !== '').map(row => `${row.id} ${row.property} in ${row.scope}`);
    assert.deepEqual(scopes, [
      'ann extensions in plan',
      'ann name in organization',
      'ann sipResourceIdentifier in organization',
      'bob extensions in plan',
      'bob name in organization',
      'bob sipResourceIdentifier in organization',
      'gateway name in organization',
      'group name in gateway',
      'organization name in *',
      'plan name in organization',
      'policy name in organization',
    ]);
    const record = await db.selectFrom('call_record').select('organization').executeTakeFirstOrThrow();
    assert.equal(record.organization, 'organization');
  }));

test('what version 2 could not read, or allowed twice, does not stop the migration', () =>
  ofVersion(2, async database => {
    const { kysely: db } = database;
    await replay(db);
    const put = (id: string, kind: string, document: string) =>
      sql`insert into object (kind, id, etag, version, document) values (${kind}, ${id}, '1', 1, ${document})`.execute(
        db,
      );
    const index = (id: string, property: string, value: string) =>
      sql`insert into object_index (kind, property, value, id) values ('UMHuntGroup', ${property}, ${value}, ${id})`.execute(
        db,
      );
    await put('torn', 'UMMailbox', '{"name":');
    await put('nothing', 'UMMailbox', 'null');
    await put('lost', 'UMMailbox', '{"umMailboxPolicy":"gone"}');
    await put('group2', 'UMHuntGroup', '{"name":"Default Hunt Group","umIPGateway":"gateway"}');
    await index('group2', 'name', 'default hunt group');
    await index('group2', 'umIPGateway', 'gateway');
    await database.migrate();
    const rows = await db.selectFrom('object').select('id').where('organization', '=', '').orderBy('id').execute();
    assert.deepEqual(
      rows.map(row => row.id),
      ['lost', 'nothing', 'torn'],
    );
    const names = await db
      .selectFrom('object_index')
      .select(['id', 'scope'])
      .where('value', '=', 'default hunt group')
      .orderBy('id')
      .execute();
    assert.deepEqual(names, [
      { id: 'group', scope: 'gateway' },
      { id: 'group2', scope: '' },
    ]);
  }));

test('more objects of a kind than are read at once', () =>
  ofVersion(2, async database => {
    const { kysely: db } = database;
    await replay(db);
    const many = Array.from(
      { length: 1203 },
      (_, n) => sql`('UMMailbox', ${`many${n}`}, '1', 1, '{"umMailboxPolicy":"policy"}')`,
    );
    await sql`insert into object (kind, id, etag, version, document) values ${sql.join(many)}`.execute(db);
    await database.migrate();
    const without = await db.selectFrom('object').select('id').where('organization', '!=', 'organization').execute();
    assert.deepEqual(without, []);
  }));

test('what version 3 has written is read in order from any place on, by the index alone', () =>
  ofVersion(3, async database => {
    const { kysely: db } = database;
    const values = Array.from(
      { length: 300 },
      (_, n) => [`m${n}`, `value ${n % 7}`, n % 2 === 0 ? 'ours' : 'theirs'] as const,
    );
    const objects = values.map(([id, , owner]) => sql`('UMMailbox', ${id}, '1', 1, '{}', ${owner}, 0)`);
    await sql`insert into object (kind, id, etag, version, document, organization, changed_at) values ${sql.join(objects)}`.execute(
      db,
    );
    const index = values.map(([id, value, owner]) => sql`('UMMailbox', 'displayName', ${value}, ${id}, ${owner}, '')`);
    await sql`insert into object_index (kind, property, value, id, organization, scope) values ${sql.join(index)}`.execute(
      db,
    );
    await database.migrate();
    assert.equal(await versionOf(database), DATA_VERSION);
    const page = sql<{ id: string }>`select id from object_index where kind = 'UMMailbox' and property = 'displayName'
      and organization = 'ours' and (value, id) > ('value 3', 'm0') order by value, id limit 5`;
    const { rows } = await page.execute(db);
    const wanted = values
      .filter(([id, value, owner]) => owner === 'ours' && (value > 'value 3' || (value === 'value 3' && id > 'm0')))
      .toSorted(([a, one], [b, other]) => (one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1));
    assert.deepEqual(
      rows.map(({ id }) => id),
      wanted.slice(0, 5).map(([id]) => id),
    );
    const plan = await sql<{ detail: string }>`explain query plan ${page}`.execute(db);
    assert.match(
      plan.rows.map(({ detail }) => detail).join('; '),
      /^SEARCH object_index USING COVERING INDEX object_index_in_order [^;]*$/,
    );
  }));

test('the statements of version 3 work on the tables of this version, beside its own', () =>
  ofVersion(DATA_VERSION, async ({ kysely: db }) => {
    const facts = await db.selectFrom('meta').select('value').where('key', '=', 'works_with').executeTakeFirst();
    assert.ok(Number(facts?.value) <= 3, 'a node of version 3 would refuse to start');
    await sql`insert into object (kind, id, etag, version, document, organization, changed_at)
      values ('UMMailbox', 'm', '1', 1, '{}', 'ours', 0)`.execute(db);
    const index = (value: string) => sql`insert into object_index (kind, property, value, id, organization, scope)
      values ('UMMailbox', 'name', ${value}, 'm', 'ours', 'ours')`;
    await index('before').execute(db);
    await sql`delete from object_index where id = 'm'`.execute(db);
    await index('after').execute(db);
    const found = await sql<{ value: string }>`select found.value from object_index as found
      inner join object on object.id = found.id where found.kind = 'UMMailbox' and found.property = 'name'
      and found.scope = 'ours' order by found.value, found.id limit 2`.execute(db);
    assert.deepEqual(found.rows, [{ value: 'after' }]);
    await sql`delete from object where id = 'm'`.execute(db);
    assert.equal((await db.selectFrom('object_index').selectAll().execute()).length, 0);
  }));

test('a step that fails leaves the data as it was', () =>
  ofVersion(2, async database => {
    await replay(database.kysely);
    await sql`create table audit (old text)`.execute(database.kysely);
    await assert.rejects(database.migrate(), { code: 'DATABASE_MIGRATION_FAILED', message: /is as it was[^\n]*$/ });
    assert.equal(await versionOf(database), 2);
    const columns = await sql<{ name: string }>`select name from pragma_table_info('object')`.execute(database.kysely);
    assert.ok(!columns.rows.some(({ name }) => name === 'organization'));
  }));

test('the statements of version 2 still work on the tables of this version', () =>
  ofVersion(DATA_VERSION, async ({ kysely: db }) => {
    await replay(db);
    const ann = await db.selectFrom('object').select(['etag', 'document']).where('id', '=', 'ann').executeTakeFirst();
    assert.equal(ann?.etag, '2');
    assert.equal(JSON.parse(ann.document).displayName, 'Ann Leigh');
    assert.equal((await db.selectFrom('object').select('id').execute()).length, 7);
    assert.equal((await db.selectFrom('call_record').select('id').execute()).length, 1);
    assert.ok(version2.length > 40);
  }));

test('a newer version that says it works beside this one is no reason to refuse, another is', () =>
  ofVersion(DATA_VERSION, async database => {
    const put = (key: string, value: number) =>
      database.kysely
        .updateTable('meta')
        .set({ value: String(value) })
        .where('key', '=', key)
        .execute();
    await put('version', DATA_VERSION + 1);
    await put('works_with', DATA_VERSION);
    await database.migrate();
    assert.equal(await versionOf(database), DATA_VERSION + 1);
    await put('works_with', DATA_VERSION + 1);
    await assert.rejects(database.migrate(), { code: 'DATABASE_NEWER' });
  }));
