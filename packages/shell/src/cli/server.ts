import type { Elsewhere } from '@parley/admin/client';
import { InvalidLine } from '../command.ts';
import { localFiles } from './files.ts';
import type { LineOptions } from './line-options.ts';

const MOST_BYTES = 1024 * 1024;

/** Where an API token is: not on the command line, which everybody on the machine may read. */
export const TOKEN_VARIABLE = 'PARLEY_TOKEN';

/** The server that is meant: that of a data folder, or one elsewhere. Rejects with `InvalidLine` without a token, with a `ParleyError` when a file cannot be read. */
export async function serverOf(
  { data, server: url, authorities }: LineOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | Elsewhere> {
  if (url === undefined) return data;
  const token = environment[TOKEN_VARIABLE];
  if (!token) throw new InvalidLine(`--server needs an API token in the environment variable ${TOKEN_VARIABLE}`);
  const ca =
    authorities === undefined ? undefined : new TextDecoder().decode(await localFiles.read(authorities, MOST_BYTES));
  return { url, token, ...(ca === undefined ? {} : { authorities: ca }) };
}
