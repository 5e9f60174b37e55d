/** Something that sees octets from the network. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs that are right, made by us: what the search begins with. */
  readonly seeds: readonly Uint8Array[];
  /** Words of its grammar. */
  readonly dictionary?: readonly string[];
  /** Longest input, octets; 4,096 when left out. */
  readonly longest?: number;
  /**
   * Takes one input. Returns, or throws what it is declared to throw (`declared` says so); everything else that it throws, an
   * assertion of its own included, is a finding.
   */
  run(bytes: Uint8Array): void;
  declared(error: unknown): boolean;
}

export const text = (...values: readonly string[]): Uint8Array[] => values.map(value => Buffer.from(value, 'latin1'));
