import { Bug, type Clock, ParleyError, ulid } from '@parley/base';
import type { Kind } from '@parley/schema';
import type { AuditEntry } from '../audit/audit-entry.ts';
import type { Directory } from '../directory.ts';
import { Catalogue, type Edit, type StoredDocument } from '../lookup/catalogue.ts';
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
import { planChange, planRemove } from './change.ts';
import { type Planning, planCreate } from './create.ts';
import { identify } from './identity.ts';
import type { Rules } from './rules/rule.ts';

/** Where edits go before they count. All of one call or none; rejects with `OBJECT_CHANGED` when an etag is not the kept one. */
export interface Keeping {
  load(): Promise<readonly StoredDocument[]>;
  keep(edits: readonly Edit[]): Promise<void>;
}

export interface KeptOptions {
  readonly clock: Clock;
  readonly keeping: Keeping;
  readonly rules?: Rules;
}

const DEFAULT_LIMIT = 1000;
/** Properties in which a listing looks for a text. */
const SEARCHED = ['name', 'displayName', 'sipResourceIdentifier', 'extensions', 'address'];

/**
 * Objects in memory, kept somewhere: every change is planned against the present state, kept, and only then seen by calls.
 * Changes run one after the other. The directory handed out stays the same object over a reload.
 */
export class KeptObjects implements Objects {
  #catalogue = new Catalogue();
  #last: Promise<unknown> = Promise.resolve();
  readonly #options: KeptOptions;
  readonly directory: Directory;

  constructor(options: KeptOptions) {
    this.#options = options;
    const world = () => this.#catalogue.world;
    this.directory = {
      gatewayFor: address => world().gatewayFor(address),
      huntGroupFor: (gateway, called) => world().huntGroupFor(gateway, called),
      dialPlan: id => world().dialPlan(id),
      mailboxByExtension: (plan, extension) => world().mailboxByExtension(plan, extension),
      mailboxByAddress: (plan, address) => world().mailboxByAddress(plan, address),
      mailboxById: id => world().mailboxById(id),
    };
  }

  /** Reads everything again, after a change that was made elsewhere. */
  reload(): Promise<void> {
    return this.#exclusively(() => this.#load());
  }

  async list<K extends Kind>(kind: K, options: ListOptions, _by: By): Promise<Page<K>> {
    const wanted = options.text?.toLowerCase();
    const found = [...this.#catalogue.world.all(kind)]
      .map(({ id }) => ({ id, name: this.#catalogue.nameOf(id) }))
      .filter(({ id }) => wanted === undefined || this.#mentions(id, wanted))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      objects: found.slice(0, options.limit ?? DEFAULT_LIMIT).map(({ id }) => this.#catalogue.stored(kind, id)),
    };
  }

  async get<K extends Kind>(kind: K, identity: string, _by: By): Promise<Stored<K>> {
    return this.#catalogue.stored(kind, identify(this.#catalogue, kind, identity));
  }

  create<K extends Kind>(kind: K, input: unknown, _by: By): Promise<Stored<K>> {
    return this.#exclusively(async () => {
      const edits = planCreate(kind, input, this.#planning());
      await this.#keep(edits);
      const [first] = edits;
      return this.#catalogue.stored(kind, first.op === 'put' ? first.next.id : first.id);
    });
  }

  change<K extends Kind>(kind: K, identity: string, change: Change, _by: By): Promise<Stored<K>> {
    return this.#exclusively(async () => {
      const [id, ...edits] = planChange(kind, identity, change, this.#planning());
      await this.#keep(edits);
      return this.#catalogue.stored(kind, id);
    });
  }

  remove(kind: Kind, identity: string, etag: string, _by: By): Promise<readonly Removed[]> {
    return this.#exclusively(async () => {
      const edits = planRemove(kind, { identity, etag }, this.#catalogue);
      const gone = edits.flatMap(edit =>
        edit.op === 'remove' ? [{ kind: edit.kind, id: edit.id, name: this.#catalogue.nameOf(edit.id) }] : [],
      );
      await this.#keep(edits);
      return gone.reverse();
    });
  }

  async act(kind: Kind, action: string, _request: ActRequest, _by: By): Promise<Acted> {
    throw new Bug(`${kind} has no action ${action}`);
  }

  async createAll(kind: Kind, inputs: readonly unknown[], by: By): Promise<CreatedAll> {
    for (const input of inputs) await this.create(kind, input, by);
    return { made: inputs.length, refused: [] };
  }

  async history(_kind: Kind, _identity: string, _by: By): Promise<readonly AuditEntry[]> {
    return [];
  }

  /** Puts what another store holds into this one, all or nothing, when it has no organisation yet. Returns whether it did. */
  adopt(others: KeptObjects): Promise<boolean> {
    return this.#exclusively(async () => {
      if (this.#catalogue.world.count('Organization') > 0) return false;
      await this.#keep(others.#catalogue.documents().map(next => ({ op: 'put', next, before: undefined })));
      return true;
    });
  }

  #planning(): Planning {
    const { clock, rules = {} } = this.#options;
    return { catalogue: this.#catalogue, rules, newId: () => ulid(clock.wall()) };
  }

  async #load(): Promise<void> {
    this.#catalogue = new Catalogue(await this.#options.keeping.load());
  }

  async #keep(edits: readonly Edit[]): Promise<void> {
    if (edits.length === 0) return;
    try {
      await this.#options.keeping.keep(edits);
    } catch (error) {
      // Somebody else has changed the kept objects: what we know is old.
      if (error instanceof ParleyError && error.code === 'OBJECT_CHANGED') await this.#load();
      throw error;
    }
    for (const edit of edits) this.#catalogue.apply(edit);
  }

  #mentions(id: string, wanted: string): boolean {
    const document = this.#catalogue.documentOf(id)?.document ?? {};
    const texts = SEARCHED.map(property => document[property]);
    return texts.flat().some(text => typeof text === 'string' && text.toLowerCase().includes(wanted));
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done;
    return done;
  }
}
