import type { ToneShape } from './template.ts';

/** Words for one voice to say in one go. */
export interface WordsPart {
  readonly kind: 'words';
  /** Whose voice; not the language that was asked for when the prompt had to be replaced. */
  readonly language: string;
  /** With the blanks and punctuation around it, so that the parts of a prompt join to its text. */
  readonly text: string;
  /** From prompts.yaml, so known at start and kept; otherwise a number, a name, a text. */
  readonly fixed: boolean;
  /** The placeholder that it fills. */
  readonly value?: string;
  /** A WAV file to play instead of a voice, when it can be read. */
  readonly recording?: string;
}

/** The smallest thing that becomes sound by itself. */
export type Part =
  | WordsPart
  | { readonly kind: 'tone'; readonly tone: ToneShape; readonly recording?: string }
  /** In a test language: `item` is what it stands for. */
  | { readonly kind: 'chord'; readonly item: string; readonly number: number };

/** A part as text: what a person would hear. */
export function textOfPart(part: Part): string {
  if (part.kind === 'words') return part.text;
  return part.kind === 'tone' ? ' [tone] ' : ` ${part.item} `;
}
