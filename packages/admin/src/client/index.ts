export type { CallRecord, CallRecordFilter, ListOptions, Removed, Stored } from '@parley/directory';
export type { SpoolEntry, Status, Trace, TracedMedia, TracedMessage, TraceEntry } from '../ports.ts';
export { type AdminClient, type ConnectOptions, connectAdmin } from './client.ts';
export { AdminRefused } from './exchange.ts';
