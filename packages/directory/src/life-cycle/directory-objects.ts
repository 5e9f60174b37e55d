import { type Clock, codeOf, type Log, ParleyError, silentLog, ulid } from '@parley/base';
import { definitionOf, type Kind } from '@parley/schema';
import type { AuditEntry } from '../audit/audit-entry.ts';
import { entryOf } from '../audit/audit-log.ts';
import type {
  Acted,
  ActRequest,
  By,
  Change,
  CreatedAll,
  ListOptions,
  Objects,
  Page,
  Removed,
  Stored,
} from '../objects.ts';
import { EVERYWHERE, type ObjectStore } from '../store/object-store.ts';
import { act } from './act.ts';
import type { ChangedObject } from './changed.ts';
import { comparable } from './comparable.ts';
import { claimedBy, createAll } from './create-all.ts';
import { indexedProperties } from './declared.ts';
import { identify, type Place } from './identity.ts';
import { NOT_PERMITTED, OBJECT_NOT_FOUND, OVERTAKEN } from './refusals.ts';
import { RowReader } from './row-reader.ts';
import type { Rules } from './rules/rule.ts';
import { storedOf } from './stored.ts';
import { type Together, TogetherObjects } from './together.ts';
import { type Claim, claimKey, Workspace } from './workspace.ts';

export interface DirectoryObjectsOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log?: Log;
  readonly settings?: Rules;
  /** Told of what was committed, before whoever asked for it: of very many changes the first ones, unless `remembersAll`. */
  readonly onCommitted?: (changes: readonly ChangedObject[]) => Promise<void>;
  /** Memory does not matter: every change is remembered until it is committed. */
  readonly remembersAll?: true;
}

/** Runs of one change whose unique values others have taken meanwhile. */
const MOST_RUNS = 3;
/** Entries of one object's history. */
const LONGEST_HISTORY = 1000;

/** How a transaction is undone that was only a trial. */
class TrialEnded extends Error {}

/** The life of objects in a store: every request is one transaction, in which everything is checked, changed and audited. */
export class DirectoryObjects implements Objects {
  readonly #options: DirectoryObjectsOptions;
  readonly #reader: RowReader;

  constructor(options: DirectoryObjectsOptions) {
    this.#options = options;
    this.#reader = new RowReader(options.log ?? silentLog);
  }

  async list<K extends Kind>(kind: K, options: ListOptions, by: By): Promise<Page<K>> {
    refuseSecret(kind);
    return this.#read(by, each => each.list(kind, options));
  }

  async get<K extends Kind>(kind: K, identity: string, by: By): Promise<Stored<K>> {
    refuseSecret(kind);
    return this.#read(by, each => each.get(kind, identity));
  }

  async create<K extends Kind>(kind: K, input: unknown, by: By): Promise<Stored<K>> {
    refuseSecret(kind);
    return this.together(by, each => each.create(kind, input));
  }

  async change<K extends Kind>(kind: K, identity: string, wanted: Change, by: By): Promise<Stored<K>> {
    refuseSecret(kind);
    return this.together(by, each => each.change(kind, identity, wanted));
  }

  async remove(kind: Kind, identity: string, etag: string, by: By): Promise<readonly Removed[]> {
    refuseSecret(kind);
    return this.together(by, each => each.remove(kind, identity, etag));
  }

  /** Several requests in one transaction: all of them or, when `work` rejects, none. It may be run again when somebody came between. */
  together<T>(by: By, work: (objects: Together) => Promise<T>): Promise<T> {
    return this.#write(by, place => work(new TogetherObjects(place)));
  }

