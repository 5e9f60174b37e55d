import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { codeOf, messageOf, ParleyError } from '@parley/base';
import { damaged } from './file-format.ts';

/** What a file may cost; every figure is far above what a million mailboxes need. */
export interface FileBudgets {
  /** Octets as they lie there. */
  readonly packed: number;
  readonly unpacked: number;
  /** Of one line; the largest document is a prompt of five MiB in base64. */
  readonly line: number;
  /** Octets that one packed octet may become, beyond the first MiB: more is no configuration. */
  readonly ratio: number;
}

const MIB = 1024 * 1024;

export const FILE_BUDGETS: FileBudgets = { packed: 2048 * MIB, unpacked: 16_384 * MIB, line: 8 * MIB, ratio: 250 };

const tooLarge = (why: string) => new ParleyError('BACKUP_TOO_LARGE', `the file ${why}`);

const LINE_FEED = 0x0a;

/**
 * The lines of a gzip file, one after the other, without their ends, never more in memory than the longest.
 * @throws ParleyError BACKUP_UNREADABLE, BACKUP_TOO_LARGE, BACKUP_DAMAGED.
 */
export async function* linesOf(file: string, budgets: FileBudgets = FILE_BUDGETS): AsyncGenerator<Buffer> {
  const packed = await sizeOf(file);
  if (packed > budgets.packed) throw tooLarge(`has ${packed} octets; at most ${budgets.packed} are read`);
  const most = Math.min(budgets.unpacked, MIB + packed * budgets.ratio);
  let unpacked = 0;
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpackedOf(file)) {
    unpacked += chunk.length;
    if (unpacked > most) throw tooLarge(`unpacks to more than ${most} octets: that is no configuration`);
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
  if (parts.length > 0) throw damaged('its last line has no end');
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

async function* unpackedOf(file: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // Its failure comes out of the iteration too, which is where it is told.
  const reading = pipeline(createReadStream(file), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (/^Z_|UNEXPECTED_END/.test(code)) throw damaged(messageOf(error), { cause: error });
    throw new ParleyError('BACKUP_UNREADABLE', `the file cannot be read: ${messageOf(error)}`, { cause: error });
  } finally {
    gunzip.destroy();
    await reading;
  }
}
