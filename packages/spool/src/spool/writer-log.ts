import { type Salt, saltOf } from '../record/record.ts';

/** A segment as the spool knows it. */
export interface Segment {
  readonly number: number;
  path: string;
  readonly base: number;
  /** Place behind what may be in it; undefined while it is being written. */
  end: number | undefined;
  /** Damaged: goes to `corrupt/` once nothing in it waits, instead of being removed. */
  damaged: boolean;
}

/** Segments in the order in which they were written. */
export function inOrder(segments: readonly Segment[]): Segment[] {
  return segments.toSorted((a, b) => a.base - b.base || a.number - b.number);
}

/** A stretch of a log. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** The log of one writer, living or dead: its segments, and which drafts still need them. */
export class WriterLog {
  /** The writer's 16 random bytes, hexadecimal. */
  readonly writer: string;
  readonly worker: string;
  readonly salt: Salt;
  segments: Segment[] = [];
  /** Drafts whose calls go on: place of their first record. */
  readonly live = new Map<string, number>();
  /** Drafts that are over and do not wait in the segments any more, as long as a segment knows of them. */
  readonly finished = new Map<string, Stretch>();

  constructor(writer: string, worker: string) {
    this.writer = writer;
    this.worker = worker;
    this.salt = saltOf(Buffer.from(writer, 'hex'));
  }

  /** A segment was made. */
  opened(segment: { number: number; path: string; base: number }): void {
    const { number, path, base } = segment;
    if (this.segments.some(known => known.path === path)) return;
    this.segments.push({ number, path, base, end: undefined, damaged: false });
  }

  /** Nothing will be written to a segment any more. */
  closed(number: number, end: number): void {
    for (const segment of this.segments) if (segment.number === number) segment.end ??= end;
  }

  /** Segments that nothing needs any more. @param waiting stretches of the items that wait in this log. */
  removable(waiting: readonly Stretch[]): Segment[] {
    let oldest = Number.POSITIVE_INFINITY;
    for (const first of this.live.values()) oldest = Math.min(oldest, first);
    return this.segments.filter(segment => {
      if (segment.end === undefined || oldest < segment.end) return false;
      return !waiting.some(item => touches(segment, item));
    });
  }

  /**
   * Finished drafts that only a segment which is going says to be finished, although others that stay know of them too: they
   * have to be said again elsewhere, or they come back.
   */
  orphanedBy(going: readonly Segment[]): string[] {
    const staying = this.segments.filter(segment => !going.includes(segment));
    const isIn = (segments: readonly Segment[], item: Stretch) => segments.some(segment => touches(segment, item));
    return [...this.finished].filter(([, item]) => isIn(going, item) && isIn(staying, item)).map(([id]) => id);
  }

  /** Forgets segments, and finished drafts that no segment knows of any more. */
  remove(gone: readonly Segment[]): void {
    this.segments = this.segments.filter(segment => !gone.includes(segment));
    for (const [id, item] of this.finished)
      if (!this.segments.some(segment => touches(segment, item))) this.finished.delete(id);
  }

  /** Whether an item lies in a segment that is damaged somewhere. */
  isDamagedAt(item: Stretch): boolean {
    return this.segments.some(segment => segment.damaged && touches(segment, item));
  }
}

function touches(segment: Segment, item: Stretch): boolean {
  return item.last > segment.base && item.first < (segment.end ?? Number.POSITIVE_INFINITY);
}
