import { ParleyError } from '@parley/base';

/** Most bytes of one table: 100,000 mailboxes with ten columns are about a quarter. */
export const LONGEST_TABLE_BYTES = 64 * 1024 * 1024;

/** Where a spreadsheet of another system says that it writes UTF-16 (little end first). */
const isUtf16 = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xfe;

/**
 * The text of a table as it arrives, without its byte order mark: UTF-8, or UTF-16 when its mark says so. Throws `REQUEST_TOO_LARGE`,
 * and `REQUEST_INVALID` when it is neither.
 */
export async function* decoded(table: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let bytes = 0;
  let line = 1;
  const understood = (chunk?: Uint8Array): string => {
    try {
      return decoder?.decode(chunk, { stream: chunk !== undefined }) ?? '';
    } catch (error) {
      throw new ParleyError('REQUEST_INVALID', `line ${line} of the table, or one soon after it, is not UTF-8`, {
        cause: error,
      });
    }
  };
  for await (const chunk of table) {
    bytes += chunk.length;
    if (bytes > LONGEST_TABLE_BYTES)
      throw new ParleyError('REQUEST_TOO_LARGE', `the table is longer than ${LONGEST_TABLE_BYTES} bytes: split it`);
    decoder ??= new TextDecoder(isUtf16(chunk) ? 'utf-16le' : 'utf-8', { fatal: true });
    const text = understood(chunk);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line++;
    if (text !== '') yield text;
  }
  const rest = understood();
  if (rest !== '') yield rest;
}
