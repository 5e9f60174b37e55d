/**
 * What a placeholder of a prompt is filled with: a number is spoken as a number, a text as it is written, a name by its
 * recording when it has one, digits one by one, a duration in minutes and seconds, a moment as date and time of a zone.
 */
export type SpokenValue =
  | number
  | string
  | { readonly name: string; readonly recording?: string }
  | { readonly digits: string }
  | { readonly seconds: number }
  | Moment;

/** A point in time as somebody in `zone` (IANA name) would say it. */
export interface Moment {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly zone: string;
  readonly say: 'date' | 'time' | 'date and time';
}

/** The values of one prompt, by placeholder. */
export type SpokenValues = Readonly<Record<string, SpokenValue>>;

/** One piece of what is said. `takes` is a recording that only the media worker can read; it is passed through untouched. */
export type PromptPiece =
  | { readonly kind: 'prompt'; readonly id: string; readonly values?: SpokenValues }
  | { readonly kind: 'file'; readonly path: string }
  | TakesPiece
  | { readonly kind: 'silence'; readonly millis: number };

/** The caller's own message so far. */
export interface TakesPiece {
  readonly kind: 'takes';
  readonly draft: string;
  readonly takes: readonly number[];
}

/** What is said in one breath. A `Prompt` of the call package is one. */
export type PromptRequest = readonly PromptPiece[];
