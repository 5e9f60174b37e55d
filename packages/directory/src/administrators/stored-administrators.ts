import { type Database, type DatabaseTransaction, WHOLE_SYSTEM } from '@parley/database';
import { type Administrator, type Administrators, alreadyThere, MOST_LISTED } from './access-records.ts';
import { administratorOf, administratorRow, changedColumns } from './rows.ts';

/** The administrators in our own database. */
export function storedAdministrators(database: Database): Administrators {
  const { kysely } = database;
  const wholeSystem = <T>(work: (transaction: DatabaseTransaction) => Promise<T>) =>
    database.inOrganization(WHOLE_SYSTEM, work);
  const by = async (column: 'id' | 'name' | 'oidc_subject', value: string) => {
    const row = await kysely.selectFrom('administrator').selectAll().where(column, '=', value).executeTakeFirst();
    return row && administratorOf(row);
  };
  return {
    async list({ organization, after, limit = MOST_LISTED } = {}) {
      let query = kysely.selectFrom('administrator').selectAll().orderBy('name').limit(Math.min(limit, MOST_LISTED));
      if (organization !== undefined) query = query.where('organization', '=', organization);
      if (after !== undefined) query = query.where('name', '>', after);
      return (await query.execute()).map(administratorOf);
    },
    byId: id => by('id', id),
    byName: name => by('name', name),
    byOidcSubject: subject => by('oidc_subject', subject),
    async byCertificate(shown) {
      if (shown.length === 0) return [];
      const query = kysely.selectFrom('administrator').selectAll().where('certificate', 'in', shown).limit(2);
      return (await query.execute()).map(administratorOf);
    },
    add: administrator =>
      wholeSystem(async transaction => {
        const { id } = administrator;
        const same = await transaction.selectFrom('administrator').select('id').where('id', '=', id).executeTakeFirst();
        if (same) throw alreadyThere(administrator);
        await refuseDouble(transaction, administrator);
        await transaction.insertInto('administrator').values(administratorRow(administrator)).execute();
      }),
    change: (id, change) =>
      wholeSystem(async transaction => {
        const columns = changedColumns(change);
        const before = await transaction
          .selectFrom('administrator')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst();
        if (!before) return undefined;
        const changed = administratorOf({ ...before, ...columns });
        await refuseDouble(transaction, changed);
        await transaction.updateTable('administrator').set(administratorRow(changed)).where('id', '=', id).execute();
        return changed;
      }),
    async remove(id) {
      const { numDeletedRows } = await kysely.deleteFrom('administrator').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },
    failed: (id, lockedUntil) =>
      wholeSystem(async transaction => {
        const row = await transaction
          .selectFrom('administrator')
          .select('failures')
          .where('id', '=', id)
          .executeTakeFirst();
        if (!row) return;
        const failures = Number(row.failures) + 1;
        await transaction
          .updateTable('administrator')
          .set({ failures, locked_until: lockedUntil(failures) })
          .where('id', '=', id)
          .execute();
      }),
    async succeeded(id) {
      await kysely
        .updateTable('administrator')
        .set({ failures: 0, locked_until: 0 })
        .where('id', '=', id)
        .where('failures', '>', 0)
        .execute();
    },
  };
}

/** The database refuses a double too; here it gets a sentence that an administrator understands. */
async function refuseDouble(
  transaction: DatabaseTransaction,
  { id, name, certificate, oidcSubject }: Administrator,
): Promise<void> {
  const other = await transaction
    .selectFrom('administrator')
    .select('id')
    .where('id', '<>', id)
    .where(({ eb, or }) =>
      or([
        eb('name', '=', name),
        ...(certificate === undefined ? [] : [eb('certificate', '=', certificate)]),
        ...(oidcSubject === undefined ? [] : [eb('oidc_subject', '=', oidcSubject)]),
      ]),
    )
    .executeTakeFirst();
  if (other) throw alreadyThere({ name });
}
