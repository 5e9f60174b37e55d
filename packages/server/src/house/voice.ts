import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock, Log } from '@parley/base';
import { createPrompts, PromptBook, type Prompts } from '@parley/speech';
import type { HttpVoiceOptions } from '@parley/speech/http';
import { findVoices } from '@parley/speech/voices';
import type { Config } from '../config/settings.ts';
import type { ClipNumbers } from '../glue/prompter.ts';

/** The folder of languages that comes with the program. */
export const PROMPTS = fileURLToPath(new URL('../../../../prompts', import.meta.url));

/** Everything that is said: opened, its fixed prompts not yet rendered. */
export interface Voice {
  readonly book: PromptBook;
  readonly prompts: Prompts;
  readonly folder: string;
}

/** @param numbers hears of clips that went out of memory. */
export async function openVoice(
  config: Config['speech'],
  parts: {
    readonly cacheFolder: string;
    readonly promptsFolder: string;
    readonly numbers: () => ClipNumbers;
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<Voice> {
  const { cacheFolder, promptsFolder, numbers, clock, log } = parts;
  const book = await PromptBook.load(promptsFolder, { log });
  const http = config.url === undefined ? undefined : await serviceOf(config, config.url);
  const engines = await findVoices({
    choice: config.engine,
    ...(http === undefined ? {} : { http }),
    espeakEntry: fileURLToPath(import.meta.resolve('@parley/speech-espeak/main')),
    clock,
    log,
  });
  const prompts = await createPrompts({
    book,
    engines,
    cacheFolder,
    clock,
    log,
    onDropped: clip => numbers().drop(clip),
  });
  return { book, prompts, folder: promptsFolder };
}

/** The speech service that the configuration names. */
async function serviceOf(config: Config['speech'], url: string): Promise<HttpVoiceOptions> {
  const voices = Object.fromEntries(
    config.voices.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const key = config.keyFile === undefined ? {} : { key: (await readFile(config.keyFile, 'utf8')).trim() };
  return { url, model: config.model, voices, ...key };
}
