import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DATA_VERSION,
  type Database,
  type DatabaseTransaction,
  LONGEST_ANNOUNCEMENT,
  WHOLE_SYSTEM,
} from '@parley/database';
import { sql } from 'kysely';
import { replay } from './fixtures/version-2.ts';

/** Lends an empty, migrated database. */
export type Lend = (work: (database: Database) => Promise<void>) => Promise<void>;

const put = ({ kysely }: Pick<Database, 'kysely'>, key: string, value: string) =>
  kysely.insertInto('meta').values({ key, value }).execute();
const metaOf = async ({ kysely }: Database, key: string) =>
  (await kysely.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst())?.value;

const OBJECT = { kind: 'Thing', etag: '1', version: 1, document: '{}', changed_at: 1_800_000_000_000 };
const AUDIT = { at: 1, who: 'ann', outcome: 'done', detail: '{}', previous_hash: '', hash: 'h' };

/** What every engine does alike. */
export function databaseContract(lend: Lend, { skip }: { readonly skip: string | false }): void {
  const alike = (name: string, work: (database: Database) => Promise<void>) => test(name, { skip }, () => lend(work));

  alike('migrating again is harmless', async database => {
    await Promise.all([database.migrate(), database.migrate()]);
    assert.equal(await metaOf(database, 'version'), String(DATA_VERSION));
  });

  alike('a transaction is seen when it is over, and gives what its work gives', async database => {
    const answer = await database.inOrganization(WHOLE_SYSTEM, async transaction => {
      await put({ kysely: transaction }, 'k', 'v');
      return 42;
    });
    assert.equal(answer, 42);
    assert.equal(await metaOf(database, 'k'), 'v');
  });

  alike('a transaction that fails leaves nothing, rejects as its work did, and the next one works', async database => {
    const thrown = new Error('no');
    const failing = database.inOrganization(WHOLE_SYSTEM, async transaction => {
      await put({ kysely: transaction }, 'half', '1');
      throw thrown;
    });
    await assert.rejects(failing, error => error === thrown);
    assert.equal(await metaOf(database, 'half'), undefined);
    await database.inOrganization(WHOLE_SYSTEM, transaction => put({ kysely: transaction }, 'whole', '1'));
    assert.equal(await metaOf(database, 'whole'), '1');
  });

  alike(
    'twenty transactions at once that read and write the same are as if one came after the other',
    async database => {
      await put(database, 'counter', '0');
      const increment = () =>
        database.inOrganization(WHOLE_SYSTEM, async transaction => {
          const row = transaction.selectFrom('meta').select('value').where('key', '=', 'counter');
          const value = String(Number((await row.executeTakeFirstOrThrow()).value) + 1);
          await transaction.updateTable('meta').set({ value }).where('key', '=', 'counter').execute();
        });
      let done = 0;
      for (const { status } of await Promise.allSettled(Array.from({ length: 20 }, increment)))
        done += Number(status === 'fulfilled');
      assert.equal(await metaOf(database, 'counter'), String(done));
      assert.ok(done >= 6, `${done} of 20`);
    },
  );

  alike('what is there already is refused with one code, whatever the constraint', async database => {
    await put(database, 'k', '1');
    await assert.rejects(put(database, 'k', '2'), { code: 'DATABASE_CONFLICT', message: /^[^\n]+$/ });
    const { kysely } = database;
    for (const id of ['a', 'b'])
      await kysely
        .insertInto('object')
        .values({ ...OBJECT, id, organization: 'x' })
        .execute();
    const index = (id: string, scope: string) =>
      kysely
        .insertInto('object_index')
        .values({ kind: 'Thing', property: 'name', value: 'n', organization: 'x', id, scope })
        .execute();
    await index('a', 'x');
    await assert.rejects(index('b', 'x'), { code: 'DATABASE_CONFLICT' });
    await index('b', 'y');
    await assert.rejects(index('gone', ''), { code: 'DATABASE_CONFLICT' });
    await kysely.deleteFrom('object').where('id', '=', 'a').execute();
    assert.deepEqual(await kysely.selectFrom('object_index').select('id').execute(), [{ id: 'b' }]);
  });

  alike('values that are unique nowhere may be as many as they like', async database => {
    const { kysely } = database;
    for (const id of ['a', 'b']) {
      await kysely
        .insertInto('object')
        .values({ ...OBJECT, id, organization: 'x' })
        .execute();
      await kysely
        .insertInto('object_index')
        .values({ kind: 'Thing', property: 'p', value: 'v', organization: 'x', id, scope: '' })
        .execute();
    }
  });

  alike('numbers are numbers up to 2^53, sums and counts too', async database => {
    const { kysely } = database;
    const most = Number.MAX_SAFE_INTEGER;
    await kysely
      .insertInto('object')
      .values({ ...OBJECT, id: 'a', organization: 'x', changed_at: most })
      .execute();
    await kysely
      .insertInto('object')
      .values({ ...OBJECT, id: 'b', organization: 'x', changed_at: -5 })
      .execute();
    const row = await kysely
      .selectFrom('object')
      .select(({ fn }) => [
        fn.max<number>('changed_at').as('max'),
        fn.sum<number>('changed_at').as('sum'),
        fn.countAll<number>().as('count'),
      ])
      .executeTakeFirstOrThrow();
    assert.deepEqual({ ...row }, { max: most, sum: most - 5, count: 2 });
    await sql`update object set changed_at = 9007199254740993 where id = 'a'`.execute(kysely);
    await assert.rejects(kysely.selectFrom('object').select('changed_at').where('id', '=', 'a').execute(), {
      code: 'DATABASE_FAILED',
    });
    assert.equal(
      (await kysely.selectFrom('object').select('changed_at').where('id', '=', 'b').executeTakeFirst())?.changed_at,
      -5,
    );
  });

  alike('how many rows a statement has changed is told', async database => {
    const { kysely } = database;
    const { numInsertedOrUpdatedRows } = await kysely
      .insertInto('meta')
      .values([
        { key: 'a', value: 'first' },
        { key: 'b', value: 'first' },
      ])
      .executeTakeFirstOrThrow();
    assert.equal(numInsertedOrUpdatedRows, 2n);
    const update = (value: string) =>
      kysely.updateTable('meta').set({ value: 'second' }).where('value', '=', value).executeTakeFirstOrThrow();
    assert.equal((await update('first')).numUpdatedRows, 2n);
    assert.equal((await update('first')).numUpdatedRows, 0n);
    assert.equal(
      (await kysely.deleteFrom('meta').where('value', '=', 'second').executeTakeFirstOrThrow()).numDeletedRows,
      2n,
    );
  });

  alike('hostile text stays text; a NUL and half a character are refused', async database => {
    const text = `'; DROP TABLE meta; -- $1 ? \u0001 \u202e é 📞 \\`;
    await put(database, text, text);
    assert.equal(await metaOf(database, text), text);
    for (const bad of ['a\0b', '\ud83d', 'x\udcde'])
      await assert.rejects(put(database, 'bad', bad), { code: 'DATABASE_TEXT_REFUSED' });
    assert.equal(await metaOf(database, 'bad'), undefined);
  });

  alike('texts are sorted by their octets and compared as they are', async database => {
    for (const key of ['b', 'B', 'a', 'é', 'Z', '_', '10', '9']) await put(database, `s${key}`, '');
    const rows = await database.kysely
      .selectFrom('meta')
      .select('key')
      .where('key', '>=', 's')
      .where('key', '<', 't')
      .orderBy('key')
      .execute();
    assert.deepEqual(
      rows.map(({ key }) => key.slice(1)),
      ['10', '9', 'B', 'Z', '_', 'a', 'b', 'é'],
    );
  });

  alike('more parameters than every engine takes are a mistake of ours', async database => {
    const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ key: `m${n}`, value: 'v' }));
    await database.kysely.insertInto('meta').values(rows(16_383)).execute();
    await assert.rejects(database.kysely.insertInto('meta').values(rows(16_384)).execute(), /at most 32766 parameters/);
  });

  alike('the audit takes rows and gives none back', async database => {
    const { kysely } = database;
    const add = (who: string) =>
      kysely
        .insertInto('audit')
        .values({
          ...AUDIT,
          who,
          organization: null,
          request_id: null,
          cmdlet: null,
          kind: null,
          object_id: null,
          object_name: null,
        })
        .execute();
    await add('ann');
    await add('bob');
    const rows = await kysely.selectFrom('audit').select(['seq', 'who']).orderBy('seq').execute();
    assert.deepEqual(
      rows.map(row => row.who),
      ['ann', 'bob'],
    );
    assert.ok(rows[0].seq < rows[1].seq);
    const refused = { code: 'DATABASE_APPEND_ONLY', message: /audit is append-only[^\n]*$/ };
    await assert.rejects(kysely.updateTable('audit').set({ who: 'eve' }).execute(), refused);
    await assert.rejects(kysely.deleteFrom('audit').execute(), refused);
    await assert.rejects(
      database.inOrganization(WHOLE_SYSTEM, transaction => transaction.deleteFrom('audit').execute()),
      refused,
    );
    assert.equal((await kysely.selectFrom('audit').select('seq').execute()).length, 2);
  });

  alike('sessions and tokens go with their administrator', async ({ kysely }) => {
    const administrator = {
      id: 'a',
      organization: null,
      name: 'ann',
      password: null,
      groups: '[]',
      scopes: '[]',
      certificate: null,
      oidc_subject: null,
      disabled: 0,
      failures: 0,
      locked_until: null,
      created_at: 1,
    };
    await kysely.insertInto('administrator').values(administrator).execute();
    await assert.rejects(
      kysely
        .insertInto('administrator')
        .values({ ...administrator, id: 'b' })
        .execute(),
      { code: 'DATABASE_CONFLICT' },
    );
    await kysely
      .insertInto('administrator')
      .values({ ...administrator, id: 'b', name: 'bob' })
      .execute();
    await kysely
      .insertInto('session')
      .values({ id_hash: 's', administrator: 'a', created_at: 1, expires_at: 2, address: '::1' })
      .execute();
    await kysely
      .insertInto('api_token')
      .values({
        id: 't',
        hash: 'h',
        administrator: 'a',
        name: 'n',
        scope: '[]',
        created_at: 1,
        expires_at: null,
        last_used_at: null,
      })
      .execute();
    await kysely.deleteFrom('administrator').where('id', '=', 'a').execute();
    assert.deepEqual(await kysely.selectFrom('session').select('id_hash').execute(), []);
    assert.deepEqual(await kysely.selectFrom('api_token').select('id').execute(), []);
  });

  alike(
    'an announcement is heard when its transaction is committed, in order, and not when it fails',
    async database => {
      const heard: string[] = [];
      const { promise: all, resolve } = Promise.withResolvers<void>();
      using listening = database.listen(text => {
        heard.push(text);
        if (text === 'last') resolve();
      });
      assert.ok(listening);
      const announce = (texts: readonly string[], fails = false) =>
        database.inOrganization('x', async transaction => {
          for (const text of texts) await database.announce(transaction, text);
          if (fails) throw new Error('no');
        });
      await announce(['one', 'two', 'one']);
      await assert.rejects(announce(['never'], true));
      await database.kysely
        .transaction()
        .execute((transaction: DatabaseTransaction) => database.announce(transaction, 'é 📞'));
      await announce(['l'.repeat(LONGEST_ANNOUNCEMENT), 'last']);
      await all;
      assert.deepEqual(
        heard.map(text => text.slice(0, 4)),
        ['one', 'two', 'é 📞', 'llll', 'last'],
      );
    },
  );

  alike('who does not listen any more is told nothing; too much or nothing is not announced', async database => {
    const heard: string[] = [];
    const gone = database.listen(text => void heard.push(`gone ${text}`));
    gone[Symbol.dispose]();
    const { promise, resolve } = Promise.withResolvers<void>();
    using listening = database.listen(() => resolve());
    assert.ok(listening);
    const announce = (text: string) =>
      database.inOrganization('x', transaction => database.announce(transaction, text));
    await assert.rejects(announce('x'.repeat(LONGEST_ANNOUNCEMENT + 1)), /octets/);
    await assert.rejects(announce(''), /octets/);
    await assert.rejects(announce('a\0b'), { code: 'DATABASE_TEXT_REFUSED' });
    await announce('ok');
    await promise;
    assert.deepEqual(heard, []);
  });

  alike('nobody’s organisation is a mistake of ours', async database => {
    await assert.rejects(
      database.inOrganization('', async () => 1),
      /on behalf of/,
    );
  });

  alike('the statements of version 2 still work on the tables of this version', async database => {
    await replay(database.kysely);
    const ann = await database.kysely
      .selectFrom('object')
      .select(['etag', 'document'])
      .where('id', '=', 'ann')
      .executeTakeFirstOrThrow();
    assert.deepEqual([ann.etag, JSON.parse(ann.document).displayName], ['2', 'Ann Leigh']);
    assert.equal((await database.kysely.selectFrom('object').select('id').execute()).length, 7);
    assert.equal((await database.kysely.selectFrom('call_record').select('id').execute()).length, 1);
  });
}
