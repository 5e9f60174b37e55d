import type { Peer } from '../../transport/peer.ts';

/** One way to somebody: what a user agent has registered (RFC 3261 section 10). */
export interface Binding {
  /** Display name and URI as written, the URI in angle brackets. */
  readonly text: string;
  readonly uri: string;
  /** Parameters of the Contact as written, unknown ones too; `expires` and GRUUs are not among them. '' or ";name=value...". */
  readonly parametersText: string;
  /** Preference in thousandths, 0 to 1000. */
  readonly q: number;
  readonly callId: string;
  readonly cseq: number;
  /** Wall time, milliseconds: until when it holds, and since when. */
  readonly expiresAt: number;
  readonly registeredAt: number;
  /** Path (RFC 3327): values to put into Route, in order. */
  readonly path: readonly string[];
  /** URN of the device (RFC 5626 section 4.1). */
  readonly instance?: string;
  /** Its flow, where the rules of RFC 5626 hold for this binding. */
  readonly regId?: number;
  /** Where the REGISTER came from. */
  readonly source: Pick<Peer, 'transport' | 'address' | 'port'>;
}

/** A value at once, or later. */
export type Eventually<T> = T | Promise<T>;

/**
 * Where bindings are kept. An address-of-record is "user@host": what `addressOfRecord` makes of a URI. What has expired is not there.
 * Operational failures throw or reject with `ParleyError`; SIP_BINDINGS_FULL means that there is no room for more.
 */
export interface Bindings {
  /** Those of one address-of-record, in the order of their first registration. */
  of(aor: string): Eventually<readonly Binding[]>;
  /** The addresses-of-record that a device is registered for. */
  addressesOf(instance: string): Eventually<readonly string[]>;
  /**
   * Reads and replaces the bindings of one address-of-record in one step that nobody else's changes come between. `decide` gets those
   * that hold and returns those that hold from now on; the same array when nothing changes. It may be called more than once (a
   * transaction that is tried again), so it must have no effect. Resolves with what holds.
   */
  change(aor: string, decide: (present: readonly Binding[]) => readonly Binding[]): Eventually<readonly Binding[]>;
}
