import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Tables } from '../tables.ts';
import { giveOrganizations } from './0003-organizations.ts';

/**
 * Objects know their organisation, names are unique by the database's own word, every change is in the audit, and administrators exist.
 * New columns have defaults: the statements of version 2 go on working.
 */
export async function administration(db: Kysely<Tables>, engine: Engine): Promise<void> {
  await extendObjects(db);
  await giveOrganizations(db);
  await createIndexes(db);
  await createAudit(db, engine);
  await createAdministrators(db);
  await separateOrganizations(db, engine);
}

async function extendObjects(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  // '': the whole system's, or written by version 2.
  await schema
    .alterTable('object')
    .addColumn('organization', 'text', column => column.notNull().defaultTo(''))
    .execute();
  await schema
    .alterTable('object')
    .addColumn('changed_at', 'bigint', column => column.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('object_index')
    .addColumn('organization', 'text', column => column.notNull().defaultTo(''))
    .execute();
  await schema
    .alterTable('object_index')
    .addColumn('scope', 'text', column => column.notNull().defaultTo(''))
    .execute();
  await schema.alterTable('call_record').addColumn('organization', 'text').execute();
}

async function createIndexes({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createIndex('object_index_unique')
    .unique()
    .on('object_index')
    .columns(['kind', 'property', 'scope', 'value'])
    .where(sql<boolean>`scope <> ''`)
    .execute();
  await schema.createIndex('object_by_organization').on('object').columns(['organization', 'kind', 'id']).execute();
  await schema
    .createIndex('call_record_by_organization')
    .on('call_record')
    .columns(['organization', 'call_start_time', 'id'])
    .execute();
}

async function createAudit(db: Kysely<Tables>, engine: Engine): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('audit')
    .addColumn('seq', sql.raw(engine.numbered))
    .addColumn('at', 'bigint', column => column.notNull())
    .addColumn('organization', 'text')
    .addColumn('who', 'text', column => column.notNull())
    .addColumn('request_id', 'text')
    .addColumn('cmdlet', 'text')
    .addColumn('kind', 'text')
    .addColumn('object_id', 'text')
    .addColumn('object_name', 'text')
    .addColumn('outcome', 'text', column => column.notNull())
    .addColumn('detail', 'text', column => column.notNull())
    .addColumn('previous_hash', 'text', column => column.notNull())
    .addColumn('hash', 'text', column => column.notNull())
    .execute();
  await schema.createIndex('audit_by_organization').on('audit').columns(['organization', 'seq']).execute();
  await schema.createIndex('audit_by_object').on('audit').columns(['object_id', 'seq']).execute();
  await schema.createIndex('audit_by_time').on('audit').columns(['at', 'seq']).execute();
  await engine.appendOnly(db, 'audit');
}

/** Columns that belong to one administrator, and go with that one. */
const owned = <Name extends string>(builder: CreateTableBuilder<Name>) =>
  builder
    .addColumn('administrator', 'text', column => column.notNull().references('administrator.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', column => column.notNull());

async function createAdministrators(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('administrator')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('organization', 'text')
    .addColumn('name', 'text', column => column.notNull().unique())
    .addColumn('password', 'text')
    .addColumn('groups', 'text', column => column.notNull())
    .addColumn('scopes', 'text', column => column.notNull())
    .addColumn('certificate', 'text', column => column.unique())
    .addColumn('oidc_subject', 'text', column => column.unique())
    .addColumn('disabled', 'integer', column => column.notNull())
    .addColumn('failures', 'integer', column => column.notNull())
    .addColumn('locked_until', 'bigint')
    .addColumn('created_at', 'bigint', column => column.notNull())
    .execute();
  await owned(schema.createTable('session'))
    .addColumn('id_hash', 'text', column => column.primaryKey())
    .addColumn('expires_at', 'bigint', column => column.notNull())
    .addColumn('address', 'text', column => column.notNull())
    .execute();
  await owned(schema.createTable('api_token'))
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('hash', 'text', column => column.notNull().unique())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('scope', 'text', column => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .execute();
  await schema
    .createTable('setup_link')
    .addColumn('hash', 'text', column => column.primaryKey())
    .addColumn('expires_at', 'bigint', column => column.notNull())
    .execute();
  for (const table of ['session', 'api_token'] as const)
    await schema.createIndex(`${table}_by_administrator`).on(table).column('administrator').execute();
  await schema.createIndex('session_by_expiry').on('session').column('expires_at').execute();
}

async function separateOrganizations(db: Kysely<Tables>, engine: Engine): Promise<void> {
  for (const table of ['object', 'object_index', 'audit', 'call_record', 'administrator'])
    await engine.separate(db, table, 'organization');
  // These are secrets of one administrator, and of nobody inside an organisation.
  for (const table of ['session', 'api_token', 'setup_link']) await engine.separate(db, table, 'null');
}
