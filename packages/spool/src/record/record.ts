import { crc32 } from 'node:zlib';

/**
 * Kinds of records. A record is: marker (4 bytes), type (1), length of the body (3), check of these 8 bytes (4), check of the
 * body (4), body. All numbers are big-endian.
 */
export const RecordType = {
  begin: 1,
  take: 2,
  audio: 3,
  end: 4,
  choice: 5,
  seal: 6,
  accept: 7,
  discard: 8,
  notice: 9,
  /** Everything before the place it names was synced when it was written: damage before that place is no torn tail. */
  synced: 10,
  delivering: 20,
  delivered: 21,
  refused: 22,
  dead: 23,
  retried: 24,
  /** Drafts that are over, said again because the segment that said so goes before older ones of the same drafts. */
  ended: 25,
} as const;

/** Bytes before the body. */
export const RECORD_HEAD = 16;
/** Longest body, bytes: JSON (64 KiB of text) with its fixed part, or 4 KiB of audio. */
export const LONGEST_BODY = 128 * 1024;
/** What a record begins with; a search for it finds the way again behind damage. */
export const MARKER = Buffer.from([0xa7, 0xc3, 0x5e, 0x91]);

/**
 * The checks depend on a secret of the writer and on the place in its log. So neither a moved block nor bytes that a caller
 * sent as audio can ever pass for a record.
 */
export interface Salt {
  readonly head: number;
  readonly body: number;
}

/** The salt of a writer, from its 16 random bytes. */
export function saltOf(writer: Buffer): Salt {
  return { head: writer.readUInt32BE(0), body: writer.readUInt32BE(4) };
}

/** The check's start value at a place (a byte offset in the writer's whole log, below 2^53). */
function seedAt(salt: number, place: number): number {
  return (salt ^ place ^ Math.imul(Math.floor(place / 0x100000000), 0x9e3779b1)) >>> 0;
}

/** What `sealRecord` and `readHead` have to know of a record beside its bytes. */
export interface Place {
  readonly salt: Salt;
  /** Byte offset in the writer's whole log. */
  readonly place: number;
}

/** Writes the head at `at`; the body lies behind it already. */
export function sealRecord(target: Buffer, at: number, record: Place & { type: number; length: number }): void {
  const { salt, place, type, length } = record;
  MARKER.copy(target, at);
  target.writeUInt32BE(type * 0x1000000 + length, at + 4);
  target.writeUInt32BE(crc32(target.subarray(at, at + 8), seedAt(salt.head, place)), at + 8);
  const body = target.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
  target.writeUInt32BE(crc32(body, seedAt(salt.body, place)), at + 12);
}

/** Type and length of the record at `at`, or undefined when its head is not intact. Needs `RECORD_HEAD` bytes. */
export function readHead(source: Buffer, at: number, where: Place): { type: number; length: number } | undefined {
  if (source.readUInt32BE(at) !== MARKER.readUInt32BE(0)) return undefined;
  if (crc32(source.subarray(at, at + 8), seedAt(where.salt.head, where.place)) !== source.readUInt32BE(at + 8))
    return undefined;
  const word = source.readUInt32BE(at + 4);
  const length = word % 0x1000000;
  return length > LONGEST_BODY ? undefined : { type: Math.floor(word / 0x1000000), length };
}

/** The body of the record at `at`, or undefined when it is damaged. */
export function readBody(source: Buffer, at: number, record: Place & { length: number }): Buffer | undefined {
  const body = source.subarray(at + RECORD_HEAD, at + RECORD_HEAD + record.length);
  if (body.length < record.length) return undefined;
  const check = crc32(body, seedAt(record.salt.body, record.place));
  return check === source.readUInt32BE(at + 12) ? body : undefined;
}
