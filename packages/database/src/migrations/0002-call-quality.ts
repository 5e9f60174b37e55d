import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

const COLUMNS = [
  'nmos',
  'nmos_degradation',
  'nmos_degradation_jitter',
  'nmos_degradation_packet_loss',
  'burst_density',
  'burst_loss_duration',
  'burst_gap_duration',
] as const;

/** How good the sound of a call was. SQLite adds one column a statement. */
export async function callQuality(db: Kysely<Tables>): Promise<void> {
  for (const column of COLUMNS)
    await db.schema.alterTable('call_record').addColumn(column, 'double precision').execute();
}
