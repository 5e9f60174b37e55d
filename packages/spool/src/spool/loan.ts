import type { ReadOnlyDisk } from '../disk/disk.ts';
import { RecordReader, type SegmentSpan } from '../log/record-reader.ts';
import { type AudioPiece, TakeCursor } from '../record/audio.ts';
import type { Salt } from '../record/record.ts';

/** Where the audio of an item lies. Plain data, so that another process may read it while it is lent. */
export interface AudioLoan {
  readonly salt: Salt;
  readonly segments: readonly SegmentSpan[];
  /** In the order in which they are heard. */
  readonly takes: readonly { readonly keepMillis: number | undefined; readonly refs: readonly number[] }[];
}

/** Audio that stays where it is until it is given back. */
export interface LentAudio {
  readonly loan: AudioLoan;
  giveBack(): void;
}

/** The audio of a loan: its takes in order, cut to what is kept; what could not be read is a gap of its length. Rejects with the disk's errors. */
export async function* readAudio(disk: ReadOnlyDisk, { salt, segments, takes }: AudioLoan): AsyncGenerator<AudioPiece> {
  const reader = new RecordReader(disk, salt, () => segments);
  try {
    for (const take of takes) {
      const cursor = new TakeCursor(take.keepMillis);
      for (const ref of take.refs) {
        if (cursor.done) break;
        const body = await reader.read(ref);
        if (body) yield* cursor.pieces(Buffer.from(body));
      }
    }
  } finally {
    await reader.close();
  }
}
