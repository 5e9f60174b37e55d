import { type Clock, type Log, sleep } from '@parley/base';
import type { Part } from './book/part.ts';
import type { PromptBook } from './book/prompt-book.ts';
import type { PlayablePiece } from './prompts.ts';
import type { PromptPiece, PromptRequest } from './request.ts';
import type { Clip } from './sound/clip.ts';
import type { PartSounds } from './sound/parts.ts';
import type { Recordings } from './sound/recordings.ts';

type PromptOf = Extract<PromptPiece, { kind: 'prompt' }>;

/** Turns requests into pieces to play: at once from memory, or by making what is missing within the time limit. */
export class Renderer {
  readonly #book: PromptBook;
  readonly #sounds: PartSounds;
  readonly #recordings: Recordings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #waitMillis: number;
  readonly #unknown = new Set<string>();

  constructor(of: {
    book: PromptBook;
    sounds: PartSounds;
    recordings: Recordings;
    clock: Clock;
    log: Log;
    waitMillis: number;
  }) {
    this.#book = of.book;
    this.#sounds = of.sounds;
    this.#recordings = of.recordings;
    this.#clock = of.clock;
    this.#log = of.log;
    this.#waitMillis = of.waitMillis;
  }

  render(request: PromptRequest, language: string): readonly PlayablePiece[] | Promise<readonly PlayablePiece[]> {
    const pieces: PlayablePiece[] = [];
    for (const piece of request) {
      const ready = this.#now(piece, language);
      if (!ready) return this.#later(request, language);
      pieces.push(...ready);
    }
    return pieces;
  }

  /** A piece from memory; undefined when something of it has to be made first. */
  #now(piece: PromptPiece, language: string): readonly PlayablePiece[] | undefined {
    if (piece.kind === 'file') return undefined;
    if (piece.kind !== 'prompt') return [piece];
    const clips: Clip[] = [];
    for (const part of this.#parts(piece, language)) {
      const clip = this.#sounds.now(part);
      if (!clip) return undefined;
      if (clip !== 'nothing') clips.push(clip);
    }
    return clips.map(asPiece);
  }

  /** One time limit for everything that is missing, however much it is. */
  async #later(request: PromptRequest, language: string): Promise<readonly PlayablePiece[]> {
    const limit = new AbortController();
    const expired = sleep(this.#clock, this.#waitMillis, limit.signal).then(() => undefined);
    // Rejects when everything came in time and the timer is taken back: nobody waits for it any more then.
    expired.catch(() => undefined);
    try {
      const pieces = await Promise.all(request.map(piece => this.#pieceLater(piece, { language, expired })));
      return pieces.flat();
    } finally {
      limit.abort();
    }
  }

  async #pieceLater(piece: PromptPiece, within: Within): Promise<readonly PlayablePiece[]> {
    if (piece.kind === 'file') {
      const clip = await Promise.race([this.#recordings.clip(piece.path), within.expired]);
      return clip ? [asPiece(clip)] : [];
    }
    return piece.kind === 'prompt' ? this.#promptLater(piece, within) : [piece];
  }

  /** A value that cannot be spoken in time is taken out, and the prompt composed again: it says what stands `instead`. */
  async #promptLater(prompt: PromptOf, within: Within): Promise<readonly PlayablePiece[]> {
    const parts = this.#parts(prompt, within.language);
    const clips = await Promise.all(parts.map(part => this.#clip(part, within)));
    const failed = parts.find((part, i) => clips[i] === undefined && part.kind === 'words' && part.value !== undefined);
    if (failed?.kind === 'words' && failed.value !== undefined) {
      this.#log.warn('value left out of a prompt', {
        prompt: prompt.id,
        value: failed.value,
        language: within.language,
      });
      return this.#promptLater({ ...prompt, values: without(prompt.values ?? {}, failed.value) }, within);
    }
    return clips.flatMap(clip => (clip && clip !== 'nothing' ? [asPiece(clip)] : []));
  }

  async #clip(part: Part, within: Within): Promise<Clip | 'nothing' | undefined> {
    return this.#sounds.now(part) ?? Promise.race([this.#sounds.make(part), within.expired]);
  }

  #parts(prompt: PromptOf, language: string): readonly Part[] {
    if (!this.#book.knows(prompt.id) && !this.#unknown.has(prompt.id)) {
      this.#unknown.add(prompt.id);
      this.#log.error('prompt that no language has', { prompt: prompt.id });
    }
    return this.#book.compose(language, prompt);
  }
}

interface Within {
  readonly language: string;
  /** Resolves when the time is over. */
  readonly expired: Promise<undefined>;
}

function asPiece(clip: Clip): PlayablePiece {
  return { kind: 'clip', clip };
}

function without<T>(values: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}
