import { kinds } from '@parley/schema';
import type { Directory } from '../directory.ts';
import { type Entry, putEntry, World } from '../lookup/world.ts';

/** A directory made of plain objects (`makeObject` of @parley/schema makes them), in any order. */
export function memoryDirectory(entries: Iterable<Entry>): Directory {
  const world = new World();
  const sorted = [...entries].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  for (const entry of sorted) putEntry(world, entry);
  return world;
}
