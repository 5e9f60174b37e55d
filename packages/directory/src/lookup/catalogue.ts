import { Bug } from '@parley/base';
import { type Document, definitionOf, type Kind, kinds, type OfKind, objectOf } from '@parley/schema';
import type { Stored } from '../objects.ts';
import { World } from './world.ts';

/** An object as it is kept: only what was given, so that a changed default reaches it. */
export interface StoredDocument {
  readonly kind: Kind;
  readonly id: string;
  readonly etag: string;
  readonly document: Document;
}

/** One step of a change. `before` is the etag that must still be there; undefined for a new object. */
export type Edit =
  | { readonly op: 'put'; readonly next: StoredDocument; readonly before: string | undefined }
  | { readonly op: 'remove'; readonly kind: Kind; readonly id: string; readonly before: string };

/** The documents and the world of objects made of them. */
export class Catalogue {
  readonly world = new World();
  readonly #documents = new Map<string, StoredDocument>();

  /** @param documents in any order; what they refer to must be among them. */
  constructor(documents: readonly StoredDocument[] = []) {
    for (const kind of kinds)
      for (const each of documents) if (each.kind === kind) this.apply({ op: 'put', next: each, before: undefined });
  }

  documentOf(id: string): StoredDocument | undefined {
    return this.#documents.get(id);
  }

  /** Everything that is kept, what is referred to before what refers to it. */
  documents(): StoredDocument[] {
    return [...this.#documents.values()].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  }

  apply(edit: Edit): void {
    if (edit.op === 'remove') {
      this.#documents.delete(edit.id);
      this.world.remove(edit.kind, edit.id);
      return;
    }
    const { kind, id, document } = edit.next;
    this.#documents.set(id, edit.next);
    this.world.put(kind, objectOf(kind, id, document));
  }

  /** An object that exists, as administrators get it. */
  stored<K extends Kind>(kind: K, id: string): Stored<K> {
    const object = this.world.get(kind, id);
    const kept = this.#documents.get(id);
    if (!object || !kept) throw new Bug(`${kind} ${id} is not in the catalogue`);
    return { kind, object, etag: kept.etag, references: this.#references(kind, object), computed: {} };
  }

  /** The name of an object of any kind, its id when it has none. */
  nameOf(id: string): string {
    const name = this.#documents.get(id)?.document.name;
    return typeof name === 'string' ? name : id;
  }

  #references<K extends Kind>(kind: K, object: OfKind<K>): Readonly<Record<string, string>> {
    const references: Record<string, string> = {};
    const properties = new Map<string, unknown>(Object.entries(object));
    for (const [name, property] of Object.entries(definitionOf(kind).properties)) {
      const value = properties.get(name);
      if (property.type === 'ref' && typeof value === 'string') references[name] = this.nameOf(value);
    }
    return references;
  }
}
