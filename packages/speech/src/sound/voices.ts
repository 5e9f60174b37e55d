import { type Log, messageOf } from '@parley/base';
import type { SpeechEngine } from '../speech.ts';
import { CLIP_RATE, hashOf, WIDE_RATE } from './clip.ts';
import type { DiskCache } from './disk-cache.ts';
import { forTelephone } from './telephone.ts';

/** Part of every key: to be counted up when the same text would sound different (levels, trimming). */
const MAKING = 1;

/**
 * The voices in order of preference, behind their cache: a text is rendered by the first that speaks the language and does
 * not fail, and never again while the cache holds it.
 */
export class Voices {
  readonly #engines: readonly SpeechEngine[];
  readonly #cache: DiskCache | undefined;
  readonly #log: Log;
  /** Samples a second of what is rendered and kept. */
  readonly #rate: number;
  readonly #mute = new Set<string>();
  readonly #failing = new Set<SpeechEngine>();

  constructor(options: {
    readonly engines: readonly SpeechEngine[];
    readonly cache?: DiskCache;
    readonly log: Log;
    readonly wide: boolean;
  }) {
    this.#rate = options.wide ? WIDE_RATE : CLIP_RATE;
    this.#engines = options.engines;
    this.#cache = options.cache;
    this.#log = options.log;
  }

  /** The name of the voice that a language is meant to be spoken by. */
  nameFor(language: string): string | undefined {
    return this.#enginesFor(language)[0]?.name;
  }

  /** Samples and a key that names them, the rate included; undefined when no voice could say it (which was logged). */
  async say(
    text: string,
    language: string,
  ): Promise<{ readonly key: string; readonly samples: Int16Array; readonly rate: number } | undefined> {
    const engines = this.#enginesFor(language);
    if (engines.length === 0) this.#logMute(language);
    for (const engine of engines) {
      const rate = this.#rate;
      const key = keyOf(engine, text, language, rate);
      const cached = await this.#cache?.get(key);
      if (cached) return { key, samples: cached, rate };
      const samples = await this.#speak(engine, text, language);
      if (!samples) continue;
      await this.#cache?.put(key, samples);
      return { key, samples, rate };
    }
    return undefined;
  }

  /** Removes what was rendered for this text from the cache, in every voice and language given. */
  async forget(text: string, languages: readonly string[]): Promise<void> {
    // At both rates: what was rendered before the rate changed is somebody's name too.
    for (const language of languages)
      for (const engine of this.#enginesFor(language))
        for (const rate of [CLIP_RATE, WIDE_RATE]) await this.#cache?.remove(keyOf(engine, text, language, rate));
  }

  async close(): Promise<void> {
    await Promise.all(this.#engines.map(engine => engine.close()));
  }

  async #speak(engine: SpeechEngine, text: string, language: string): Promise<Int16Array | undefined> {
    try {
      const spoken = await engine.speak(text, language);
      const samples = await forTelephone(spoken.samples, spoken.rate, this.#rate);
      if (this.#failing.delete(engine)) this.#log.info('voice speaks again', { voice: engine.name });
      return samples;
    } catch (error) {
      // Once until it speaks again: a voice that is gone fails for every prompt there is. No text here: it may be somebody's name.
      const line = { voice: engine.name, language, characters: text.length, reason: messageOf(error) };
      if (this.#failing.has(engine)) this.#log.debug('voice failed', line);
      else this.#log.warn('voice failed', line);
      this.#failing.add(engine);
      return undefined;
    }
  }

  #enginesFor(language: string): readonly SpeechEngine[] {
    return this.#engines.filter(engine => engine.languages.includes(language));
  }

  #logMute(language: string): void {
    if (this.#mute.has(language)) return;
    this.#mute.add(language);
    this.#log.error('no voice speaks this language: its prompts are silent, only tones and recordings are heard', {
      language,
    });
  }
}

/** What was rendered at 8 kHz keeps the key that it had when there was no other rate. */
function keyOf(engine: SpeechEngine, text: string, language: string, rate: number): string {
  const of = [MAKING, engine.name, language, text];
  return rate === CLIP_RATE ? hashOf(...of) : hashOf(...of, rate);
}
