import { noticeId } from '../item.ts';
import type { NoticeEnvelope } from '../record/bodies.ts';

/** Keys remembered so that a missed call said twice is written once. */
const MOST = 10_000;

/** Missed calls that were written or are being written, the newest ten thousand. */
export class Notices {
  readonly #write: (id: string, envelope: NoticeEnvelope) => Promise<void>;
  readonly #known = new Map<string, Promise<void>>();

  constructor(write: (id: string, envelope: NoticeEnvelope) => Promise<void>) {
    this.#write = write;
  }

  /** Writes a notice unless its key is known; after a failure it may be said again. */
  notice(key: string, envelope: NoticeEnvelope): Promise<void> {
    const id = noticeId(key);
    const known = this.#known.get(id);
    if (known) return known;
    const written = this.#write(id, envelope);
    this.#known.set(id, written);
    written.catch(() => this.#known.delete(id));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
    }
    return written;
  }
}
