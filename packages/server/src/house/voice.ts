import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Clock, Log } from '@parley/base';
import { type Clip, createPrompts, PromptBook, type Prompts } from '@parley/speech';
import type { HttpVoiceOptions } from '@parley/speech/http';
import { findVoices } from '@parley/speech/voices';
import type { Config } from '../config/settings.ts';
import type { DataFolder } from '../data-folder.ts';
import { naming } from '../start-failure.ts';

/** The folder of languages that comes with the program. */
const PROMPTS = fileURLToPath(new URL('../../../../prompts', import.meta.url));

/** Everything that is said: opened, its fixed prompts not yet rendered. */
export interface Voice {
  readonly book: PromptBook;
  readonly prompts: Prompts;
  /** The folder of languages. */
  readonly folder: string;
  /** Who hears of clips that went out of memory; nobody at first. */
  onDropped(handler: (clip: Clip) => void): void;
}

export interface VoiceParts {
  readonly data: DataFolder;
  readonly config: Config['speech'];
  /** Some caller may hear it: prompts are kept in wideband too, which takes half as much memory again. */
  readonly wideband: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reads the languages and finds the voices. */
export async function openVoice(
  opened: AsyncDisposableStack,
  { data, config, wideband, clock, log }: VoiceParts,
): Promise<Voice> {
  const folder = config.prompts === undefined ? PROMPTS : data.at(config.prompts);
  const book = await PromptBook.load(folder, { log });
  const http = config.url === undefined ? undefined : await serviceOf(config, config.url, data);
  const engines = await findVoices({
    choice: config.engine,
    ...(http === undefined ? {} : { http }),
    espeakEntry: fileURLToPath(import.meta.resolve('@parley/speech-espeak/main')),
    clock,
    log,
  });
  let dropped: (clip: Clip) => void = () => {};
  const prompts = opened.adopt(
    await createPrompts({
      book,
      engines,
      cacheFolder: data.at(config.cache),
      wideband,
      clock,
      log,
      onDropped: clip => dropped(clip),
    }),
    each => each.close(),
  );
  return {
    book,
    prompts,
    folder,
    onDropped(handler) {
      dropped = handler;
    },
  };
}

/** The speech service that the configuration names. */
async function serviceOf(config: Config['speech'], url: string, data: DataFolder): Promise<HttpVoiceOptions> {
  const voices = Object.fromEntries(
    config.voices.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const { keyFile } = config;
  const read =
    keyFile === undefined ? undefined : await naming('speech.keyFile', () => readFile(data.at(keyFile), 'utf8'));
  const key = read === undefined ? {} : { key: read.trim() };
  return { url, model: config.model, voices, ...key };
}
