import { createHash } from 'node:crypto';
import { ParleyError, plainText } from '@parley/base';
import { damaged, type Header, headerOf, type ObjectLine, objectOfLine, signedText } from './file-format.ts';
import { FILE_BUDGETS, type FileBudgets, firstLineOf, linesOf, octetsOf } from './file-lines.ts';
import { isSignedBy } from './signing-key.ts';

/** A file that is whole and signed by somebody who is believed. */
export interface VerifiedFile {
  readonly header: Header;
  /** Its objects with the numbers of their lines, from the beginning each time. */
  objects(): AsyncGenerator<ObjectLine & { readonly line: number }>;
}

/** Half characters and what is no UTF-8 are no text of ours. */
function utf8(line: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch (error) {
    throw damaged('it holds what is no text', { cause: error });
  }
}

/**
 * Reads a file once through and checks its signature and its hash; nothing behind the first line is unpacked or interpreted before that.
 * @throws ParleyError BACKUP_DAMAGED, BACKUP_NEWER, BACKUP_NOT_TRUSTED, BACKUP_TOO_LARGE, BACKUP_UNREADABLE.
 */
export async function verifyFile(
  file: string,
  {
    trusted,
    budgets = FILE_BUDGETS,
  }: { readonly trusted: readonly string[]; readonly budgets?: FileBudgets | undefined },
): Promise<VerifiedFile> {
  const first = await firstLineOf(file, budgets);
  const header = headerOf(utf8(first));
  const { key, signature, sha256, unpacked } = header;
  if (!trusted.includes(key))
    throw new ParleyError(
      'BACKUP_NOT_TRUSTED',
      `the file is signed with the key ${plainText(key, 43)}, which is none of ours: give it as trusted if you know whose it is`,
    );
  if (!isSignedBy(key, signedText(header), signature))
    throw new ParleyError('BACKUP_NOT_TRUSTED', 'the signature of the file is wrong: it was changed');
  const start = first.length + 1;
  const hash = createHash('sha256');
  for await (const chunk of octetsOf(file, { start })) hash.update(chunk);
  if (hash.digest('hex') !== sha256) throw damaged('it is cut off, or not what was signed');
  return { header, objects: () => objectsOf(linesOf(file, { start, unpacked, budgets })) };
}

async function* objectsOf(lines: AsyncGenerator<Buffer>) {
  // The first line of the file is the header.
  let line = 1;
  for await (const each of lines) {
    line++;
    yield { ...objectOfLine(utf8(each), line), line };
  }
}
