export { type Admin, type AdminOptions, createAdmin } from './admin.ts';
export type { SpoolEntry, SpoolOperations, Status } from './ports.ts';
export { adminSocket } from './socket-path.ts';
