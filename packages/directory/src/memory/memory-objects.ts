import type { Clock } from '@parley/base';
import { objectOf } from '@parley/schema';
import { type AuditLog, openAuditLog } from '../audit/audit-log.ts';
import type { KeptObjects } from '../kept-objects.ts';
import type { ChangedObject } from '../life-cycle/changed.ts';
import { DirectoryObjects } from '../life-cycle/directory-objects.ts';
import { World } from '../lookup/world.ts';
import { memoryStore } from '../store/memory-store.ts';

export interface MemoryObjectsOptions {
  readonly clock: Clock;
  /** Languages that prompts exist in; undefined accepts every well-formed one. */
  readonly languages?: readonly string[];
}

/** Objects that are kept nowhere else, for tests: the same rules, audit and all, without a database. */
export function memoryObjects({ clock, languages }: MemoryObjectsOptions): KeptObjects {
  return new MemoryObjects(clock, languages);
}

class MemoryObjects extends DirectoryObjects implements KeptObjects {
  readonly directory: World;
  readonly audit: AuditLog;

  constructor(clock: Clock, languages: readonly string[] | undefined) {
    const store = memoryStore();
    const world = new World();
    const onCommitted = async (changes: readonly ChangedObject[]) => {
      for (const changed of changes) see(world, changed);
    };
    super({ store, clock, settings: { languages }, onCommitted, remembersAll: true });
    this.directory = world;
    this.audit = openAuditLog({ store, clock });
  }

  async close(): Promise<void> {}
}

function see(world: World, { before, after }: ChangedObject): void {
  if (after) world.put(after.kind, objectOf(after.kind, after.id, after.document));
  else if (before) world.remove(before.kind, before.id);
}
