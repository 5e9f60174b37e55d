/** A mailbox as it stands in From and To. */
export interface MailAddress {
  /** Display name, any Unicode; '' for none. */
  readonly name: string;
  /** addr-spec. */
  readonly address: string;
}

/** A file that goes with a letter. */
export interface Attachment {
  readonly fileName: string;
  /** For example "audio/mpeg". */
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Everything a mail says, before it becomes bytes. All text is untrusted and may hold any character. */
export interface Letter {
  /** Without angle brackets. */
  readonly messageId: string;
  /** Wall time, milliseconds since 1970, and the zone it is written in. */
  readonly date: { readonly at: number; readonly timeZone: string };
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Further header fields, names in their exact case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly attachment?: Attachment;
}
