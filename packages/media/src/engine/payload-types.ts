import { COMFORT_NOISE } from '../sdp/formats.ts';
import type { SessionSettings } from '../sdp/settings.ts';

/** What a packet is, by its payload type. */
export const Content = { unknown: 0, audio: 1, event: 2, noise: 3 } as const;
export type Content = (typeof Content)[keyof typeof Content];

/**
 * The payload types that the other side may send: those of our offer, when it was ours (RFC 3264 section 6.1), and those of its own description, which
 * many send whoever offered. Where one number is both, our offer counts.
 */
export class PayloadTypes {
  readonly #contents = new Uint8Array(128);

  agree(settings: SessionSettings): void {
    const contents = this.#contents.fill(Content.unknown);
    contents[COMFORT_NOISE] = Content.noise;
    if (settings.comfortNoise !== undefined) contents[settings.comfortNoise] = Content.noise;
    for (const { payloadType, telephoneEvent } of [settings, settings.offered ?? settings]) {
      if (telephoneEvent !== undefined) contents[telephoneEvent] = Content.event;
      contents[payloadType] = Content.audio;
    }
  }

  /** @param payloadType 0 to 127. */
  contentOf(payloadType: number): number {
    return this.#contents[payloadType];
  }
}
