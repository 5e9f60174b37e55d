import { open, writeFile } from 'node:fs/promises';
import { codeOf, messageOf, ParleyError } from '@parley/base';
import type { Files } from '../run/host.ts';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'it may not be read or written'],
  ['EPERM', 'it may not be read or written'],
  ['EEXIST', 'it is there already'],
  ['ENOTDIR', 'part of its path is no folder'],
]);

function failed(path: string, error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  const why = WORDS.get(codeOf(error) ?? '') ?? messageOf(error);
  return new ParleyError('FILE_FAILED', `${path}: ${why}`, { cause: error });
}

/** Files of this machine, as whoever runs the program may use them. */
export const localFiles: Files = {
  async read(path, most) {
    try {
      await using file = await open(path, 'r');
      const about = await file.stat();
      if (about.isDirectory()) throw new ParleyError('FILE_FAILED', `${path}: it is a folder`);
      const { size } = about;
      if (size > most) throw new ParleyError('FILE_TOO_BIG', `${path} has ${size} bytes: at most ${most} are read`);
      return await upTo(file, most, path);
    } catch (error) {
      throw failed(path, error);
    }
  },
  async write(path, content, { keep = false, append = false } = {}) {
    try {
      await writeFile(path, content, { flag: append ? 'a' : keep ? 'wx' : 'w' });
    } catch (error) {
      throw failed(path, error);
    }
  },
};

/** What a file has, which may be more than it says: a pipe, a file that grows. */
async function upTo(file: Awaited<ReturnType<typeof open>>, most: number, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    const bytes: Uint8Array = chunk;
    length += bytes.length;
    if (length > most) throw new ParleyError('FILE_TOO_BIG', `${path} has more than ${most} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
