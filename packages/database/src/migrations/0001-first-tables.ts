import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** Objects with their index, call records, facts about the data. */
export async function firstTables(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('key', 'text', column => column.primaryKey())
    .addColumn('value', 'text', column => column.notNull())
    .execute();
  await db.schema
    .createTable('object')
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('etag', 'text', column => column.notNull())
    .addColumn('version', 'integer', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('object_key', ['id'])
    .execute();
  await db.schema.createIndex('object_by_kind').on('object').columns(['kind', 'id']).execute();
  await createObjectIndex(db);
  await createCallRecord(db);
}

async function createObjectIndex(db: Kysely<Tables>): Promise<void> {
  // Not unique as such: a unique property is one whose value is written with a scope in front (see directory/own).
  await db.schema
    .createTable('object_index')
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('property', 'text', column => column.notNull())
    .addColumn('value', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull().references('object.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('object_index_key', ['kind', 'property', 'value', 'id'])
    .execute();
  await db.schema.createIndex('object_index_by_id').on('object_index').column('id').execute();
}

async function createCallRecord(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('call_record')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('call_start_time', 'bigint', column => column.notNull())
    .addColumn('call_type', 'text', column => column.notNull())
    .addColumn('call_identity', 'text', column => column.notNull())
    .addColumn('parent_call_identity', 'text')
    .addColumn('um_server_name', 'text', column => column.notNull())
    .addColumn('dial_plan_name', 'text')
    .addColumn('ip_gateway_address', 'text')
    .addColumn('ip_gateway_name', 'text')
    .addColumn('call_duration', 'bigint', column => column.notNull())
    .addColumn('called_phone_number', 'text')
    .addColumn('caller_phone_number', 'text')
    .addColumn('dialed_string', 'text')
    .addColumn('offer_result', 'text', column => column.notNull())
    .addColumn('drop_call_reason', 'text')
    .addColumn('reason_for_call', 'text', column => column.notNull())
    .addColumn('caller_mailbox_alias', 'text')
    .addColumn('callee_mailbox_alias', 'text')
    .addColumn('audio_codec', 'text')
    .addColumn('jitter', 'double precision')
    .addColumn('packet_loss', 'double precision')
    .addColumn('round_trip', 'double precision')
    .execute();
  await db.schema.createIndex('call_record_by_time').on('call_record').columns(['call_start_time', 'id']).execute();
  await db.schema
    .createIndex('call_record_by_callee')
    .on('call_record')
    .columns(['callee_mailbox_alias', 'call_start_time'])
    .execute();
}
