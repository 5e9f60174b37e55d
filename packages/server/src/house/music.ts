import { readFile } from 'node:fs/promises';
import { messageOf, ParleyError } from '@parley/base';
import type { Prompt } from '@parley/call';
import { readWav } from '@parley/media';
import type { Prompts } from '@parley/speech';

/**
 * Reads what callers hear while they are handed on, so that a wrong file is found at the start and not by a caller. Throws
 * CONFIG_INVALID when it cannot be played.
 * @param path absolute; undefined: nothing is played.
 */
export async function readMusic(path: string | undefined, prompts: Pick<Prompts, 'recording'>): Promise<Prompt> {
  if (path === undefined) return [];
  if (await prompts.recording(path)) return [{ kind: 'file', path }];
  throw new ParleyError('CONFIG_INVALID', `speech.music: cannot play ${path}: ${await problemOf(path)}`);
}

async function problemOf(path: string): Promise<string> {
  try {
    readWav(await readFile(path));
    return 'it is too large';
  } catch (error) {
    return messageOf(error);
  }
}
