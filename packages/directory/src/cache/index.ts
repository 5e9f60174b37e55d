export {
  type CallDirectory,
  type CallDirectoryOptions,
  type DirectoryFigures,
  type DirectorySource,
  openCallDirectory,
} from './call-directory.ts';
export type { ChangedObject, ChangeLog, Changes } from './change-log.ts';
export { databaseSource } from './database-source.ts';
export type { DirectoryRows, ObjectRow } from './directory-rows.ts';
export type { CacheBounds } from './mailbox-cache.ts';
export type { Question } from './questions.ts';
