import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants as osConstants, setPriority, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, ParleyError } from '@parley/base';
import { readWav } from '@parley/media';
import type { SpeechEngine, Spoken } from '../speech.ts';

const run = promisify(execFile);

const LANGUAGES = ['en-US', 'en-GB', 'fr-FR', 'de-DE', 'es-ES', 'it-IT'];
const LONGEST_TEXT = 4000;
const LONGEST_MILLIS = 120_000;

/** How Pico is run. */
export interface PicoOptions {
  /** Path of `pico2wave`. */
  readonly program: string;
  /** Longest time for one text, milliseconds; 10,000 by default. */
  readonly requestMillis?: number;
}

/** SVOX Pico by its command `pico2wave` (Debian: libttspico-utils, non-free): one short process a text, no shell. */
export class PicoVoice implements SpeechEngine {
  readonly name = 'pico';
  readonly languages = LANGUAGES;
  readonly #options: PicoOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PicoOptions) {
    this.#options = options;
  }

  /** One text at a time: prompts made in the background are not to take every core from the calls. */
  speak(text: string, language: string, options: { readonly signal?: AbortSignal } = {}): Promise<Spoken> {
    const spoken = this.#last.then(() => this.#speak(text, language, options.signal));
    // Its failure is told to whoever asked for it; the next text only waits for the turn.
    this.#last = spoken.catch(() => undefined);
    return spoken;
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #speak(text: string, language: string, signal?: AbortSignal): Promise<Spoken> {
    signal?.throwIfAborted();
    if (!LANGUAGES.includes(language)) throw new ParleyError('VOICE_LANGUAGE', `pico does not speak ${language}`);
    if (text.length > LONGEST_TEXT)
      throw new ParleyError('VOICE_TEXT', `a text of ${text.length} characters; at most ${LONGEST_TEXT} can be spoken`);
    const folder = await mkdtemp(join(tmpdir(), 'parley-pico-'));
    try {
      const file = join(folder, 'said.wav');
      // A text that begins with a dash is no option, and one that holds Pico's tags is no markup.
      await this.#run([`--lang=${language}`, `--wave=${file}`, '--', ` ${plain(text)}`], signal);
      return readWav(await readFile(file), { maxMillis: LONGEST_MILLIS });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ParleyError('VOICE_FAILED', `pico2wave: ${messageOf(error)}`, { cause: error });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #run(args: readonly string[], signal?: AbortSignal): Promise<void> {
    const { program, requestMillis = 10_000 } = this.#options;
    const running = run(program, args, {
      timeout: requestMillis,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
      env: {},
      signal,
    });
    const { pid } = running.child;
    if (pid !== undefined) lowerPriority(pid);
    await running;
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, osConstants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // It speaks for milliseconds: it may be over before we get here.
    if (!(error instanceof Error)) throw error;
  }
}

function plain(text: string): string {
  return text.replace(/[<>&\p{Cc}\p{Cf}]/gu, ' ');
}

/** The path of `pico2wave`, when it is installed. */
export async function findPico(path = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, 'pico2wave');
    if (folder !== '' && (await isExecutable(program))) return program;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
