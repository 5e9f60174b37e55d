import type { Prompt, Prompter, PromptValue, Segment } from '@parley/call';
import type { AudioSource, ClipAudio } from '@parley/media';
import type { Clip, PlayablePiece, Prompts } from '@parley/speech';

/** The part of the media threads that holds clips. */
export interface ClipShelf {
  addClip(audio: ClipAudio): number;
  dropClip(clip: number): void;
}

/** Joins `speech`, which makes clips, with the media threads, which play them by number: each clip is handed over once. */
export class ClipNumbers {
  readonly #shelf: ClipShelf;
  readonly #numbers = new Map<string, number>();

  constructor(shelf: ClipShelf) {
    this.#shelf = shelf;
  }

  numberOf(clip: Clip): number {
    let number = this.#numbers.get(clip.key);
    if (number === undefined) {
      number = this.#shelf.addClip(clip.audio);
      this.#numbers.set(clip.key, number);
    }
    return number;
  }

  drop(clip: Clip): void {
    const number = this.#numbers.get(clip.key);
    if (number === undefined) return;
    this.#numbers.delete(clip.key);
    this.#shelf.dropClip(number);
  }
}

/**
 * The `Prompter` that calls ask, over the prompts of `speech`. Stays synchronous when everything is in memory.
 * @param at makes the path of a recording absolute: administrators may give it from the data folder on.
 */
export function createPrompter(
  prompts: Prompts,
  { numbers, at }: { readonly numbers: ClipNumbers; readonly at: (path: string) => string },
): Prompter {
  const sourceOf = (piece: PlayablePiece): AudioSource =>
    piece.kind === 'clip' ? { kind: 'clip', clip: numbers.numberOf(piece.clip) } : piece;
  const located = (segment: Segment): Segment => {
    if (segment.kind === 'file') return { ...segment, path: at(segment.path) };
    if (segment.kind !== 'prompt' || segment.values === undefined) return segment;
    return {
      ...segment,
      values: Object.fromEntries(
        Object.entries(segment.values).map(([name, value]) => [name, locatedValue(value, at)]),
      ),
    };
  };
  return {
    sources(prompt: Prompt, language: string) {
      const pieces = prompts.render(prompt.map(located), language);
      return pieces instanceof Promise ? pieces.then(made => made.map(sourceOf)) : pieces.map(sourceOf);
    },
  };
}

function locatedValue(value: PromptValue, at: (path: string) => string): PromptValue {
  return typeof value === 'object' && 'name' in value && value.recording !== undefined
    ? { ...value, recording: at(value.recording) }
    : value;
}
