import type { G711Law } from '../sdp/settings.ts';
import type { ClipAudio } from '../worker/protocol.ts';

/** A clip's octets by codec; without those of G.722 a wideband caller hears the others. */
export type ClipOctets = Readonly<Record<G711Law, Uint8Array>> & { readonly G722?: Uint8Array };

/** The clips of a worker by number: views on shared memory, made once. */
export class Clips {
  readonly #clips = new Map<number, ClipOctets>();

  add(clip: number, audio: ClipAudio): void {
    const { pcmu, pcma, g722 } = audio;
    this.#clips.set(clip, {
      PCMU: new Uint8Array(pcmu),
      PCMA: new Uint8Array(pcma),
      ...(g722 && { G722: new Uint8Array(g722) }),
    });
  }

  /** Who plays it already plays it to the end. */
  drop(clip: number): void {
    this.#clips.delete(clip);
  }

  /** A clip's octets; undefined when there is none of that number. */
  get(clip: number): ClipOctets | undefined {
    return this.#clips.get(clip);
  }
}
