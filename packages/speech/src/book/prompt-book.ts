import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Bug, type Log, messageOf, ParleyError } from '@parley/base';
import type { PromptPiece, PromptRequest } from '../request.ts';
import type { Spelling } from '../spell/spelling.ts';
import { compose, DIGIT_IDS, type Lookup, VALUE_ITEMS } from './compose.ts';
import { fallbackChain, LAST_RESORT } from './fallback.ts';
import { type LanguageFolder, type PromptProblem, readLanguageFolder } from './language-folder.ts';
import { type Part, textOfPart, type WordsPart } from './part.ts';
import type { Template } from './template.ts';

/** Something a language lacks, and the language that says it in its place (none: it is left out). */
export interface Missing {
  readonly language: string;
  /** A prompt's id, or "numbers" for the number grammar. */
  readonly id: string;
  readonly replacedFrom?: string;
}

/** Everything that the system can say, in every language of the `prompts` folder. Read once at start, then immutable. */
export class PromptBook implements Lookup {
  readonly #languages: ReadonlyMap<string, LanguageFolder>;
  readonly #chains = new Map<string, readonly LanguageFolder[]>();
  readonly #known: ReadonlySet<string>;
  readonly #ids: readonly string[];

  private constructor(languages: ReadonlyMap<string, LanguageFolder>) {
    this.#languages = languages;
    this.#known = new Set([...DIGIT_IDS, ...[...languages.values()].flatMap(language => [...language.prompts.keys()])]);
    this.#ids = [...this.#known].sort();
  }

  /**
   * Reads every language in `folder` (`<folder>/<tag>/prompts.yaml`). What is missing or written wrongly is logged and
   * replaced from the next language of the chain. Throws ParleyError `PROMPTS_INVALID` when en-US itself cannot be read.
   */
  static async load(folder: string, options: { readonly log: Log }): Promise<PromptBook> {
    const { log } = options;
    const languages = new Map<string, LanguageFolder>();
    for (const tag of await tagsIn(folder)) {
      try {
        languages.set(tag, await readLanguageFolder(join(folder, tag)));
      } catch (error) {
        if (!(error instanceof ParleyError) || tag === LAST_RESORT) throw error;
        log.error('language left out', { language: tag, reason: messageOf(error) });
      }
    }
    if (!languages.get(LAST_RESORT)?.spelling)
      throw new ParleyError('PROMPTS_INVALID', `${folder} has no language ${LAST_RESORT} with "numbers"`);
    const book = new PromptBook(languages);
    for (const problem of book.problems()) log.error('prompt is written wrongly', { ...problem });
    for (const missing of book.missing()) log.warn('prompt missing in a language', { ...missing });
    return book;
  }

