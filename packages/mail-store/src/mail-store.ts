/** What became of a delivery: 'delivered' also when the message was there already (same Message-ID). */
export type Delivery =
  | { readonly outcome: 'delivered'; readonly path: string }
  /** May work later: retry. */
  | { readonly outcome: 'deferred'; readonly why: string }
  /** The store will never take it. */
  | { readonly outcome: 'refused'; readonly why: string };

/** A raw message for one mailbox. */
export interface OutgoingMessage {
  /** Without angle brackets; the key of idempotence. */
  readonly messageId: string;
  /** Mailbox address (its SIP or mail address); the store maps it to a place. */
  readonly mailbox: string;
  /** The place in the store, when the mailbox names one itself instead of the store's own rule (for a Maildir: its folder). */
  readonly place?: string;
  /** RFC 5322 bytes, CRLF line ends. */
  readonly raw: Uint8Array;
  /** This may be a repetition: look whether it is there before writing it again. */
  readonly repeated: boolean;
}

/** Where messages live, as a port. */
export interface MailStore {
  deliver(message: OutgoingMessage, options?: { readonly signal?: AbortSignal }): Promise<Delivery>;
}
