import { createHash } from 'node:crypto';
import { ParleyError, plainText } from '@parley/base';
import { damaged, type Header, headerOf, type ObjectLine, objectOfLine, signedText, trailerOf } from './file-format.ts';
import { type FileBudgets, linesOf } from './file-lines.ts';
import { isSignedBy } from './signing-key.ts';

/** A file that is whole and signed by somebody who is believed. */
export interface VerifiedFile {
  readonly header: Header;
  readonly counts: Readonly<Record<string, number>>;
  readonly sha256: string;
  /** Its objects with the numbers of their lines, from the beginning each time. */
  objects(): AsyncGenerator<ObjectLine & { readonly line: number }>;
}

/** Half characters and what is no UTF-8 are no text of ours. */
const utf8 = (line: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch (error) {
    throw damaged('it holds what is no text', { cause: error });
  }
};

/**
 * Reads a file once through without believing anything in it, and checks hash and signature. Nothing but its first and last line is
 * interpreted before that.
 * @throws ParleyError BACKUP_DAMAGED, BACKUP_NEWER, BACKUP_NOT_TRUSTED, BACKUP_TOO_LARGE, BACKUP_UNREADABLE.
 */
export async function verifyFile(
  file: string,
  { trusted, budgets }: { readonly trusted: readonly string[]; readonly budgets?: FileBudgets | undefined },
): Promise<VerifiedFile> {
  const hash = createHash('sha256');
  let header: Header | undefined;
  let last: Buffer | undefined;
  let lines = 0;
  for await (const line of linesOf(file, budgets)) {
    if (last) hash.update(last).update('\n');
    header ??= headerOf(utf8(line));
    last = line;
    lines++;
  }
  if (!header || !last || lines < 2) throw damaged('it is cut off');
  const trailer = trailerOf(utf8(last));
  const { counts, sha256, key, signature } = trailer;
  if (!trusted.includes(key))
    throw new ParleyError(
      'BACKUP_NOT_TRUSTED',
      `the file is signed with the key ${plainText(key, 43)}, which is none of ours: give it as trusted if you know whose it is`,
    );
  if (!isSignedBy(key, signedText(trailer), signature))
    throw new ParleyError('BACKUP_NOT_TRUSTED', 'the signature of the file is wrong: it was changed');
  if (hash.digest('hex') !== sha256) throw damaged('it is not what was signed');
  return { header, counts, sha256, objects: () => objectsOf(file, lines, budgets) };
}

async function* objectsOf(file: string, lines: number, budgets: FileBudgets | undefined) {
  let number = 0;
  for await (const line of linesOf(file, budgets)) {
    number++;
    if (number > 1 && number < lines) yield { ...objectOfLine(utf8(line), number), line: number };
  }
}
