import type { Kind, OfKind } from '@parley/schema';
import { meant } from './identity.ts';
import { type Kept, nameOf, objectIn } from './kept.ts';
import type { Lookup, Referrer } from './rules/rule.ts';
import type { Workspace } from './workspace.ts';

/** Objects that are answered with when nobody says how many. */
const USUAL = 100;

const byName = (left: Kept, right: Kept) => {
  const [one, other] = [nameOf(left).toLowerCase(), nameOf(right).toLowerCase()];
  return one < other ? -1 : Number(one > other);
};

/** What the rules of kinds see of a transaction: one organisation. */
export class OrganizationLookup implements Lookup {
  readonly organization: string | undefined;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, organization: string | undefined) {
    this.#workspace = workspace;
    this.organization = organization;
  }

  async get<K extends Kind>(kind: K, id: string): Promise<OfKind<K> | undefined> {
    const kept = await this.#workspace.get(kind, id, this.organization);
    return kept && objectIn(kept, kind);
  }

  async find<K extends Kind>(
    kind: K,
    property: string,
    value: string,
    { limit = USUAL }: { readonly limit?: number } = {},
  ): Promise<readonly OfKind<K>[]> {
    const { organization } = this;
    const ids = await this.#workspace.find({ kind, property, value, organization, limit });
    await this.#workspace.load(ids);
    const found: OfKind<K>[] = [];
    for (const id of ids) {
      const object = await this.get(kind, id);
      if (object) found.push(object);
    }
    return found;
  }

  async all<K extends Kind>(kind: K): Promise<readonly OfKind<K>[]> {
    const kept = await this.#workspace.all(kind, this.organization);
    return kept.toSorted(byName).map(each => objectIn(each, kind));
  }

  meant<K extends Kind>(kind: K, identity: string): Promise<OfKind<K>> {
    return meant(kind, identity, { workspace: this.#workspace, organization: this.organization });
  }

  async referrers(id: string, { limit = USUAL }: { readonly limit?: number } = {}): Promise<readonly Referrer[]> {
    const kept = await this.#workspace.any(id);
    if (!kept || (this.organization !== undefined && kept.organization !== this.organization)) return [];
    return this.#workspace.referrers(kept, { limit });
  }
}
