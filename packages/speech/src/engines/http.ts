import { asBuffer, messageOf, ParleyError } from '@parley/base';
import { readWav } from '@parley/media';
import type { SpeechEngine, Spoken } from '../speech.ts';

/** A speech service that speaks the OpenAI dialect: `POST <url>/v1/audio/speech`. */
export interface HttpVoiceOptions {
  /** For example `http://127.0.0.1:8880`; the path `/v1/audio/speech` is added. */
  readonly url: string;
  readonly model: string;
  /** The service's name of the voice for each language that it is to speak (BCP 47). */
  readonly voices: Readonly<Record<string, string>>;
  /** Sent as a bearer token. */
  readonly key?: string;
  /** "wav" by default; "pcm" is 16-bit little-endian at `pcmRate` (24,000 by default). */
  readonly format?: 'wav' | 'pcm';
  readonly pcmRate?: number;
  /** Longest time for one text, milliseconds; 15,000 by default. */
  readonly requestMillis?: number;
  /** Largest answer, bytes; 12 MiB (two minutes at 48 kHz) by default. */
  readonly largestBytes?: number;
}

const LONGEST_TEXT = 4000;
const LONGEST_MILLIS = 120_000;

/** A voice behind HTTP. Redirects are refused (they would carry the key and the text elsewhere). */
export class HttpVoice implements SpeechEngine {
  readonly name: string;
  readonly languages: readonly string[];
  readonly #options: HttpVoiceOptions;
  readonly #closed = new AbortController();

  constructor(options: HttpVoiceOptions) {
    this.#options = options;
    const voices = Object.entries(options.voices).map(([language, voice]) => `${language}=${voice}`);
    this.name = `http ${options.url} ${options.model} ${voices.join(' ')}`;
    this.languages = Object.keys(options.voices);
  }

  async speak(text: string, language: string, options: { readonly signal?: AbortSignal } = {}): Promise<Spoken> {
    options.signal?.throwIfAborted();
    const voice = this.#options.voices[language];
    if (voice === undefined) throw new ParleyError('VOICE_LANGUAGE', `${this.name} does not speak ${language}`);
    if (text.length > LONGEST_TEXT)
      throw new ParleyError('VOICE_TEXT', `a text of ${text.length} characters; at most ${LONGEST_TEXT} can be spoken`);
    try {
      return this.#spokenOf(await this.#ask(text, voice, options.signal));
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ParleyError && error.code === 'VOICE_FAILED') throw error;
      throw new ParleyError('VOICE_FAILED', `${this.#options.url}: ${messageOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new ParleyError('VOICE_CLOSED', `${this.name} was closed`));
  }

  async #ask(text: string, voice: string, signal?: AbortSignal): Promise<Buffer> {
    const { url, model, key, format = 'wav', requestMillis = 15_000, largestBytes = 12 * 1024 * 1024 } = this.#options;
    const limits = [AbortSignal.timeout(requestMillis), this.#closed.signal, ...(signal ? [signal] : [])];
    const response = await fetch(`${url.replace(/\/$/, '')}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
      body: JSON.stringify({ model, voice, input: text, response_format: format }),
      redirect: 'error',
      signal: AbortSignal.any(limits),
    });
    if (response.ok && response.body) return within(response.body, largestBytes);
    await response.body?.cancel();
    throw new ParleyError('VOICE_FAILED', `${url} answered ${response.status}`);
  }

  #spokenOf(body: Buffer): Spoken {
    const { format = 'wav', pcmRate = 24_000 } = this.#options;
    if (format === 'wav') return readWav(body, { maxMillis: LONGEST_MILLIS });
    const whole = body.subarray(0, body.length - (body.length % 2));
    return { rate: pcmRate, samples: new Int16Array(Uint8Array.from(whole).buffer) };
  }
}

async function within(body: ReadableStream<Uint8Array>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop cancels the body.
    if (length > most) throw new ParleyError('VOICE_FAILED', `the answer is larger than ${most} bytes`);
    chunks.push(asBuffer(chunk));
  }
  return Buffer.concat(chunks);
}
