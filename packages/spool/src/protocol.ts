import type { Envelope, Sealed, TakeRole } from './draft.ts';
import type { LoggedItem } from './item.ts';
import type { Choice, JsonObject, NoticeEnvelope } from './record/bodies.ts';

/** What a writer says of its log. `writer` names the log: new for every start of a worker. */
export type WriterEvent = { readonly writer: string; readonly worker: string } & (
  | { readonly on: 'segment'; readonly number: number; readonly path: string; readonly base: number }
  /** Nothing will be written to it any more; `end` is the place behind what may be in it. */
  | { readonly on: 'segment closed'; readonly number: number; readonly end: number }
  | { readonly on: 'began'; readonly id: string; readonly first: number }
  /** Synced: it waits for delivery. */
  | { readonly on: 'sealed'; readonly item: LoggedItem }
  /** Erased by the caller, or nothing in it was long enough; synced. */
  | { readonly on: 'dropped'; readonly id: string; readonly first: number; readonly last: number }
  /** The log failed under it: what the disk holds of it has to be looked for. */
  | { readonly on: 'failed'; readonly id: string; readonly first: number; readonly last: number }
);

/** What the main thread asks of a writer. `ticket` numbers the requests that are answered. */
export type WriterRequest =
  | { readonly do: 'begin'; readonly ticket: number; readonly id: string; readonly envelope: Envelope }
  | { readonly do: 'take'; readonly id: string; readonly take: number; readonly role: TakeRole }
  | { readonly do: 'mark'; readonly id: string; readonly choice: Choice }
  | { readonly do: 'accept' | 'seal'; readonly ticket: number; readonly id: string; readonly changes: JsonObject }
  | { readonly do: 'discard'; readonly ticket: number; readonly id: string }
  /** The process has to end now: every draft is sealed, marked as interrupted. */
  | { readonly do: 'seal all'; readonly ticket: number }
  | { readonly do: 'notice'; readonly ticket: number; readonly key: string; readonly envelope: NoticeEnvelope };

/** What a writer answers. Errors travel as code and text. */
export type WriterReply =
  | { readonly on: 'done'; readonly ticket: number; readonly sealed?: Sealed }
  | { readonly on: 'refused'; readonly ticket: number; readonly code: string; readonly message: string }
  | { readonly on: 'event'; readonly event: WriterEvent };

/** Both directions over a port that other parts use too. */
export type SpoolMessage = { readonly channel: 'spool' } & (WriterRequest | WriterReply);
