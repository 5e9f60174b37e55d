import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSqlite } from '@parley/database/sqlite';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { firstTables } from '../src/migrations/0001-first-tables.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-migrations-'));
});
after(() => rm(folder, { recursive: true }));

const CALL = sql`insert into call_record (id, call_start_time, call_type, call_identity, um_server_name, call_duration, offer_result, reason_for_call, jitter)
  values ('1', 5, 'None', 'c', 'node', 0, 'Answer', 'Direct', 1.5)`;

test('call records of the first version are kept, without the figures they never had, and new ones have them', async () => {
  const database = await openSqlite({ file: join(folder, 'first.sqlite') });
  try {
    const { kysely: db } = database;
    const provider = { getMigrations: async () => ({ '0001-first-tables': firstTables }) };
    assert.equal((await new Migrator({ db, provider }).migrateToLatest()).error, undefined);
    await db.insertInto('meta').values({ key: 'version', value: '1' }).execute();
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
  } finally {
    await database.close();
  }
});
