export { type Admin, type AdminOptions, createAdmin } from './admin.ts';
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
export { openApiDocument } from './openapi/document.ts';
export { adminSocket } from './socket-path.ts';
