export type { Database, DatabaseTransaction } from './database.ts';
export { DATA_VERSION } from './migrations/index.ts';
export type { CallRecordTable, MetaTable, ObjectIndexTable, ObjectTable, Tables } from './tables.ts';