  /** The tags of all languages, sorted. */
  languages(): readonly string[] {
    return [...this.#languages.keys()].sort();
  }

  /** The language's own name for people; its tag when it has none. */
  nameOf(language: string): string {
    return this.#languages.get(language)?.name ?? language;
  }

  /** The ids of all prompts that any language has, sorted. */
  ids(): readonly string[] {
    return this.#ids;
  }

  /** Whether any language has the prompt. */
  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** Whether a language consists of chords: a test language. */
  isTones(language: string): boolean {
    return this.#languages.get(language)?.chords !== undefined;
  }

  /** The language whose voice says this prompt when `language` is asked for: itself, or where it is replaced from. */
  voiceOf(language: string, id: string): string {
    return this.prompt(language, id)?.language ?? LAST_RESORT;
  }

  /** Whether this language itself, without replacement, has the prompt. */
  has(language: string, id: string): boolean {
    const folder = this.#languages.get(language);
    return folder !== undefined && hasPrompt(folder, id);
  }

  /** What is missing where, at every language, before the first call. */
  missing(): readonly Missing[] {
    return this.languages().flatMap(language => {
      const [own, ...others] = this.#chain(language);
      const missing = this.#wanted(own).filter(id => !hasItem(own, id));
      return missing.map(id => ({ language, id, replacedFrom: others.find(other => hasItem(other, id))?.tag }));
    });
  }

  /** Prompts that are in a file but cannot be used, with the reason. */
  problems(): readonly PromptProblem[] {
    return [...this.#languages.values()].flatMap(language => language.problems);
  }

  /** A prompt with its values -> what is to be heard, in order. No parts when no language knows the prompt. */
  compose(language: string, prompt: Extract<PromptPiece, { kind: 'prompt' }>): readonly Part[] {
    return compose(this, language, prompt);
  }

  /** What would be said, as text: for tests, transcripts and documentation. In a test language the names of the chords. */
  textOf(language: string, request: PromptRequest): string {
    const pieces = request.map(piece => this.#textOfPiece(language, piece).replace(/\s+/g, ' ').trim());
    return pieces.filter(text => text !== '').join(' ');
  }

  /** The parts that are known at start and so are made ready before the first call, without doubles. */
  fixedParts(language: string): readonly Part[] {
    const chords = this.#languages.get(language)?.chords;
    if (chords) return [...chords].map(([item, number]): Part => ({ kind: 'chord', item, number }));
    const parts = new Map<string, Part>();
    for (const id of this.#ids)
      for (const part of this.#fixedPartsOf(language, id)) parts.set(JSON.stringify(part), part);
    return [...parts.values()];
  }

  /** @see Lookup */
  prompt(language: string, id: string): { readonly language: string; readonly template: Template } | undefined {
    for (const { tag, prompts } of this.#chain(language)) {
      const template = prompts.get(id);
      if (template) return { language: tag, template };
    }
    return undefined;
  }

  /** @see Lookup */
  spelling(language: string): { readonly language: string; readonly spelling: Spelling } {
    for (const { tag, spelling } of this.#chain(language)) if (spelling) return { language: tag, spelling };
    throw new Bug(`no number grammar for ${language}, although ${LAST_RESORT} has to have one`);
  }

  /** @see Lookup */
  chord(language: string, item: string): number | undefined {
    return this.#languages.get(language)?.chords?.get(item);
  }

  /** The item that a chord of a test language stands for: the way back, from sound to transcript. */
  itemOfChord(language: string, number: number): string | undefined {
    for (const [item, its] of this.#languages.get(language)?.chords ?? []) if (its === number) return item;
    return undefined;
  }

  #textOfPiece(language: string, piece: PromptPiece): string {
    switch (piece.kind) {
      case 'prompt':
        return this.compose(language, piece).map(textOfPart).join('');
      case 'file':
        return '[recording]';
      case 'takes':
        return '[message]';
      case 'silence':
        return '';
    }
  }

  #fixedPartsOf(language: string, id: string): readonly Part[] {
    const found = this.prompt(language, id);
    if (!found) return [];
    if (found.template.tone) return this.compose(language, { kind: 'prompt', id });
    const texts = [...found.template.forms.values()].flat().filter(part => part.kind === 'text');
    return texts.map((part): WordsPart => ({ ...part, kind: 'words', language: found.language, fixed: true }));
  }

  #chain(language: string): readonly LanguageFolder[] {
    let chain = this.#chains.get(language);
    if (!chain) {
      const tags = fallbackChain(language, this.#languages.get(language)?.fallback);
      chain = tags.flatMap(tag => this.#languages.get(tag) ?? []);
      // Languages come from configuration, not from callers, so this cannot grow without bound.
      this.#chains.set(language, chain);
    }
    return chain;
  }

  #wanted(language: LanguageFolder): readonly string[] {
    return language.chords ? [...this.#ids, ...VALUE_ITEMS] : [...this.#ids, 'numbers'];
  }
}

function hasPrompt(language: LanguageFolder, id: string): boolean {
  return language.chords ? language.chords.has(id) : language.prompts.has(id);
}

function hasItem(language: LanguageFolder, id: string): boolean {
  return id === 'numbers' ? language.spelling !== undefined : hasPrompt(language, id);
}

/** Folders that hold a language; a README or a stray file beside them is none. */
async function tagsIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .sort();
  } catch (error) {
    throw new ParleyError('PROMPTS_INVALID', `the folder of prompts ${folder} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
