import type { Kind } from '@parley/schema';
import type { Place } from '../life-cycle/identity.ts';
import type { Kept } from '../life-cycle/kept.ts';
import { computedOf, loadReferred } from '../life-cycle/stored.ts';
import type { StoredRow } from '../store/object-store.ts';
import { type Values, valuesOf, type WantedObjects } from './wanted.ts';

/** Objects that are read at once while others are looked for. */
export const STRIDE = 500;

/** A page that is asked for. */
export interface PageRequest {
  readonly kind: Kind;
  readonly place: Place;
  readonly limit: number;
  readonly wanted: WantedObjects;
  readonly after: string | undefined;
}

export interface KeptPage {
  readonly kept: readonly Kept[];
  readonly next: string | undefined;
}

/** What a row holds, unchecked, when it may be wanted by what is kept of it. */
export function fittingValues(row: StoredRow, { kept }: WantedObjects): Values | undefined {
  const values = valuesOf(row);
  return values && (kept?.(values) ?? true) ? values : undefined;
}

/**
 * The rows of a portion that may be wanted. What is worked out of them is worked out of what they refer to, which is read in one go; what
 * was read for the portion before is forgotten.
 */
export async function fitting(rows: readonly StoredRow[], request: PageRequest): Promise<readonly StoredRow[]> {
  const { wanted, place } = request;
  const fits = wanted.kept === undefined ? rows : rows.filter(row => fittingValues(row, wanted) !== undefined);
  if (!wanted.computed) return fits;
  const { workspace } = place;
  await workspace.rest();
  await loadReferred(
    fits.flatMap(row => workspace.read(row) ?? []),
    workspace,
  );
  return fits;
}

/** The object of a row that fits, when it can be read and is wanted by what is worked out too. */
export async function wantedOf(row: StoredRow, { kind, wanted, place }: PageRequest): Promise<Kept | undefined> {
  const kept = place.workspace.read(row);
  if (!kept || !wanted.computed) return kept;
  return wanted.computed({ ...kept.object, ...(await computedOf(kind, kept, place.workspace)) }) ? kept : undefined;
}
