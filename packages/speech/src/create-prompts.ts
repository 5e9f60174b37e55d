import { type Clock, type Log, silentLog } from '@parley/base';
import type { WordsPart } from './book/part.ts';
import type { PromptBook } from './book/prompt-book.ts';
import type { Prompts } from './prompts.ts';
import { Renderer } from './render.ts';
import type { Clip } from './sound/clip.ts';
import { ClipMemory } from './sound/clip-memory.ts';
import { DiskCache } from './sound/disk-cache.ts';
import { PartSounds } from './sound/parts.ts';
import { Recordings } from './sound/recordings.ts';
import { Voices } from './sound/voices.ts';
import type { SpeechEngine } from './speech.ts';
import { spokenText } from './spell/spoken-text.ts';

/** What prompts are made with. */
export interface PromptsOptions {
  readonly book: PromptBook;
  /** Voices in order of preference; the first that speaks a language and does not fail is used. None: tones and recordings only. */
  readonly engines?: readonly SpeechEngine[];
  /** Where rendered clips are kept over a restart; without it they are rendered again. Made when it is not there. */
  readonly cacheFolder?: string;
  /** Bytes the cache folder may hold; 256 MiB by default. */
  readonly cacheBytes?: number;
  /** Bytes of names, numbers and greetings in memory; 32 MiB (33 minutes, or 22 with `wideband`) by default. Fixed prompts are not counted. */
  readonly memoryBytes?: number;
  /** Longest wait for a name that was not prepared, milliseconds; 1,500 by default. */
  readonly waitMillis?: number;
  /**
   * Makes clips for wideband callers too: voices and recordings are kept at 16 kHz, and each clip has G.722 beside the two laws. Half as much memory
   * again, and 2 ms of CPU for a second of sound when it is made. Without it such callers hear the narrow band. False by default.
   */
  readonly wideband?: boolean;
  readonly clock: Clock;
  readonly log?: Log;
  /** A clip went out of memory: whoever handed it to the media workers can take it back from them. */
  readonly onDropped?: (clip: Clip) => void;
}

/** Opens the cache and puts the parts together. */
export async function createPrompts(options: PromptsOptions): Promise<Prompts> {
  const { book, clock, engines = [], wideband: wide = false, log = silentLog } = options;
  const cache = options.cacheFolder
    ? await DiskCache.open(options.cacheFolder, { limitBytes: options.cacheBytes ?? 256 * 1024 * 1024, log })
    : undefined;
  const memory = new ClipMemory({
    limitBytes: options.memoryBytes ?? 32 * 1024 * 1024,
    onDropped: options.onDropped ?? (() => undefined),
  });
  const voices = new Voices({ engines, cache, log, wide });
  const recordings = new Recordings({ memory, log, wide });
  const sounds = new PartSounds({ memory, voices, recordings, clock, wide });
  const renderer = new Renderer({ book, sounds, recordings, clock, log, waitMillis: options.waitMillis ?? 1500 });
  let closed = false;
  return {
    render: (request, language) => renderer.render(request, language),
    async ready(languages, onProgress) {
      const parts = languages
        .flatMap(language => book.fixedParts(language))
        .filter(part => sounds.now(part) === undefined);
      for (const [done, part] of parts.entries()) {
        if (closed) return;
        onProgress?.({ done, total: parts.length });
        await sounds.make(part);
      }
      onProgress?.({ done: parts.length, total: parts.length });
    },
    async prepareName(name, language) {
      const clip = await Promise.all(nameParts(book, name, [language]).map(part => sounds.make(part)));
      return clip.every(made => made !== undefined);
    },
    async forgetName(name) {
      const text = spokenText(name);
      for (const part of nameParts(book, name, book.languages())) sounds.forget(part);
      await voices.forget(text, book.languages());
    },
    recording: path => recordings.clip(path),
    describe() {
      const spoken = book
        .languages()
        .map(
          language => `${language} (${book.isTones(language) ? 'tones' : (voices.nameFor(language) ?? 'no voice')})`,
        );
      const { kept, passing, passingBytes } = memory.figures();
      const disk = cache?.figures();
      const onDisk = disk ? `, ${disk.files} files of ${disk.bytes} bytes on disk` : '';
      return `${spoken.join(', ')}: ${kept} prompts, ${passing} other clips of ${passingBytes} bytes in memory${onDisk}`;
    },
    async close() {
      closed = true;
      await voices.close();
    },
  };
}

/** A name as the prompts of these languages will ask for it: in the voice of the language that greets. */
function nameParts(book: PromptBook, name: string, languages: readonly string[]): readonly WordsPart[] {
  const text = spokenText(name);
  const voices = new Set(
    languages.filter(language => !book.isTones(language)).map(language => book.voiceOf(language, 'greeting.system')),
  );
  return text === '' ? [] : [...voices].map(language => ({ kind: 'words', fixed: false, language, text }));
}
