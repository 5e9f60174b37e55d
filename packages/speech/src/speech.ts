/** Spoken audio: 16-bit linear PCM, mono. */
export interface Spoken {
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly rate: number;
}

/** A voice as a port. Every engine is out of process: it can neither stall nor crash a call. */
export interface SpeechEngine {
  /** For the cache key and the log, for example "espeak-ng 1.52". */
  readonly name: string;
  /** BCP 47 tags it can speak. */
  readonly languages: readonly string[];
  speak(text: string, language: string, options?: { readonly signal?: AbortSignal }): Promise<Spoken>;
  close(): Promise<void>;
}
