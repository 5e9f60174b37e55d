/** One waiting, dead or unfinished item of the spool, as an administrator sees it. No message content. */
export interface SpoolEntry {
  readonly id: string;
  /** For example "message" or "notice". */
  readonly kind: string;
  /** For example "waiting" or "dead". */
  readonly state: string;
  /** Wall time of the seal, milliseconds since 1970. */
  readonly sealedAt: number;
  /** Length of the recording. */
  readonly millis: number;
  readonly messageId?: string;
  /** Name or address of the mailbox it is for. */
  readonly mailbox?: string;
  /** Number or name of the caller, as it came from outside. */
  readonly caller?: string;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly why?: string;
  /** Whatever else `show` should tell, a line each. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** What administrators may do with the spool; `server` fills it. */
export interface SpoolOperations {
  /** The oldest first. */
  list(): Promise<readonly SpoolEntry[]>;
  show(id: string): Promise<SpoolEntry | undefined>;
  /** Copies an item that exists into a folder (absolute path); resolves with the paths written. */
  export(id: string, folder: string): Promise<readonly string[]>;
  /** Tries a dead or waiting item again at once. */
  retry(id: string): Promise<void>;
}

/** The state of the server, a line each: version, uptime, calls, spool and so on. */
export type Status = Readonly<Record<string, string | number | boolean>>;
