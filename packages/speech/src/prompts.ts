import type { PromptRequest, TakesPiece } from './request.ts';
import type { Clip } from './sound/clip.ts';

/** A piece of sound to play: a clip, a silence, or (untouched) the caller's own message. */
export type PlayablePiece =
  | { readonly kind: 'clip'; readonly clip: Clip }
  | { readonly kind: 'silence'; readonly millis: number }
  | TakesPiece;

/** How far the making of prompts has come. */
export interface PromptProgress {
  readonly done: number;
  readonly total: number;
}

/** Prompts as sound. Nothing here ever ends a call: what cannot be said is left out and logged. */
export interface Prompts {
  /**
   * What to play for a prompt in a language. The array itself when everything is in memory, as for every fixed prompt of a
   * language that is ready; a promise (of at most the time limit) when a name or a number has to be spoken or a file read.
   */
  render(request: PromptRequest, language: string): readonly PlayablePiece[] | Promise<readonly PlayablePiece[]>;
  /**
   * Makes every fixed prompt of these languages, one at a time. Resolves when all were tried, so that a broken voice does
   * not keep the server from answering; calling it again makes only what is still missing.
   */
  ready(languages: readonly string[], onProgress?: (progress: PromptProgress) => void): Promise<void>;
  /** Speaks a name before it is needed (when a mailbox is saved). False when no voice can. */
  prepareName(name: string, language: string): Promise<boolean>;
  /** Erases what was rendered for a name, in memory and on disk. */
  forgetName(name: string): Promise<void>;
  /** A WAV file as a clip, for personal greetings; undefined (and logged) when it cannot be played. Read again when it changed. */
  recording(path: string): Promise<Clip | undefined>;
  /** One line for the log and the health page: languages, voices, clips, cache. */
  describe(): string;
  /** Ends the voices. */
  close(): Promise<void>;
}
