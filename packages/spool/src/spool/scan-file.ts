import type { Disk } from '../disk/disk.ts';
import { saltOf } from '../record/record.ts';
import { type ScanReport, scanSegment, type TakeRecord } from '../record/scan.ts';
import { decodeSegmentHeader, SEGMENT_HEADER, type SegmentHeader } from '../record/segment-header.ts';

/** A segment that was read. */
export interface ScannedFile {
  readonly header: SegmentHeader;
  readonly report: ScanReport;
  /** Why it could not be synced; what it says was read all the same. */
  readonly notSynced?: unknown;
}

/**
 * Reads a whole segment. What it says is made lasting first: recovery acts on it, and a power cut must not take back what was
 * acted on. Undefined when its header is unreadable.
 */
export async function scanFile(disk: Disk, path: string, take: TakeRecord): Promise<ScannedFile | undefined> {
  const file = await disk.open(path);
  try {
    const notSynced = await file.sync().then(
      () => undefined,
      (error: unknown) => error,
    );
    const header = await readHeader(file);
    if (!header) return undefined;
    const report = await scanSegment(file, { salt: saltOf(header.writer), base: header.base }, take);
    return { header, report, notSynced };
  } finally {
    await file.close();
  }
}

async function readHeader(file: {
  read(into: Uint8Array, length: number, position: number): Promise<number>;
}): Promise<SegmentHeader | undefined> {
  const bytes = Buffer.alloc(SEGMENT_HEADER);
  await file.read(bytes, SEGMENT_HEADER, 0);
  return decodeSegmentHeader(bytes);
}
