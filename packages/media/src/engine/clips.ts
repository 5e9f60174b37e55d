import type { CodecName } from '../sdp/settings.ts';
import type { ClipAudio } from '../worker/protocol.ts';

/** The clips of a worker by number: views on shared memory, made once. */
export class Clips {
  readonly #clips = new Map<number, Readonly<Record<CodecName, Uint8Array>>>();

  add(clip: number, audio: ClipAudio): void {
    this.#clips.set(clip, { PCMU: new Uint8Array(audio.pcmu), PCMA: new Uint8Array(audio.pcma) });
  }

  /** Who plays it already plays it to the end. */
  drop(clip: number): void {
    this.#clips.delete(clip);
  }

  /** A clip's bytes in both codecs; undefined when there is none of that number. */
  get(clip: number): Readonly<Record<CodecName, Uint8Array>> | undefined {
    return this.#clips.get(clip);
  }
}
