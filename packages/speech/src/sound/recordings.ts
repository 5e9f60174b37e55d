import { readFile, stat } from 'node:fs/promises';
import { type Log, messageOf } from '@parley/base';
import { readWav } from '@parley/media';
import { CLIP_RATE, type Clip, encodeClip, hashOf, WIDE_RATE } from './clip.ts';
import type { ClipMemory } from './clip-memory.ts';
import { toRate } from './telephone.ts';

/** Ten minutes (the longest greeting there is) of 16-bit sound at 16 kHz, and its header. */
const LARGEST_FILE = 20 * 1024 * 1024;
const LONGEST_MILLIS = 10 * 60 * 1000;

/** WAV files as clips: read and encoded once, and again when the file changed. */
export class Recordings {
  readonly #memory: ClipMemory;
  readonly #log: Log;
  readonly #wide: boolean;
  readonly #reading = new Map<string, Promise<Clip>>();

  constructor(options: { readonly memory: ClipMemory; readonly log: Log; readonly wide: boolean }) {
    this.#wide = options.wide;
    this.#memory = options.memory;
    this.#log = options.log;
  }

  /** The clip of a file; undefined, and a line in the log, when it cannot be read or is no WAV file. */
  async clip(path: string): Promise<Clip | undefined> {
    const name = `file ${path}`;
    try {
      const { mtimeMs, size } = await stat(path);
      if (size > LARGEST_FILE) throw new Error(`it has ${size} bytes, at most ${LARGEST_FILE} are allowed`);
      const key = `file ${hashOf(path, mtimeMs, size)}`;
      const known = this.#memory.get(name);
      return known?.key === key ? known : await this.#readOnce(path, { name, key });
    } catch (error) {
      this.#memory.drop(name);
      this.#log.warn('recording cannot be played', { path, reason: messageOf(error) });
      return undefined;
    }
  }

  /** Calls that ask for the same file while it is being read wait for the same reading. */
  #readOnce(path: string, clip: { readonly name: string; readonly key: string }): Promise<Clip> {
    const underWay = this.#reading.get(clip.key);
    if (underWay) return underWay;
    const reading = this.#read(path, clip).finally(() => this.#reading.delete(clip.key));
    this.#reading.set(clip.key, reading);
    return reading;
  }

  async #read(path: string, { name, key }: { readonly name: string; readonly key: string }): Promise<Clip> {
    const { rate, samples } = readWav(await readFile(path), { maxMillis: LONGEST_MILLIS });
    const wide = this.#wide;
    const to = wide && rate > CLIP_RATE ? WIDE_RATE : CLIP_RATE;
    const clip = await encodeClip(key, { samples: await toRate(samples, rate, to), rate: to, wide });
    this.#memory.put(name, clip);
    return clip;
  }
}
