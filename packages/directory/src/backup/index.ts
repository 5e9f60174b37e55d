export type { ConfigurationBackup, Exported, Imported, ImportOptions } from './configuration-backup.ts';
export { type BackupOptions, openConfigurationBackup } from './open-backup.ts';
