import { definitionOf, type Kind } from '@parley/schema';
import { list } from '../listing/list.ts';
import type { Change, ListOptions, Page, Removed, Stored } from '../objects.ts';
import { change, checkEtag } from './change.ts';
import { create } from './create.ts';
import { identify, type Place } from './identity.ts';
import { nameOf } from './kept.ts';
import { remove } from './remove.ts';
import { storedOf } from './stored.ts';

/** Objects inside one transaction: see `Objects`, whose promises hold for each request. Not for use when it has ended. */
export interface Together {
  list<K extends Kind>(kind: K, options: ListOptions): Promise<Page<K>>;
  get<K extends Kind>(kind: K, identity: string): Promise<Stored<K>>;
  create<K extends Kind>(kind: K, input: unknown): Promise<Stored<K>>;
  change<K extends Kind>(kind: K, identity: string, change: Change): Promise<Stored<K>>;
  remove(kind: Kind, identity: string, etag: string): Promise<readonly Removed[]>;
}

export class TogetherObjects implements Together {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  list<K extends Kind>(kind: K, options: ListOptions): Promise<Page<K>> {
    return list(kind, options, this.#place);
  }

  async get<K extends Kind>(kind: K, identity: string): Promise<Stored<K>> {
    return storedOf(kind, await identify(kind, identity, this.#place), this.#place.workspace);
  }

  async create<K extends Kind>(kind: K, input: unknown): Promise<Stored<K>> {
    return storedOf(kind, await create(kind, input, this.#place), this.#place.workspace);
  }

  async change<K extends Kind>(kind: K, identity: string, { etag, patch }: Change): Promise<Stored<K>> {
    const kept = await identify(kind, identity, this.#place);
    checkEtag(kept, etag);
    return storedOf(kind, await change(kept, patch, this.#place), this.#place.workspace);
  }

  async remove(kind: Kind, identity: string, etag: string): Promise<readonly Removed[]> {
    const kept = await identify(kind, identity, this.#place);
    checkEtag(kept, etag);
    const gone = await remove(kept, this.#place);
    return gone
      .filter(each => !definitionOf(each.kind).secret)
      .map(each => ({ kind: each.kind, id: each.id, name: nameOf(each) }));
  }
}
