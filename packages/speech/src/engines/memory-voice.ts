import { ParleyError } from '@parley/base';
import type { SpeechEngine, Spoken } from '../speech.ts';

const RATE = 8000;
const SAMPLES_PER_CHARACTER = RATE / 25;

/** A voice for tests: a hum of 40 ms a character, and a list of what it was asked to say. */
export class MemoryVoice implements SpeechEngine {
  readonly name: string;
  readonly languages: readonly string[];
  /** What was asked for, oldest first. */
  readonly said: { readonly text: string; readonly language: string }[] = [];
  /** While set, every request waits for it, and fails when it rejects. */
  hold: Promise<void> | undefined;
  #closed = false;

  constructor(languages: readonly string[], name = 'memory') {
    this.languages = languages;
    this.name = name;
  }

  async speak(text: string, language: string, options: { readonly signal?: AbortSignal } = {}): Promise<Spoken> {
    options.signal?.throwIfAborted();
    if (this.#closed) throw new ParleyError('VOICE_CLOSED', `${this.name} was closed`);
    if (!this.languages.includes(language))
      throw new ParleyError('VOICE_LANGUAGE', `${this.name} does not speak ${language}`);
    if (text.length > 4000)
      throw new ParleyError('VOICE_TEXT', `a text of ${text.length} characters; at most 4000 can be spoken`);
    this.said.push({ text, language });
    await this.hold;
    const samples = new Int16Array(text.length * SAMPLES_PER_CHARACTER);
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(6000 * Math.sin((2 * Math.PI * 440 * i) / RATE));
    return { rate: RATE, samples };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
