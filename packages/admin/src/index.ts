export type { AccessOptions } from './access/access.ts';
export { type AccessDoor, createAccess } from './access/index.ts';
export type { OidcOptions } from './access/oidc-provider.ts';
export {
  type Admin,
  type AdminOptions,
  createAdmin,
  createPassOn,
  type HttpsDoor,
  type PassOnOptions,
} from './admin.ts';
export { type BackupParts, backupActions } from './backup/backup-actions.ts';
export { type ActiveCall, type CallParts, callActions } from './calls/call-actions.ts';
export {
  type ConnectivityOutcome,
  type ConnectivityParts,
  type ConnectivityQuestion,
  connectivityActions,
  type TestKeys,
} from './calls/connectivity.ts';
export type { DoorTls } from './http/app.ts';
export type { Access } from './http/guard.ts';
export type { OtherDoor } from './http/pass-on.ts';
export type { RateLimits } from './http/rate-limits.ts';
export { openApiDocument } from './openapi/document.ts';
export type {
  SpoolEntry,
  SpoolOperations,
  Status,
  Trace,
  TracedMedia,
  TracedMessage,
  TraceEntry,
  TraceFound,
  TraceOperations,
} from './ports.ts';
export { type ReplicationParts, replicationActions } from './replication/replication-actions.ts';
export type { Action, ActionRequest, AnsweredFile, Asked, Progress, Row, Run, RunResult } from './run/ports.ts';
export { createRun } from './run/run.ts';
export { adminSocket } from './socket-path.ts';
