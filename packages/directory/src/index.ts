export type {
  AccessRecords,
  Administrator,
  AdministratorChange,
  AdministratorListing,
  Administrators,
  ApiToken,
  ApiTokens,
  Session,
  Sessions,
  SetupLinks,
} from './administrators/access-records.ts';
export type { AuditDetail, AuditEntry, AuditOutcome } from './audit/audit-entry.ts';
export type { AuditLog, AuditPage, AuditRecord, AuditSearch, Verification } from './audit/audit-log.ts';
export type { ConfigurationBackup, Exported, Imported, ImportOptions } from './backup/index.ts';
export { type CallSource, type Directory, isCertified, type MailboxInPlan } from './directory.ts';
export { type FirstStartOptions, firstStart, firstStartObjects } from './first-start.ts';
export type {
  CallRecord,
  CallRecordFilter,
  CallRecords,
  CallType,
  OfferResult,
  ReasonForCall,
} from './history/call-record.ts';
export { LONGEST_LISTING } from './history/call-record.ts';
export type { KeptObjects } from './kept-objects.ts';
export type { Together } from './life-cycle/together.ts';
export type { Entry } from './lookup/world.ts';
export {
  type Acted,
  type ActRequest,
  ANY_ETAG,
  type By,
  type Change,
  type CreatedAll,
  type ListOptions,
  ObjectInvalid,
  type Objects,
  type Page,
  type RefusedInput,
  type Removed,
  type Sort,
  type Stored,
} from './objects.ts';
export { EVERY_NODE, type NewestChange, REPLICATION, type Replica, type Replicas } from './replicas/replicas.ts';
