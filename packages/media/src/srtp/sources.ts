import { ReplayWindow } from './replay-window.ts';

/** So many sources one key can have. A call has one, or a few in turns; who brings more holds the key, and gets no more memory for it. */
export const MOST_SOURCES = 64;

/** What is remembered of one source (SSRC). */
class Source {
  readonly ssrc: number;
  readonly window = new ReplayWindow();

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }
}

/**
 * The sources of one key, each with its replay window. A source is never forgotten while the key lives, or its packets could be played again:
 * when the table is full, further sources are refused.
 */
export class Sources {
  readonly #sources: Source[] = [];
  #last: Source | undefined;

  /** The window of a source; undefined when nothing of it was authenticated yet. */
  windowOf(ssrc: number): ReplayWindow | undefined {
    if (this.#last?.ssrc === ssrc) return this.#last.window;
    for (const source of this.#sources) {
      if (source.ssrc !== ssrc) continue;
      this.#last = source;
      return source.window;
    }
    return undefined;
  }

  get full(): boolean {
    return this.#sources.length === MOST_SOURCES;
  }

  /** A source whose first packet was authenticated; there has to be room. */
  add(ssrc: number): ReplayWindow {
    const source = new Source(ssrc);
    this.#sources.push(source);
    this.#last = source;
    return source.window;
  }
}
