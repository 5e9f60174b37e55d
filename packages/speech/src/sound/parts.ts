import type { Clock } from '@parley/base';
import { chord } from '@parley/media';
import type { Part, WordsPart } from '../book/part.ts';
import { isSpoken } from '../book/template.ts';
import { chordOf } from './chords.ts';
import { CLIP_RATE, type Clip, encodeClip, hashOf } from './clip.ts';
import type { ClipMemory } from './clip-memory.ts';
import type { Recordings } from './recordings.ts';
import type { Voices } from './voices.ts';

/** How long a prompt that no voice could say is left out before it is tried again. */
const RETRY_MILLIS = 30_000;

/** Half of full scale together: the record tone is as loud as speech at its peaks. */
const TONE_AMPLITUDE = 0.25;

/** Makes clips of parts, each once. */
export class PartSounds {
  readonly #memory: ClipMemory;
  readonly #voices: Voices;
  readonly #recordings: Recordings;
  readonly #clock: Clock;
  readonly #wide: boolean;
  readonly #underWay = new Map<string, Promise<Clip | undefined>>();
  /** Fixed parts that no voice could say -> when they are tried again (monotonic milliseconds). */
  readonly #silentUntil = new Map<string, number>();

  constructor(of: { memory: ClipMemory; voices: Voices; recordings: Recordings; clock: Clock; wide: boolean }) {
    this.#wide = of.wide;
    this.#memory = of.memory;
    this.#voices = of.voices;
    this.#recordings = of.recordings;
    this.#clock = of.clock;
  }

  /** The clip when it is in memory, 'nothing' when the part is not to be heard, undefined when it has to be made. */
  now(part: Part): Clip | 'nothing' | undefined {
    if (part.kind === 'words' && !part.recording && !isSpoken(part.text)) return 'nothing';
    // A name's recording may have changed; only the disk knows.
    if (part.kind === 'words' && !part.fixed && part.recording) return undefined;
    const name = nameOf(part);
    const clip = this.#memory.get(name);
    if (clip) return clip;
    return this.#clock.monotonic() < (this.#silentUntil.get(name) ?? 0) ? 'nothing' : undefined;
  }

  /** Makes the clip; undefined when that is not possible. Never rejects because of a voice or a file. */
  make(part: Part): Promise<Clip | undefined> {
    const name = nameOf(part);
    const underWay = this.#underWay.get(name);
    if (underWay) return underWay;
    const making = this.#make(part, name).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, making);
    return making;
  }

  /** Forgets the clip of a part that is not fixed. */
  forget(part: WordsPart): void {
    this.#memory.drop(nameOf(part));
  }

  async #make(part: Part, name: string): Promise<Clip | undefined> {
    const recorded = part.kind === 'chord' || !part.recording ? undefined : await this.#recordings.clip(part.recording);
    // A name's recording is kept by its file, which is looked at each time; a prompt's belongs to the prompt.
    if (recorded && part.kind === 'words' && !part.fixed) return recorded;
    const clip = recorded ?? this.#memory.get(name) ?? (await this.#generated(part));
    if (clip) {
      this.#silentUntil.delete(name);
      if (part.kind === 'words' && !part.fixed) this.#memory.put(name, clip);
      else this.#memory.keep(name, clip);
    } else if (part.kind === 'words' && part.fixed) {
      this.#silentUntil.set(name, this.#clock.monotonic() + RETRY_MILLIS);
    }
    return clip;
  }

  async #generated(part: Part): Promise<Clip | undefined> {
    if (part.kind === 'chord') return this.#tones(`chord ${part.number}`, chordOf(part.number));
    if (part.kind === 'tone') {
      const { hertz, millis } = part.tone;
      return this.#tones(`tone ${hertz} ${millis}`, chord([hertz], millis, { amplitude: TONE_AMPLITUDE }));
    }
    if (!isSpoken(part.text)) return undefined;
    const said = await this.#voices.say(part.text.trim(), part.language);
    return said && encodeClip(`said ${said.key}`, { samples: said.samples, rate: said.rate, wide: this.#wide });
  }

  #tones(key: string, samples: Int16Array): Promise<Clip> {
    return encodeClip(key, { samples, rate: CLIP_RATE, wide: this.#wide });
  }
}

/** What a part is called in memory. Names of people are hashed, so that no list of them lies about. */
function nameOf(part: Part): string {
  if (part.kind === 'chord') return `chord ${part.number}`;
  if (part.kind === 'tone') return `tone ${part.tone.hertz} ${part.tone.millis} ${part.recording ?? ''}`;
  const text = part.text.trim();
  return part.fixed ? `fixed ${part.language} ${text} ${part.recording ?? ''}` : `value ${hashOf(part.language, text)}`;
}