  async act(kind: Kind, action: string, request: ActRequest, by: By): Promise<Acted> {
    return this.#write(by, async place => {
      const { kept, warnings, result } = await act(kind, action, { ...request, place });
      const objects: Stored[] = [];
      for (const each of kept) objects.push(await storedOf(each.kind, each, place.workspace));
      return { objects, warnings, ...(result === undefined ? {} : { result }) };
    });
  }

  async createAll(
    kind: Kind,
    inputs: readonly unknown[],
    by: By,
    onProgress?: (done: number) => void,
  ): Promise<CreatedAll> {
    refuseSecret(kind);
    const claims = (): Claim[] =>
      claimedBy(kind, inputs).flatMap(({ property, values }) => {
        const declared = indexedProperties(kind).find(each => each.property === property)?.declared;
        return declared ? values.map(value => ({ kind, id: '', property, value: comparable(declared, value) })) : [];
      });
    return this.#write(by, place => createAll(kind, inputs, { place, onProgress }), {
      claims,
      keep: ({ refused }) => refused.length === 0,
    });
  }

  async history(kind: Kind, identity: string, by: By): Promise<readonly AuditEntry[]> {
    refuseSecret(kind);
    const { store } = this.#options;
    return store.transaction(by.organization, async transaction => {
      const place = { workspace: this.#workspace(transaction, by, NOTHING), organization: by.organization };
      // What is gone has a history too, by its id.
      const id = await identify(kind, identity, place).then(
        kept => kept.id,
        error => (codeOf(error) === 'OBJECT_NOT_FOUND' ? identity.slice(0, 64) : Promise.reject(error)),
      );
      const { organization } = by;
      const rows = await transaction.audited({
        organization,
        objectId: id,
        kind,
        order: 'newest first',
        limit: LONGEST_HISTORY,
      });
      if (rows.length === 0) throw OBJECT_NOT_FOUND(kind, identity);
      return rows.map(entryOf);
    });
  }

  #workspace(transaction: ConstructorParameters<typeof Workspace>[0], by: By, taken: ReadonlySet<string>): Workspace {
    const { clock, log = silentLog, settings = {}, remembersAll = false } = this.#options;
    const [reader, now] = [this.#reader, clock.wall()];
    const newId = () => ulid(clock.wall());
    return new Workspace(transaction, { by, settings, log, reader, now, newId, taken, remembersAll });
  }

  #read<T>(by: By, work: (objects: Together) => Promise<T>): Promise<T> {
    const { organization } = by;
    return this.#options.store.transaction(organization, transaction =>
      work(new TogetherObjects({ workspace: this.#workspace(transaction, by, NOTHING), organization })),
    );
  }

  async #write<T>(
    by: By,
    work: (place: Place) => Promise<T>,
    { claims, keep = () => true }: { claims?: () => readonly Claim[]; keep?: (result: T) => boolean } = {},
  ): Promise<T> {
    const taken = new Set<string>();
    for (let run = 0; run < MOST_RUNS; run++) {
      const outcome = await this.#once(by, { work, keep, taken });
      if ('result' in outcome) return outcome.result;
      const outside = await this.#takenOf([...outcome.claims, ...(claims?.() ?? [])]);
      if (outside.length === 0) throw OVERTAKEN();
      for (const claim of outside) taken.add(claimKey(claim));
    }
    throw OVERTAKEN();
  }

  /** One run; the claims of it when a value was taken that must be unique. */
  async #once<T>(
    by: By,
    at: { work: (place: Place) => Promise<T>; keep: (result: T) => boolean; taken: ReadonlySet<string> },
  ): Promise<{ readonly result: T } | { readonly claims: readonly Claim[] }> {
    const { store, onCommitted } = this.#options;
    const { organization, trial } = by;
    let workspace: Workspace | undefined;
    let outcome: { readonly result: T } | undefined;
    try {
      const result = await store.transaction(organization, async transaction => {
        workspace = this.#workspace(transaction, by, at.taken);
        const made = await at.work({ workspace, organization });
        outcome = { result: made };
        if (trial) await workspace.flush();
        if (trial || !at.keep(made)) throw new TrialEnded();
        await workspace.finish();
        return made;
      });
      if (workspace && workspace.changes.length > 0) await onCommitted?.(workspace.changes);
      return { result };
    } catch (error) {
      if (error instanceof TrialEnded && outcome) return outcome;
      if (!(error instanceof ParleyError) || error.code !== 'DATABASE_CONFLICT' || !workspace) throw error;
      return { claims: workspace.claims };
    }
  }

  /** Those of the claims that somebody has, in whatever organisation. */
  async #takenOf(claims: readonly Claim[]): Promise<readonly Claim[]> {
    if (claims.length === 0) return [];
    return this.#options.store.transaction(undefined, async transaction => {
      const taken: Claim[] = [];
      for (const of of Map.groupBy(claims, ({ kind, property }) => `${kind}\u0000${property}`).values()) {
        const [first] = of;
        if (!first) continue;
        const { kind, property } = first;
        const values = of.map(({ value }) => value);
        const at = { kind, property, values, organization: undefined, scope: EVERYWHERE, limit: values.length };
        const owners = new Map((await transaction.find(at)).map(({ value, id }) => [value, id]));
        taken.push(...of.filter(({ value, id }) => owners.has(value) && owners.get(value) !== id));
      }
      return taken;
    });
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** What only the rules' actions read is neither shown nor given. */
function refuseSecret(kind: Kind): void {
  if (definitionOf(kind).secret) throw NOT_PERMITTED(`a ${definitionOf(kind).word} is never shown and never given`);
}
