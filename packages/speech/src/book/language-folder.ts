import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, ParleyError } from '@parley/base';
import { parse } from 'yaml';
import type { Spelling } from '../spell/spelling.ts';
import { SPELLINGS } from '../spell/spellings.ts';
import { readPrompt } from './read-prompt.ts';
import { type Template, TemplateError } from './template.ts';
import { withRecordings } from './with-recordings.ts';

const LARGEST_FILE = 1 << 20;
const ID = /^[a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)*$/;

/** A folder `prompts/<tag>`: everything one language knows. */
export interface LanguageFolder {
  /** BCP 47 tag, the folder's name. */
  readonly tag: string;
  /** For people: "English (United States)". */
  readonly name: string;
  /** How it says numbers, durations and dates; undefined when only another language can. */
  readonly spelling?: Spelling;
  readonly fallback?: readonly string[];
  readonly prompts: ReadonlyMap<string, Template>;
  /** Only in a test language: item -> number of its chord. Such a language has no words. */
  readonly chords?: ReadonlyMap<string, number>;
  /** Prompts of the file that could not be used. */
  readonly problems: readonly PromptProblem[];
}

/** A prompt that is written wrongly: left out, and so replaced from another language. */
export interface PromptProblem {
  readonly language: string;
  readonly id: string;
  readonly reason: string;
}

/** Reads one language. Throws ParleyError `PROMPTS_INVALID` when the file as a whole cannot be used. */
export async function readLanguageFolder(folder: string): Promise<LanguageFolder> {
  const tag = basename(folder);
  const path = join(folder, 'prompts.yaml');
  const file = await readYaml(path);
  const chords = chordsOf(file.chords, path);
  if (!chords) checkTag(tag);
  const problems: PromptProblem[] = [];
  const recordings = await recordingsIn(folder);
  return {
    tag,
    name: textField(file.name) ?? tag,
    spelling: spellingOf(file.numbers, path),
    fallback: listField(file.fallback, `${path}: "fallback"`),
    // A test language says what the language after it has, in chords.
    prompts: chords ? new Map() : withRecordings(promptsOf(file.prompts, { tag, path, problems }), recordings),
    chords,
    problems,
  };
}

/** Plural forms are those of the tag, which therefore has to be one. */
function checkTag(tag: string): void {
  try {
    Intl.getCanonicalLocales(tag);
  } catch (error) {
    throw new ParleyError('PROMPTS_INVALID', `the folder "${tag}" is not named by a language tag such as en-US`, {
      cause: error,
    });
  }
}

async function readYaml(path: string): Promise<Record<string, unknown>> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > LARGEST_FILE)
      throw new ParleyError('PROMPTS_INVALID', `${path} is larger than ${LARGEST_FILE} characters`);
    const file: unknown = parse(text, { maxAliasCount: 0 });
    return mapping(file, path);
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    throw new ParleyError('PROMPTS_INVALID', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function mapping(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ParleyError('PROMPTS_INVALID', `${what} is not a mapping`);
}

function promptsOf(
  value: unknown,
  at: { tag: string; path: string; problems: PromptProblem[] },
): Map<string, Template> {
  const prompts = new Map<string, Template>();
  if (value === undefined) return prompts;
  for (const [id, entry] of Object.entries(mapping(value, `${at.path}: "prompts"`))) {
    try {
      if (!ID.test(id)) throw new TemplateError('has an id that is not words of letters and digits joined by dots');
      prompts.set(id, readPrompt(entry));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      at.problems.push({ language: at.tag, id, reason: error.message });
    }
  }
  return prompts;
}

function spellingOf(value: unknown, path: string): Spelling | undefined {
  if (value === undefined) return undefined;
  const spelling = SPELLINGS.get(String(value));
  if (spelling) return spelling;
  throw new ParleyError(
    'PROMPTS_INVALID',
    `${path}: "numbers" is ${String(value)}; there are ${[...SPELLINGS.keys()].join(', ')}`,
  );
}

function chordsOf(value: unknown, path: string): ReadonlyMap<string, number> | undefined {
  const items = listField(value, `${path}: "chords"`);
  if (!items) return undefined;
  const chords = new Map(items.map((item, number) => [item, number]));
  if (chords.size === items.length) return chords;
  throw new ParleyError('PROMPTS_INVALID', `${path}: "chords" names an item twice`);
}

function textField(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listField(value: unknown, what: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value;
  throw new ParleyError('PROMPTS_INVALID', `${what} is not a list of texts`);
}

/** WAV files of the folder and of its `digits`, as prompt id (`digits/3.wav` is `digit.3`) -> path. */
async function recordingsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.endsWith('.wav')) found.set(entry.name.slice(0, -4), join(folder, entry.name));
    if (entry.name !== 'digits' || !entry.isDirectory()) continue;
    for (const name of await readdir(join(folder, 'digits')))
      if (name.endsWith('.wav')) found.set(`digit.${name.slice(0, -4)}`, join(folder, 'digits', name));
  }
  return found;
}
