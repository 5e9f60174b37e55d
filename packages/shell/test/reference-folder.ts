import { join } from 'node:path';

/** Where the reference pages of cmdlets are. */
export const REFERENCE = join(import.meta.dirname, '../../../docs/reference/cmdlets');
