import { type Clock, type Log, silentLog } from '@parley/base';
import type { Database } from '@parley/database';
import { databaseStore } from '../store/database-store.ts';
import type { ConfigurationBackup } from './configuration-backup.ts';
import { exportConfiguration } from './export-configuration.ts';
import type { FileBudgets } from './file-lines.ts';
import { importConfiguration } from './import-configuration.ts';
import { signingKeyIn } from './signing-key.ts';

export interface BackupOptions {
  /** Migrated already, its objects brought up to date (`openOwnDirectory`). */
  readonly database: Database;
  readonly clock: Clock;
  readonly log?: Log;
  /** PEM file of the key pair that signs; made when it is first needed. */
  readonly keyFile: string;
  readonly budgets?: FileBudgets;
}

/** Export and import of the configuration in our own database. */
export function openConfigurationBackup(options: BackupOptions): ConfigurationBackup {
  const { database, clock, log = silentLog, keyFile, budgets } = options;
  const store = databaseStore(database);
  return {
    async exportConfiguration(file, { organization }) {
      const key = await signingKeyIn(keyFile);
      return await exportConfiguration(file, { store, key, log, at: clock.wall(), organization });
    },
    async importConfiguration(file, by, { trusted = [], ...others } = {}) {
      const { publicKey } = await signingKeyIn(keyFile);
      const now = clock.wall();
      const known = { store, by, log, now, trusted: [publicKey, ...trusted], ...(budgets && { budgets }) };
      return await importConfiguration(file, { ...known, ...others });
    },
  };
}
