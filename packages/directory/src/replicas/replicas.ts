/** A node that keeps a copy of the configuration for its calls. */
export interface Replica {
  /** Its name, `node` of its configuration. */
  readonly node: string;
  /** How far it has followed the changes, as `NewestChange.place`. */
  readonly seen: number;
  /** When it said so, milliseconds since 1970. */
  readonly toldAt: number;
}

export interface NewestChange {
  readonly place: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the nodes of a system know of its configuration. */
export interface Replicas {
  /** In the order of their names. */
  list(): Promise<readonly Replica[]>;
  /** The last change of any object; undefined before the first. */
  newest(): Promise<NewestChange | undefined>;
}

/** Kind of an entry of the audit that asks nodes to read everything again; its object is a node, or `EVERY_NODE`. */
export const REPLICATION = 'CsManagementStoreReplication';
export const EVERY_NODE = '*';
