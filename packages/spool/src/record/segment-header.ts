import { crc32 } from 'node:zlib';
import { Bug, ParleyError } from '@parley/base';

/** The format this program writes, and the newest it reads. */
export const FORMAT_VERSION = 1;
/** Bytes before the first record: two copies of the header, so that one damaged block does not cost the segment. */
export const SEGMENT_HEADER = 512;
const COPY = SEGMENT_HEADER / 2;
const MAGIC = 'PARLEYWL';
const LONGEST_TEXT = 80;
const TEXT_AT = 44;

/** What a segment says of itself. */
export interface SegmentHeader {
  /** Name of the machine, at most 80 bytes of UTF-8. */
  readonly node: string;
  /** Name of the writer, at most 80 bytes of UTF-8. */
  readonly worker: string;
  /** 16 random bytes, new for every start of a writer: segments that share them are one log. */
  readonly writer: Buffer;
  /** Number of the segment, from 1. */
  readonly number: number;
  /** Place of the first record in the writer's whole log. */
  readonly base: number;
}

/** The 512 bytes a segment begins with. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const node = Buffer.from(header.node);
  const worker = Buffer.from(header.worker);
  if (node.length > LONGEST_TEXT || worker.length > LONGEST_TEXT) throw new Bug('a node or worker name is too long');
  const copy = Buffer.alloc(COPY);
  copy.write(MAGIC, 0, 'latin1');
  copy.writeUInt16BE(FORMAT_VERSION, 8);
  copy.writeUInt16BE(0, 10);
  copy.writeUInt32BE(header.number, 12);
  copy.writeBigUInt64BE(BigInt(header.base), 16);
  header.writer.copy(copy, 24, 0, 16);
  copy.writeUInt8(node.length, 40);
  copy.writeUInt8(worker.length, 41);
  node.copy(copy, TEXT_AT);
  worker.copy(copy, TEXT_AT + LONGEST_TEXT);
  copy.writeUInt32BE(crc32(copy.subarray(0, COPY - 4)), COPY - 4);
  return Buffer.concat([copy, copy]);
}

/** Reads a header; `undefined` when neither copy is intact. Throws `SPOOL_NEWER` when a newer program wrote it. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER) return undefined;
  const copies = [bytes.subarray(0, COPY), bytes.subarray(COPY, SEGMENT_HEADER)];
  const versions = copies.map(copy => (copy.toString('latin1', 0, 8) === MAGIC ? copy.readUInt16BE(8) : 0));
  if (versions[0] === versions[1] && versions[0] > FORMAT_VERSION)
    throw new ParleyError(
      'SPOOL_NEWER',
      `the spool was written by a newer version (format ${versions[0]}, this program reads up to ${FORMAT_VERSION})`,
    );
  for (const [i, copy] of copies.entries())
    if (versions[i] === FORMAT_VERSION && crc32(copy.subarray(0, COPY - 4)) === copy.readUInt32BE(COPY - 4))
      return decodeCopy(copy);
  return undefined;
}

function decodeCopy(copy: Buffer): SegmentHeader {
  const text = (at: number, length: number) => copy.toString('utf8', at, at + Math.min(length, LONGEST_TEXT));
  return {
    number: copy.readUInt32BE(12),
    base: Number(copy.readBigUInt64BE(16)),
    writer: Buffer.from(copy.subarray(24, 40)),
    node: text(TEXT_AT, copy.readUInt8(40)),
    worker: text(TEXT_AT + LONGEST_TEXT, copy.readUInt8(41)),
  };
}
