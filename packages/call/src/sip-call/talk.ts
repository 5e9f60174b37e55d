import { type Clock, type Log, messageOf, waitOrAbort } from '@parley/base';
import type { AudioSource, MediaSession, RecordedTake } from '@parley/media';
import type { BargeIn, Recorded, RecordOptions } from '../call.ts';
import { bargeInKeys, KeyQueue } from '../key-queue.ts';
import type { Prompt } from '../prompt.ts';
import type { Prompter } from '../prompter.ts';
import { describePrompt, describeRecording } from '../transcript.ts';

export interface TalkOptions {
  readonly media: MediaSession;
  readonly prompter: Prompter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly transcript: (line: string) => void;
}

/** A prompt as it can be played: what is sent, and what of the prompt that is. */
interface Rendered {
  readonly sources: readonly AudioSource[];
  readonly said: Prompt;
}

/** Keys that are not for the queue: those that leave a bridge. */
export interface KeyWatch {
  readonly keys: string;
  leave(key: string): void;
}

interface HeardKey {
  readonly key: string;
  readonly at: number;
}

/** The media side of an answered call: prompts, keys and recordings. */
export class Talk {
  readonly #media: MediaSession;
  readonly #options: TalkOptions;
  readonly #keys: KeyQueue;
  /** Keys that came since a recording was asked for; undefined when none is under way. */
  #inRecording: HeardKey[] | undefined;
  #watch: KeyWatch | undefined;
  #sendKeys: ((key: string) => void) | undefined;
  /** Keys up to this media time belong to a recording that is over. */
  #deafUntil = Number.NEGATIVE_INFINITY;

  constructor(options: TalkOptions) {
    this.#media = options.media;
    this.#options = options;
    this.#keys = new KeyQueue(options.clock);
    options.media.onKey((key, at) => this.#heard({ key, at }));
  }

  #heard(heard: HeardKey): void {
    if (this.#watched(heard.key)) return;
    if (this.#inRecording) this.#inRecording.push(heard);
    else if (heard.at > this.#deafUntil) {
      this.#options.transcript(`hears ${heard.key}`);
      this.#keys.press(heard.key);
    }
  }

  #watched(key: string): boolean {
    const watch = this.#watch;
    if (watch?.keys.includes(key)) watch.leave(key);
    else if (this.#sendKeys) this.#sendKeys(key);
    else return false;
    return true;
  }

  /** Until told otherwise, these keys are not for the queue from here on. */
  listenFor(watch: KeyWatch | undefined): void {
    this.#watch = watch;
  }

  /** Until told otherwise, all keys but those go there from here on. */
  sendKeys(to: ((key: string) => void) | undefined): void {
    this.#sendKeys = to;
  }

  async play(prompt: Prompt, language: string, bargeIn: BargeIn | undefined): Promise<void> {
    const { signal, transcript } = this.#options;
    signal.throwIfAborted();
    const allowed = bargeInKeys(bargeIn);
    if (this.#keys.holds(allowed)) return;
    const { sources, said } = await waitOrAbort(this.#render(prompt, language), signal);
    if (this.#keys.holds(allowed)) return;
    for (const line of describePrompt(said)) transcript(line);
    if (sources.length === 0) return;
    await waitOrAbort(this.#media.play(sources, { bargeIn: allowed, signal }), signal);
  }

  /** Plays over and over, without a gap, until the signal aborts. */
  async playOn(prompt: Prompt, language: string, signal: AbortSignal): Promise<void> {
    const { sources, said } = await this.#render(prompt, language);
    if (sources.length === 0 || signal.aborted) return;
    for (const line of describePrompt(said)) this.#options.transcript(line);
    await this.#media.play(sources, { loop: true, signal });
  }

  /** What is sent for a prompt, for somebody else to play. */
  async sourcesOf(prompt: Prompt, language: string): Promise<readonly AudioSource[]> {
    const { sources, said } = await this.#render(prompt, language);
    for (const line of describePrompt(said)) this.#options.transcript(line);
    return sources;
  }

  /** A recording that cannot be played is replaced by what its flow gave for that case. */
  async #render(prompt: Prompt, language: string): Promise<Rendered> {
    const at = prompt.findIndex(segment => segment.kind === 'file' && segment.instead !== undefined);
    const segment = prompt[at];
    if (segment?.kind !== 'file' || !segment.instead)
      return { sources: await this.#sources(prompt, language), said: prompt };
    const file: Prompt = [{ kind: 'file', path: segment.path }];
    const played = await this.#sources(file, language);
    const parts = [
      at > 0 ? await this.#render(prompt.slice(0, at), language) : NOTHING,
      played.length > 0 ? { sources: played, said: file } : await this.#render(segment.instead, language),
      at + 1 < prompt.length ? await this.#render(prompt.slice(at + 1), language) : NOTHING,
    ];
    return { sources: parts.flatMap(part => part.sources), said: parts.flatMap(part => part.said) };
  }

  async #sources(prompt: Prompt, language: string): Promise<readonly AudioSource[]> {
    try {
      return await this.#options.prompter.sources(prompt, language);
    } catch (error) {
      // A missing sentence is better than a lost caller.
      const ids = prompt.map(segment => (segment.kind === 'prompt' ? segment.id : segment.kind));
      this.#options.log.error('prompt cannot be said', { prompt: ids, language, error: messageOf(error) });
      return [];
    }
  }

  /** The next key, queued or within `millis`. */
  async key(millis: number): Promise<string | undefined> {
    const key = await this.#keys.next(millis, this.#options.signal);
    if (key === undefined) this.#options.transcript('hears nothing');
    return key;
  }

  dropKeys(): void {
    this.#keys.clear();
  }

  swallow(key: string): void {
    this.#keys.swallow(key);
  }

  /**
   * The tone and the recording behind it, asked for at once so that nothing comes between them. The keys meanwhile are part
   * of the message; what is typed after the end key is typed ahead.
   */
  async record(options: RecordOptions, language: string): Promise<Recorded> {
    const { signal, transcript } = this.#options;
    this.#inRecording = [];
    const tone = options.tone ? await this.#render(options.tone, language) : NOTHING;
    if (signal.aborted) return { endedBy: 'hang-up', millis: 0, soundMillis: 0 };
    for (const line of describePrompt(tone.said)) transcript(line);
    const { draft, take, maxMillis, idleMillis, endKeys, both } = options;
    const played = tone.sources.length > 0 ? this.#media.play(tone.sources) : undefined;
    const taken = await this.#media.record({
      into: { draft, take },
      maxMillis,
      idleMillis,
      endKeys,
      earlierKeys: 'ignore',
      ...(both && { both }),
    });
    await played;
    const recorded = asRecorded(taken);
    transcript(describeRecording(recorded));
    this.#endOfRecording(taken.at);
    return recorded;
  }

  #endOfRecording(at: number): void {
    const heard = this.#inRecording ?? [];
    this.#inRecording = undefined;
    this.#deafUntil = at;
    for (const key of heard) this.#heard(key);
  }
}

const NOTHING: Rendered = { sources: [], said: [] };

/** Only the end of the call stops a recording that nobody ended, so 'stopped' is a hang-up to a flow. */
function asRecorded({ endedBy, key, millis, soundMillis }: RecordedTake): Recorded {
  const by = endedBy === 'stopped' ? 'hang-up' : endedBy;
  return key === undefined ? { endedBy: by, millis, soundMillis } : { endedBy: by, key, millis, soundMillis };
}
