export { type Database, type DatabaseTransaction, LONGEST_ANNOUNCEMENT, WHOLE_SYSTEM } from './database.ts';
export { DATA_VERSION } from './migrations/index.ts';
export type {
  AdministratorTable,
  ApiTokenTable,
  AuditTable,
  CallRecordTable,
  MetaTable,
  ObjectIndexTable,
  ObjectTable,
  SessionTable,
  SetupLinkTable,
  Tables,
} from './tables.ts';
