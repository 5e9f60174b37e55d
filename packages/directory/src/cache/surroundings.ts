import type { Log } from '@parley/base';
import { isKind, type Kind, kinds } from '@parley/schema';
import { storedObject } from '../lookup/stored-object.ts';
import { World } from '../lookup/world.ts';
import type { DirectoryRows, ObjectRow } from './directory-rows.ts';

/** What rules calls and mailboxes, and is few enough to be in memory whole; what is referred to before what refers to it. */
const KEPT: readonly Kind[] = ['Organization', 'UMDialPlan', 'UMMailboxPolicy', 'UMIPGateway', 'UMHuntGroup'];

/** Organisations, plans, policies, gateways and hunt groups: always in memory, read again when they change. */
export class Surroundings {
  readonly #rows: DirectoryRows;
  readonly #log: Log;
  #world = new World();
  readonly #changed = new Set<string>();
  #anything = true;

  constructor(rows: DirectoryRows, log: Log) {
    this.#rows = rows;
    this.#log = log;
  }

  get world(): World {
    return this.#world;
  }

  /** Whether an object of this kind is kept here. */
  has(kind: string): boolean {
    return KEPT.some(kept => kept === kind);
  }

  doubt(id: string): void {
    this.#changed.add(id);
  }

  doubtAll(): void {
    this.#anything = true;
  }

  /**
   * Reads what has changed. Until that has worked the old objects hold, and the next time tries again. Resolves with whether mailboxes
   * may have got into another dial plan by it.
   */
  async catchUp(): Promise<boolean> {
    if (this.#anything) {
      await this.#readAll();
      return true;
    }
    const ids = [...this.#changed];
    if (ids.length === 0) return false;
    const found = new Map((await this.#rows.byIds(ids)).map(row => [row.id, row]));
    const plans = ids.map(id => this.#planOf(id));
    for (const kind of KEPT) for (const row of found.values()) if (row.kind === kind) this.#put(this.#world, row);
    for (const id of ids) {
      if (!found.has(id)) for (const kind of KEPT) this.#world.remove(kind, id);
      this.#changed.delete(id);
    }
    return ids.some((id, index) => plans[index] !== undefined && plans[index] !== this.#planOf(id));
  }

  /** The dial plan of a policy; undefined when it is no policy. */
  #planOf(id: string): string | undefined {
    return this.#world.get('UMMailboxPolicy', id)?.umDialPlan;
  }

  async #readAll(): Promise<void> {
    this.#anything = false;
    const changed = [...this.#changed];
    this.#changed.clear();
    try {
      const world = new World();
      for (const kind of kinds.filter(each => KEPT.includes(each))) await this.#readKind(world, kind);
      this.#world = world;
    } catch (error) {
      this.#anything = true;
      for (const id of changed) this.#changed.add(id);
      throw error;
    }
  }

  async #readKind(world: World, kind: Kind): Promise<void> {
    for (let after = ''; ; ) {
      const page = await this.#rows.page(kind, after);
      for (const row of page) this.#put(world, row);
      const last = page.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  /** One that cannot be read is as good as none. */
  #put(world: World, row: ObjectRow): void {
    if (!isKind(row.kind)) return;
    const object = storedObject(row.kind, row, this.#log);
    if (object) world.put(row.kind, object);
    else world.remove(row.kind, row.id);
  }
}
