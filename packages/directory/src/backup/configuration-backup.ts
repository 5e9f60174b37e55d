import type { Kind } from '@parley/schema';
import type { By } from '../objects.ts';

/** What an export has in it. */
export interface Exported {
  /** Objects of each kind that there are any of. */
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  readonly objects: number;
  /** Stored objects that cannot be read and are not in it; each is named in the log. */
  readonly unreadable: number;
  /** Of everything in it, in hexadecimal. */
  readonly sha256: string;
  /** The public key that proves whose it is, base64url: who imports it elsewhere says that it is trusted. */
  readonly key: string;
}

/** What an import has done, or would do. */
export interface Imported {
  readonly created: number;
  readonly changed: number;
  /** What was there and is not in the file. */
  readonly removed: number;
  readonly unchanged: number;
  /** When the file was made, milliseconds since 1970. */
  readonly madeAt: number;
  readonly sha256: string;
}

export interface ImportOptions {
  /** Public keys (as in `Exported.key`) that are believed beside our own. */
  readonly trusted?: readonly string[];
  readonly onProgress?: (objects: number) => void;
}

/**
 * The whole configuration, of one organisation or of all (`by.organization`), as one signed file: objects of every kind that is not
 * secret. PINs, administrators, the audit and the history of calls are not in it.
 */
export interface ConfigurationBackup {
  /** Writes the file (mode 0600; nobody sees it half written). Rejects with `BACKUP_UNWRITABLE` and the database's failures. */
  exportConfiguration(file: string, by: By): Promise<Exported>;
  /**
   * Makes the configuration equal to the file: what is not in it is removed, with `by.trial` nothing is done but told. The file is checked
   * whole before anything is changed, and everything is one transaction. Operational failures, all `ParleyError`: `BACKUP_UNREADABLE`,
   * `BACKUP_DAMAGED` (cut off, changed, no export at all), `BACKUP_TOO_LARGE`, `BACKUP_NEWER`, `BACKUP_NOT_TRUSTED`, `BACKUP_FOREIGN` (of
   * another organisation), `BACKUP_INVALID` (an object that cannot be, with its line), and those of the database.
   */
  importConfiguration(file: string, by: By, options?: ImportOptions): Promise<Imported>;
}
