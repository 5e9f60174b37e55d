export type { CallRecord, CallRecordFilter, ListOptions, Removed, Stored } from '@parley/directory';
export type { SpoolEntry, Status, Trace, TracedMedia, TracedMessage, TraceEntry } from '../ports.ts';
export type { CmdletAnswer, ShownObject } from '../run/answer.ts';
export type { Changed, Progress } from '../run/ports.ts';
export { type AdminClient, type ConnectOptions, connectAdmin, type RunOptions } from './client.ts';
export { AdminRefused, type RefusedProperty } from './exchange.ts';
export type { ImportOptions } from './import-table.ts';
export type { Elsewhere } from './place.ts';
