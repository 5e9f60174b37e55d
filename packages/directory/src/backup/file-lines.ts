import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, ParleyError } from '@parley/base';
import { damaged } from './file-format.ts';

/** What a file may cost; every figure is far above what a million mailboxes need. */
export interface FileBudgets {
  /** Octets as they lie there. */
  readonly packed: number;
  readonly unpacked: number;
  /** Of one line; the largest document is a prompt of five MiB in base64. */
  readonly line: number;
}

const MIB = 1024 * 1024;

export const FILE_BUDGETS: FileBudgets = { packed: 2048 * MIB, unpacked: 16_384 * MIB, line: 8 * MIB };

const tooLarge = (why: string) => new ParleyError('BACKUP_TOO_LARGE', `the file ${why}`);

const LINE_FEED = 0x0a;
/** Of the first line. */
const LONGEST_HEADER = 16 * 1024;

/**
 * The first line of a file, without its end.
 * @throws ParleyError BACKUP_UNREADABLE, BACKUP_TOO_LARGE, BACKUP_DAMAGED.
 */
export async function firstLineOf(file: string, budgets: FileBudgets): Promise<Buffer> {
  const size = await sizeOf(file);
  if (size > budgets.packed) throw tooLarge(`has ${size} octets; at most ${budgets.packed} are read`);
  const read: Buffer[] = [];
  for await (const chunk of octetsOf(file, { end: LONGEST_HEADER })) read.push(chunk);
  const beginning = Buffer.concat(read);
  const end = beginning.indexOf(LINE_FEED);
  if (end < 0) throw damaged('its first line has no end');
  return beginning.subarray(0, end);
}

/** The octets of a file from one place to another. @throws ParleyError BACKUP_UNREADABLE. */
export async function* octetsOf(file: string, part: { start?: number; end?: number }): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, part)) yield chunk;
  } catch (error) {
    throw new ParleyError('BACKUP_UNREADABLE', `the file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * The lines that are packed in a file behind its first octets, one after the other, without their ends, never more in memory than the
 * longest. They unpack to exactly `unpacked` octets.
 * @throws ParleyError BACKUP_UNREADABLE, BACKUP_TOO_LARGE, BACKUP_DAMAGED.
 */
export async function* linesOf(
  file: string,
  { start, unpacked, budgets }: { readonly start: number; readonly unpacked: number; readonly budgets: FileBudgets },
): AsyncGenerator<Buffer> {
  if (unpacked > budgets.unpacked)
    throw tooLarge(`unpacks to ${unpacked} octets; at most ${budgets.unpacked} are read`);
  let left = unpacked;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpackedOf(file, start)) {
    left -= chunk.length;
    if (left < 0) throw damaged('it unpacks to more than its first line says');
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    length += chunk.length - from;
    if (length > budgets.line) throw tooLarge(`has a line of more than ${budgets.line} octets`);
    parts.push(chunk.subarray(from));
  }
  if (parts.length > 0 || left > 0) throw damaged('it is cut off');
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new ParleyError('BACKUP_UNREADABLE', `${file} is no file`);
    return found.size;
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    throw new ParleyError('BACKUP_UNREADABLE', `the file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function* unpackedOf(file: string, start: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const reading = pipeline(octetsOf(file, { start }), gunzip);
  // Its failure comes out of the iteration too, which is where it is told.
  reading.catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    throw damaged(messageOf(error), { cause: error });
  } finally {
    gunzip.destroy();
  }
}
