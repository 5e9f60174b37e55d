import type { DiskFile } from '../disk/disk.ts';

/** The file that a log is being written to; the log goes on in another one when it is full, old or has failed. */
export interface Part {
  readonly file: DiskFile;
  /** Which of the folders it is in, from 0. */
  readonly where: number;
  /** Position in the file of the next byte. */
  position: number;
  /** Place of the first byte at `start`. */
  readonly base: number;
  readonly start: number;
}

/** Makes the files of a log. */
export interface Parts {
  /** How many folders there are to try. */
  readonly places: number;
  /** Makes a file that begins at a place of the log, in folder number `where`; its name is synced when this resolves. */
  open(base: number, where: number): Promise<Part>;
  /** Nothing will be written to it any more. `end`: place behind what may be in it. */
  closed(part: Part, end: number): void;
}
