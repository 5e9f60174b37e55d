/** Data that goes into the log as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** All that is known of a message when its call is answered. The spool only reads the fields named here; the rest belongs to whoever writes and delivers it. */
export interface Envelope {
  /** RFC 5322 Message-ID without angle brackets; fixed from here on, every delivery is idempotent by it. */
  readonly messageId: string;
  /** Shortest sound, milliseconds, that makes a take a message. */
  readonly minimumMillis: number;
  readonly [key: string]: Json;
}

/** A new take: 'replace' makes it the whole message once it is long enough (until then the old takes stand), 'add' puts it behind the others. */
export type TakeRole = 'replace' | 'add';

/**
 * A message in the making, as a call flow holds it. Nothing here blocks a call on another call's disk: syncs are shared.
 * Every promise rejects with `SpoolFailed` when the log could not be written: then nothing may be confirmed to the caller.
 */
export interface Draft {
  readonly id: string;
  /** Announces the next take and returns its number (from 1). */
  take(role: TakeRole): number;
  /** The caller's choices so far; the newest counts. */
  mark(choice: { readonly urgent?: boolean; readonly private?: boolean }): void;
  /** Seals and accepts: resolves when it is synced and the caller may be told "sent". `changes` are merged over the envelope. */
  accept(changes?: { readonly [key: string]: Json }): Promise<Sealed>;
  /** Seals after a hang-up (acceptance too): synced within 250 ms. Resolves with 'discarded' when no take is long enough. */
  seal(changes?: { readonly [key: string]: Json }): Promise<Sealed>;
  /** The caller erased it: resolves when that is synced. */
  discard(): Promise<void>;
}

/** What became of a draft. */
export type Sealed = { readonly outcome: 'message'; readonly millis: number } | { readonly outcome: 'discarded' };

/** Where flows get drafts and leave notices of missed calls. `call` names the call whose media worker writes the log. */
export interface Drafts {
  /** Resolves when BEGIN is in the log (not synced yet). Rejects with `SpoolFailed` or `SpoolFull`. */
  begin(call: string, envelope: Envelope): Promise<Draft>;
  /** A missed call: at most one per `key` (the Call-ID) however often it is said. Resolves when synced. */
  notice(key: string, envelope: { readonly messageId: string; readonly [key: string]: Json }): Promise<void>;
}
