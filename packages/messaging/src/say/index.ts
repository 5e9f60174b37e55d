export type { Greeted } from './answering.ts';
export * as say from './answering.ts';
