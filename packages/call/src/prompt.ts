/** A value inside a prompt: a number is spoken as a number, a text as written, a name by its recording when it has one. */
export type PromptValue =
  | number
  | string
  | { readonly name: string; readonly recording?: string }
  | { readonly digits: string };

/**
 * One piece of what is said. Flows never hold sentences: a prompt is named by its id in `prompts/<language>/` and gets values.
 * `file` is a recording (16-bit or G.711 WAV), with what is said `instead` when it cannot be played; `takes` is the caller's own message so far; `tone` the record tone.
 */
export type Segment =
  | { readonly kind: 'prompt'; readonly id: string; readonly values?: Readonly<Record<string, PromptValue>> }
  | { readonly kind: 'file'; readonly path: string; readonly instead?: Prompt }
  | { readonly kind: 'takes'; readonly draft: string; readonly takes: readonly number[] }
  | { readonly kind: 'silence'; readonly millis: number };

/** What is said in one breath. */
export type Prompt = readonly Segment[];
