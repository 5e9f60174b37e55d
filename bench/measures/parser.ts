import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned, SERVER_CORE } from '../machine.ts';

const ENTRY = join(import.meta.dirname, 'parse-messages.ts');

/** Messages a second on one core. */
export interface ParserSpeed {
  /** An INVITE with its session description, as it arrives; only cut into its parts. */
  readonly parse: number;
  /** The same, with every field read that a user agent looks at before it answers. */
  readonly read: number;
  /** Its 200 built and printed. */
  readonly print: number;
  readonly bytes: number;
}

/** In a process of its own on the server's core, so that nothing else of ours is in the way. */
export async function measureParser(): Promise<ParserSpeed> {
  const [command, ...args] = [...pinned(SERVER_CORE), process.execPath, ENTRY];
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}
