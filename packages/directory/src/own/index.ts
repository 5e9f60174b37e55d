export { storedAccessRecords } from '../administrators/stored-access-records.ts';
export { type BackupOptions, openConfigurationBackup } from '../backup/index.ts';
export { storedReplicas } from '../replicas/stored-replicas.ts';
export { type CallRecordOptions, openCallRecords } from './call-records.ts';
export { type OwnDirectory, type OwnDirectoryOptions, openOwnDirectory } from './own-directory.ts';
