import { type Database, WHOLE_SYSTEM } from '@parley/database';
import type { AccessRecords, ApiTokens, Sessions, SetupLinks } from './access-records.ts';
import { administratorRow, sessionOf, sessionRow, tokenOf, tokenRow } from './rows.ts';
import { storedAdministrators } from './stored-administrators.ts';

/** Who may sign in, in our own database (migrated already). */
export function storedAccessRecords(database: Database): AccessRecords {
  return {
    administrators: storedAdministrators(database),
    sessions: storedSessions(database),
    tokens: storedTokens(database),
    setupLinks: storedSetupLinks(database),
  };
}

function storedSessions({ kysely }: Database): Sessions {
  return {
    async add(session) {
      await kysely.insertInto('session').values(sessionRow(session)).execute();
    },
    async find(idHash) {
      const row = await kysely.selectFrom('session').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
      return row && sessionOf(row);
    },
    async of(administrator) {
      const rows = kysely
        .selectFrom('session')
        .selectAll()
        .where('administrator', '=', administrator)
        .orderBy('created_at', 'desc');
      return (await rows.execute()).map(sessionOf);
    },
    async extend(idHash, expiresAt) {
      await kysely.updateTable('session').set({ expires_at: expiresAt }).where('id_hash', '=', idHash).execute();
    },
    async remove(idHash) {
      const { numDeletedRows } = await kysely.deleteFrom('session').where('id_hash', '=', idHash).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async removeAllOf(administrator, but = '') {
      await kysely
        .deleteFrom('session')
        .where('administrator', '=', administrator)
        .where('id_hash', '<>', but)
        .execute();
    },
    async removeExpired(now) {
      await kysely.deleteFrom('session').where('expires_at', '<=', now).execute();
    },
  };
}

function storedTokens({ kysely }: Database): ApiTokens {
  const by = async (column: 'id' | 'hash', value: string) => {
    const row = await kysely.selectFrom('api_token').selectAll().where(column, '=', value).executeTakeFirst();
    return row && tokenOf(row);
  };
  return {
    async add(token) {
      await kysely.insertInto('api_token').values(tokenRow(token)).execute();
    },
    byHash: hash => by('hash', hash),
    byId: id => by('id', id),
    async of(administrator) {
      const rows = kysely
        .selectFrom('api_token')
        .selectAll()
        .where('administrator', '=', administrator)
        .orderBy('created_at', 'desc');
      return (await rows.execute()).map(tokenOf);
    },
    async used(id, at) {
      await kysely.updateTable('api_token').set({ last_used_at: at }).where('id', '=', id).execute();
    },
    async remove(id) {
      const { numDeletedRows } = await kysely.deleteFrom('api_token').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function storedSetupLinks(database: Database): SetupLinks {
  return {
    async add(hash, expiresAt) {
      await database.kysely.insertInto('setup_link').values({ hash, expires_at: expiresAt }).execute();
    },
    redeem: (hash, now, first) =>
      database.inOrganization(WHOLE_SYSTEM, async transaction => {
        const link = await transaction
          .selectFrom('setup_link')
          .select('hash')
          .where('hash', '=', hash)
          .where('expires_at', '>', now)
          .executeTakeFirst();
        const somebody = await transaction.selectFrom('administrator').select('id').limit(1).executeTakeFirst();
        if (!link || somebody) return false;
        await transaction.deleteFrom('setup_link').execute();
        await transaction.insertInto('administrator').values(administratorRow(first)).execute();
        return true;
      }),
  };
}
