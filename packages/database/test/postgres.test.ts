import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { suite, test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { type Database, WHOLE_SYSTEM } from '@parley/database';
import { openPostgres, type PostgresOptions } from '@parley/database/postgres';
import { sql } from 'kysely';
import { postgresOfSuite, startPostgres, withoutPostgres } from './postgres-server.ts';

const skip = withoutPostgres();

suite('PostgreSQL', { skip }, () => {
  const server = postgresOfSuite(skip);

  async function lend(
    work: (database: Database, url: string) => Promise<void>,
    options: Partial<PostgresOptions> = {},
  ): Promise<void> {
    const url = options.url ?? (await server().database());
    const database = await openPostgres({ ...options, url });
    try {
      await database.migrate();
      await work(database, url);
    } finally {
      await database.close();
    }
  }

  /** One row of each table in the organisations `x` and `y`, and in the system. */
  async function fill({ kysely: db }: Database): Promise<void> {
    for (const organization of ['x', 'y', '']) {
      const owner = organization === '' ? null : organization;
      await sql`insert into object values ('Thing', ${`o${organization}`}, '1', 1, '{}', ${organization}, 0)`.execute(
        db,
      );
      await sql`insert into object_index values ('Thing', 'name', 'same', ${`o${organization}`}, ${organization}, '')`.execute(
        db,
      );
      await sql`insert into audit (at, organization, who, outcome, detail, previous_hash, hash) values (1, ${owner}, 'w', 'done', '{}', '', '')`.execute(
        db,
      );
      await sql`insert into call_record (id, call_start_time, call_type, call_identity, um_server_name, call_duration, offer_result, reason_for_call, organization)
        values (${`c${organization}`}, 5, 'None', 'c', 'node', 0, 'Answer', 'Direct', ${owner})`.execute(db);
      await sql`insert into administrator (id, organization, name, groups, scopes, disabled, failures, created_at)
        values (${`a${organization}`}, ${owner}, ${`a${organization}`}, '[]', '[]', 0, 0, 0)`.execute(db);
      await sql`insert into session values (${`a${organization}`}, 1, ${`s${organization}`}, 2, '::1')`.execute(db);
    }
    await sql`insert into setup_link values ('h', 1)`.execute(db);
  }

  const SEPARATE = ['object', 'object_index', 'audit', 'call_record', 'administrator'] as const;
  /** Conditions that would show everything if only the condition stood between. */
  const EVERYTHING = [
    'true',
    'organization is null or organization is not null',
    "organization = 'y' or 1 = 1",
    "'a' = 'a' --",
  ];

  test('row-level security alone: raw SQL of one organisation sees nothing of another, whatever the condition', () =>
    lend(async database => {
      await fill(database);
      await database.inOrganization('x', async transaction => {
        for (const table of SEPARATE)
          for (const where of EVERYTHING) {
            const { rows } = await sql<{
              organization: string | null;
            }>`select organization from ${sql.table(table)} where ${sql.raw(where)}
            `.execute(transaction);
            assert.deepEqual(rows, [{ organization: 'x' }], `${table} where ${where}`);
          }
        for (const table of ['session', 'setup_link', 'api_token'] as const)
          assert.deepEqual((await sql`select * from ${sql.table(table)}`.execute(transaction)).rows, []);
        const join = sql`select * from object a full join object b on true where a.organization = 'y' or b.organization = 'y'`;
        assert.deepEqual((await join.execute(transaction)).rows, []);
        assert.deepEqual((await sql`select count(*) as n from object_index`.execute(transaction)).rows, [{ n: 1 }]);
      });
    }));

  test('row-level security alone: and changes, removes and adds nothing there', () =>
    lend(async database => {
      await fill(database);
      const before = await sql`select * from object order by id`.execute(database.kysely);
      await database.inOrganization('x', async transaction => {
        const changed = async (text: string) => (await sql.raw(text).execute(transaction)).numAffectedRows;
        assert.equal(await changed("update object set etag = '1' where true"), 1n);
        assert.equal(await changed("update object set document = 'stolen' where id = 'oy' or organization = 'y'"), 0n);
        assert.equal(await changed("delete from object where id <> 'ox'"), 0n);
        assert.equal(await changed("delete from call_record where id <> 'cx'"), 0n);
        assert.equal(await changed('delete from setup_link'), 0n);
        assert.equal(await changed("delete from session where administrator = 'ay'"), 0n);
      });
      assert.deepEqual((await sql`select * from object order by id`.execute(database.kysely)).rows, before.rows);
      for (const text of [
        "update object set organization = 'y'",
        "insert into object values ('Thing', 'new', '1', 1, '{}', 'y', 0)",
        "insert into object values ('Thing', 'new', '1', 1, '{}', '', 0)",
        "insert into object_index values ('Thing', 'name', 'v', 'ox', 'y', '')",
        "insert into audit (at, organization, who, outcome, detail, previous_hash, hash) values (1, 'y', 'w', 'done', '{}', '', '')",
        "insert into audit (at, organization, who, outcome, detail, previous_hash, hash) values (1, null, 'w', 'done', '{}', '', '')",
        "insert into setup_link values ('mine', 1)",
      ])
        await assert.rejects(
          database.inOrganization('x', transaction => sql.raw(text).execute(transaction)),
          { code: 'DATABASE_FORBIDDEN', message: /row-level security/ },
          text,
        );
    }));

  test('the organisation of a transaction goes with it, whoever has the connection next', () =>
    lend(
      async database => {
        await fill(database);
        const count = async (db: Database['kysely']) =>
          (await sql<{ n: number }>`select count(*) as n from object`.execute(db)).rows[0].n;
        await assert.rejects(
          database.inOrganization('x', async transaction => {
            assert.equal(await count(transaction), 1);
            throw new Error('no');
          }),
        );
        assert.equal(await count(database.kysely), 3);
        assert.equal(await database.inOrganization('y', count), 1);
        assert.equal(await database.inOrganization("x' or '1'='1", count), 0);
        assert.equal(await database.inOrganization(WHOLE_SYSTEM, count), 3);
        assert.equal(await count(database.kysely), 3);
      },
      { connections: 1 },
    ));

  test('the audit is not emptied either', () =>
    lend(async database => {
      await fill(database);
      await assert.rejects(sql`truncate audit`.execute(database.kysely), { code: 'DATABASE_APPEND_ONLY' });
      await assert.rejects(
        sql`insert into audit (seq, at, who, outcome, detail, previous_hash, hash) overriding system value
        values (1, 1, 'eve', 'done', '{}', '', '') on conflict (seq) do update set who = 'eve'`.execute(
          database.kysely,
        ),
        {
          code: 'DATABASE_APPEND_ONLY',
        },
      );
    }));

  test('nodes that start together migrate one after the other', async () => {
    const url = await server().database();
    const nodes = await Promise.all(Array.from({ length: 4 }, () => openPostgres({ url, connections: 1 })));
    try {
      await Promise.all(nodes.map(node => node.migrate()));
      const tables = await sql`select tablename from pg_tables where schemaname = 'public'`.execute(nodes[0].kysely);
      assert.equal(tables.rows.length, 10);
    } finally {
      await Promise.all(nodes.map(node => node.close()));
    }
  });

  test('another node hears what is committed', () =>
    lend((one, url) =>
      lend(
        async two => {
          const { promise, resolve } = Promise.withResolvers<string>();
          using listening = two.listen(resolve);
          assert.ok(listening);
          await one.inOrganization('x', transaction => one.announce(transaction, 'ann has changed'));
          assert.equal(await promise, 'ann has changed');
        },
        { url },
      ),
    ));

  test('a lost connection is made again, and listeners are told that they may have missed something', async () => {
    const clock = new FakeClock();
    const log = memoryLog();
    await lend(
      async database => {
        const missed = Promise.withResolvers<void>();
        const heard = Promise.withResolvers<string>();
        using listening = database.listen(heard.resolve, missed.resolve);
        assert.ok(listening);
        await server().asSuperuser(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parley'",
        );
        await missed.promise;
        await database
          .inOrganization('x', transaction => database.announce(transaction, 'after'))
          .catch(async () => {
            // The pool had not heard yet that its connection is gone.
            await database.inOrganization('x', transaction => database.announce(transaction, 'after'));
          });
        assert.equal(await heard.promise, 'after');
        assert.ok(log.lines.some(line => line.event === 'database connection lost'));
      },
      { clock, log },
    );
  });

  test('two that wait for each other: one is run again, and both are done', () =>
    lend(async database => {
      const { kysely } = database;
      for (const key of ['a', 'b']) await kysely.insertInto('meta').values({ key, value: '' }).execute();
      const bothBegun = Promise.withResolvers<void>();
      let begun = 0;
      let runs = 0;
      const change = (first: string, second: string) =>
        database.inOrganization(WHOLE_SYSTEM, async transaction => {
          runs++;
          const update = (key: string) =>
            transaction.updateTable('meta').set({ value: first }).where('key', '=', key).execute();
          await update(first);
          if (++begun === 2) bothBegun.resolve();
          await bothBegun.promise;
          await update(second);
        });
      await Promise.all([change('a', 'b'), change('b', 'a')]);
      assert.ok(runs >= 3, `${runs} runs`);
    }));

  test('a failure that is caught inside does not let a transaction half through', () =>
    lend(async database => {
      const half = database.inOrganization(WHOLE_SYSTEM, async transaction => {
        await transaction.insertInto('meta').values({ key: 'half', value: '' }).execute();
        await assert.rejects(sql`select nonsense`.execute(transaction));
      });
      await assert.rejects(half, { code: 'DATABASE_FAILED' });
      assert.deepEqual(await database.kysely.selectFrom('meta').select('key').where('key', '=', 'half').execute(), []);
    }));

  test('every budget has an end and a code', () =>
    lend(
      async database => {
        const { kysely } = database;
        await assert.rejects(sql`select pg_sleep(20)`.execute(kysely), {
          code: 'DATABASE_SLOW',
          message: /^postgres:[^\n]*$/,
        });
        await kysely.insertInto('meta').values({ key: 'k', value: '' }).execute();
        const held = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const update = (db: Database['kysely']) =>
          db.updateTable('meta').set({ value: 'v' }).where('key', '=', 'k').execute();
        const holder = kysely.transaction().execute(async transaction => {
          await update(transaction);
          held.resolve();
          await release.promise;
        });
        await held.promise;
        await assert.rejects(update(kysely), { code: 'DATABASE_BUSY', message: /kept us waiting too long/ });
        // Both connections are in use: the third user waits no longer than it takes to connect.
        const second = kysely.transaction().execute(() => release.promise);
        await assert.rejects(kysely.selectFrom('meta').selectAll().execute(), { code: 'DATABASE_BUSY' });
        release.resolve();
        await Promise.all([holder, second]);
      },
      { connections: 2, budgets: { connectMillis: 400, statementMillis: 300, lockMillis: 100 } },
    ));

  test('who does nothing inside a transaction loses it, and nothing of it is kept', () =>
    lend(
      async database => {
        const idle = database.kysely.transaction().execute(async transaction => {
          await transaction.insertInto('meta').values({ key: 'idle', value: '' }).execute();
          await server().asSuperuser('select pg_sleep(0.5)');
          await transaction.insertInto('meta').values({ key: 'idle2', value: '' }).execute();
        });
        await assert.rejects(idle, { code: 'DATABASE_UNREACHABLE' });
        assert.deepEqual(
          await database.kysely.selectFrom('meta').select('key').where('key', 'like', 'idle%').execute(),
          [],
        );
      },
      { budgets: { idleMillis: 100 } },
    ));

  test('why a database cannot be used is one line that says what to do', async () => {
    const { port } = server();
    const refuses = async (url: string, code: string, message: RegExp) =>
      assert.rejects(openPostgres({ url, budgets: { connectMillis: 2_000 } }), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n|secret/);
        return true;
      });
    await refuses(
      'postgres://parley:secret@127.0.0.1:1/x',
      'DATABASE_UNREACHABLE',
      /parley@127\.0\.0\.1:1\/x cannot be reached.*ECONNREFUSED.*database\.url/,
    );
    await refuses('postgres://parley@nobody.invalid/x?sslmode=disable', 'DATABASE_UNREACHABLE', /nobody\.invalid/);
    await refuses(
      `postgres://parley@127.0.0.1:${port}/none`,
      'DATABASE_REFUSED',
      /does not exist: make it with createdb/,
    );
    await refuses(`postgres://eve@127.0.0.1:${port}/postgres`, 'DATABASE_REFUSED', /check the user/);
    await refuses(`postgres://postgres@127.0.0.1:${port}/postgres`, 'DATABASE_UNSUITABLE', /superuser.*ordinary user/);
    await refuses(`postgres://parley@127.0.0.1:${port}/postgres?sslmode=require`, 'DATABASE_REFUSED', /speaks no TLS/);
    await refuses(await server().database({ encoding: 'SQL_ASCII' }), 'DATABASE_UNSUITABLE', /encoding SQL_ASCII/);
    await server().asSuperuser('create role bypass login bypassrls');
    await refuses(`postgres://bypass@127.0.0.1:${port}/postgres`, 'DATABASE_UNSUITABLE', /BYPASSRLS/);
  });

  test('a server that takes the connection and says nothing is given up', async () => {
    const silent = createServer(socket => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const url = `postgres://parley@127.0.0.1:${address.port}/x`;
    await assert.rejects(openPostgres({ url, budgets: { connectMillis: 200 } }), { code: 'DATABASE_UNREACHABLE' });
    silent.close();
  });

  test('a password is asked for and told; without one, or with a wrong one, nobody comes in', async t => {
    const own = await startPostgres(t);
    await own.asSuperuser("alter role parley password 'p@ss: é'");
    await own.requirePasswords();
    const url = await own.database();
    await (await openPostgres({ url, password: 'p@ss: é' })).close();
    await (await openPostgres({ url: url.replace('parley@', 'parley:p%40ss%3A%20%C3%A9@') })).close();
    for (const password of ['wrong', undefined])
      await assert.rejects(openPostgres({ url, ...(password && { password }) }), {
        code: 'DATABASE_REFUSED',
        message: /password.*database\.passwordFile|database\.passwordFile.*password/,
      });
  });

  test('by TLS the server proves its name, unless nobody asks', async t => {
    const own = await startPostgres(t);
    const certificate = await own.useTls();
    const url = await own.database();
    const isEncrypted = async (parameters: string) => {
      const database = await openPostgres({ url: `${url}?${parameters}` });
      try {
        const { rows } = await sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(
          database.kysely,
        );
        return rows[0]?.ssl;
      } finally {
        await database.close();
      }
    };
    assert.equal(await isEncrypted(`sslmode=verify-full&sslrootcert=${certificate}`), true);
    assert.equal(await isEncrypted('sslmode=require'), true);
    assert.equal(await isEncrypted('sslmode=disable'), false);
    await assert.rejects(isEncrypted('sslmode=verify-full'), {
      code: 'DATABASE_REFUSED',
      message: /does not prove who it is.*sslrootcert/,
    });
  });

  test('while the server is away statements fail with a code, and work again when it is back', () =>
    lend(async database => {
      const missed = Promise.withResolvers<void>();
      using listening = database.listen(() => undefined, missed.resolve);
      assert.ok(listening);
      await server().stop();
      const read = () => database.kysely.selectFrom('meta').selectAll().execute();
      await assert.rejects(read(), { code: 'DATABASE_UNREACHABLE' });
      await assert.rejects(
        database.inOrganization('x', async () => 1),
        { code: 'DATABASE_UNREACHABLE' },
      );
      await server().start();
      await missed.promise;
      assert.ok((await read()).length > 0);
    }));
});
