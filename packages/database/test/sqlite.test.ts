import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DATA_VERSION, type Database } from '@parley/database';
import { openSqlite } from '@parley/database/sqlite';
import { sql } from 'kysely';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-database-'));
});
after(() => rm(folder, { recursive: true }));

async function withDatabase(name: string, work: (database: Database, file: string) => Promise<void>): Promise<void> {
  const file = join(folder, name);
  const database = await openSqlite({ file });
  try {
    await database.migrate();
    await work(database, file);
  } finally {
    await database.close();
  }
}

const putMeta = (database: Database, key: string, value: string) =>
  database.kysely.insertInto('meta').values({ key, value }).execute();
const metaOf = (database: Database, key: string) =>
  database.kysely.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();

test('what was written is there after closing and opening again', async () => {
  await withDatabase('again.sqlite', database => putMeta(database, 'k', 'v').then(() => undefined));
  await withDatabase('again.sqlite', async database => {
    assert.deepEqual(await metaOf(database, 'k'), { value: 'v' });
    assert.deepEqual(await metaOf(database, 'version'), { value: String(DATA_VERSION) });
  });
});

test('the file is for its owner alone, and every commit reaches the disk', async () => {
  await withDatabase('private.sqlite', async (database, file) => {
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(database.kysely);
    assert.deepEqual(rows, [{ synchronous: 2 }]);
  });
});

test('a transaction whose first statement is refused is one all the same: nothing of it stays', async () => {
  await withDatabase('first.sqlite', async database => {
    const work = database.inOrganization('o', async transaction => {
      await assert.rejects(sql`insert into nowhere values (1)`.execute(transaction), { code: 'DATABASE_FAILED' });
      await transaction.insertInto('meta').values({ key: 'k', value: 'v' }).execute();
      throw new Error('undone');
    });
    await assert.rejects(work, /undone/);
    assert.equal(await metaOf(database, 'k'), undefined);
  });
});

test('what is asked of a transaction that the database has ended by itself is refused, not done by itself', async () => {
  await withDatabase('ended.sqlite', async database => {
    const work = database.inOrganization('o', async transaction => {
      await sql`insert into meta (key, value) values ('a', '1')`.execute(transaction);
      await assert.rejects(sql`insert or rollback into meta (key, value) values ('a', '2')`.execute(transaction));
      await transaction.insertInto('meta').values({ key: 'b', value: '3' }).execute();
    });
    await assert.rejects(work, /the transaction has ended/);
    assert.deepEqual([await metaOf(database, 'a'), await metaOf(database, 'b')], [undefined, undefined]);
    await putMeta(database, 'c', '4');
    assert.deepEqual(await metaOf(database, 'c'), { value: '4' });
  });
});

test('a transaction in which nothing is asked has never begun, and keeps nobody waiting', async () => {
  await withDatabase('nothing.sqlite', async database => {
    assert.equal(await database.inOrganization('o', async () => 5), 5);
    await assert.rejects(
      database.inOrganization('o', () => Promise.reject(new Error('no'))),
      /no/,
    );
    await putMeta(database, 'k', 'v');
    assert.deepEqual(await metaOf(database, 'k'), { value: 'v' });
  });
});

test('two transactions at once do not see each other half done', async () => {
  await withDatabase('exclusive.sqlite', async database => {
    await putMeta(database, 'counter', '0');
    const increment = () =>
      database.kysely.transaction().execute(async transaction => {
        const { value } = await transaction
          .selectFrom('meta')
          .select('value')
          .where('key', '=', 'counter')
          .executeTakeFirstOrThrow();
        await transaction
          .updateTable('meta')
          .set({ value: String(Number(value) + 1) })
          .where('key', '=', 'counter')
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    assert.deepEqual(await metaOf(database, 'counter'), { value: '20' });
  });
});

test('a transaction that fails leaves nothing, and the next one works', async () => {
  await withDatabase('rollback.sqlite', async database => {
    const failing = database.kysely.transaction().execute(async transaction => {
      await transaction.insertInto('meta').values({ key: 'half', value: '1' }).execute();
      await transaction.insertInto('meta').values({ key: 'half', value: '2' }).execute();
    });
    await assert.rejects(failing, { code: 'DATABASE_CONFLICT' });
    assert.equal(await metaOf(database, 'half'), undefined);
    await putMeta(database, 'whole', '1');
  });
});

test('data of a newer version is refused in one line, and stays as it is', async () => {
  await withDatabase('newer.sqlite', database =>
    database.kysely
      .updateTable('meta')
      .set({ value: String(DATA_VERSION + 7) })
      .where('key', 'in', ['version', 'works_with'])
      .execute()
      .then(() => undefined),
  );
  const database = await openSqlite({ file: join(folder, 'newer.sqlite') });
  await assert.rejects(database.migrate(), { code: 'DATABASE_NEWER', message: /newer version of Parley[^\n]*$/ });
  assert.deepEqual(await metaOf(database, 'version'), { value: String(DATA_VERSION + 7) });
  await database.close();
});

test('a file held by another process is refused, and free when that one is killed', async () => {
  const file = join(folder, 'held.sqlite');
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(holder.stdout, 'data');
  assert.equal(String(said).trim(), 'held');
  await assert.rejects(openSqlite({ file }), { code: 'DATABASE_LOCKED', message: /held by another process[^\n]*$/ });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await (await openSqlite({ file })).close();
});

test('a file that is no database, and a folder that is not there, are one clear line each', async () => {
  const file = join(folder, 'text.sqlite');
  await writeFile(file, 'this is a letter, not a database\n'.repeat(200));
  await assert.rejects(openSqlite({ file }), { code: 'DATABASE_DAMAGED', message: /text\.sqlite is not a database/ });
  await assert.rejects(openSqlite({ file: join(folder, 'no', 'where.sqlite') }), {
    code: 'DATABASE_UNWRITABLE',
    message: /where\.sqlite cannot be written \(ENOENT\)/,
  });
});

test('after closing, statements are refused and closing again is harmless', async () => {
  const database = await openSqlite({ file: join(folder, 'closed.sqlite') });
  await database.migrate();
  await database.close();
  await assert.rejects(putMeta(database, 'k', 'v'));
  await database.close();
});

test('a database that was opened and never used lets go of its file too', async () => {
  const file = join(folder, 'unused.sqlite');
  await (await openSqlite({ file })).close();
  await (await openSqlite({ file })).close();
});

test('hostile text stays text', async () => {
  await withDatabase('hostile.sqlite', async database => {
    const text = `'; DROP TABLE meta; -- \u0001 \u202e é 📞`;
    await putMeta(database, text, text);
    assert.deepEqual(await metaOf(database, text), { value: text });
  });
});

test('a row of the audit is not replaced either', async () => {
  await withDatabase('replace.sqlite', async ({ kysely }) => {
    const row = sql`(seq, at, who, outcome, detail, previous_hash, hash) values (1, 1, 'ann', 'done', '{}', '', 'h')`;
    await sql`insert into audit ${row}`.execute(kysely);
    await assert.rejects(sql`insert or replace into audit ${row}`.execute(kysely), { code: 'DATABASE_APPEND_ONLY' });
    await sql`insert into audit (at, who, outcome, detail, previous_hash, hash) values (1, 'bob', 'done', '{}', 'h', 'i')`.execute(
      kysely,
    );
    const rows = await kysely.selectFrom('audit').select(['seq', 'who']).orderBy('seq').execute();
    assert.deepEqual(
      rows.map(each => [each.seq, each.who]),
      [
        [1, 'ann'],
        [2, 'bob'],
      ],
    );
  });
});
