import type { RtpPacket } from '../rtp/packet.ts';
import type { CodecName } from '../sdp/settings.ts';
import { BothSides, type MixedFrame } from './both-sides.ts';
import type { Feed } from './feed.ts';
import { type MixedVoices, Mixer, MOST_FEEDS } from './mixer.ts';
import type { Voice } from './speaking.ts';

/** Where the keys of a session go instead of to the application. */
export interface KeyRelay {
  /** Those that are relayed. */
  readonly keys: string;
  readonly to: Company;
}

/** What a session does for its company. */
export interface CompanyOptions extends MixedVoices {
  /** Sends a key to the session's own other side; false when that takes none. */
  dial(key: string): boolean;
  /** Whether both sides of the line are being recorded as one sound. */
  wantsBoth(): boolean;
  /** Somebody joins or leaves. */
  changed(): void;
}

/** Who else is on the line with a session: who hears what comes from its other side, and what it hears of them. */
export class Company implements Voice {
  readonly #options: CompanyOptions;
  readonly #mixer: Mixer;
  readonly #listeners: Feed[] = [];
  readonly #relays: KeyRelay[] = [];
  #both: BothSides | undefined;
  #codec: CodecName = 'PCMU';

  constructor(options: CompanyOptions) {
    this.#options = options;
    this.#mixer = new Mixer(options);
  }

  get codec(): CodecName {
    return this.#codec;
  }

  set codec(codec: CodecName) {
    if (codec !== this.#codec) this.#both &&= new BothSides(codec);
    this.#codec = codec;
    this.#mixer.codec = codec;
    for (const feed of this.#listeners) feed.codec = codec;
  }

  /** How many are on the line beside the session's own other side. */
  get size(): number {
    return this.#mixer.feeds;
  }

  /** Whether there is nothing to mix: nobody else is on the line, nothing is played and both sides are not being recorded. */
  get alone(): boolean {
    return this.quiet && !this.#options.wantsBoth();
  }

  /** Whether one more would be too many. */
  get full(): boolean {
    return this.#mixer.feeds >= MOST_FEEDS;
  }

  /** What this session's other side says goes there too, and its keys as told. */
  speakTo(feed: Feed, relay: KeyRelay): void {
    this.#options.changed();
    this.#listeners.push(feed);
    this.#relays.push(relay);
  }

  hear(feed: Feed): void {
    this.#options.changed();
    this.#mixer.join(feed);
  }

  /** Undoes `speakTo` and `hear`. */
  part(spoken: Feed, heard: Feed): void {
    this.#options.changed();
    const at = this.#listeners.indexOf(spoken);
    if (at >= 0) {
      this.#listeners.splice(at, 1);
      this.#relays.splice(at, 1);
    }
    this.#mixer.leave(heard);
  }

  /** Audio of the other side, as it came. */
  arrived({ bytes, payloadStart, payloadLength, timestamp }: Readonly<RtpPacket>): void {
    for (const feed of this.#listeners) feed.write(bytes, payloadStart, payloadLength, timestamp);
    this.#bothSides()?.heard.write(bytes, payloadStart, payloadLength, timestamp);
  }

  /** A key of the other side; whether it was sent on to somebody. */
  relay(key: string): boolean {
    let sent = false;
    for (const { keys, to } of this.#relays) if (keys.includes(key) && to.#options.dial(key)) sent = true;
    return sent;
  }

  get quiet(): boolean {
    return this.#mixer.quiet;
  }

  /** What the session says. */
  fill(into: Uint8Array, offset: number): number {
    const filled = this.#mixer.fill(into, offset);
    if (filled > 0) this.#bothSides()?.said(this.#mixer.said);
    return filled;
  }

  paused(): void {
    this.#mixer.paused();
  }

  /** The 20 ms of both sides that this tick adds to a recording of them; undefined when there is none. Call once a tick. */
  mixBoth(): MixedFrame | undefined {
    return this.#bothSides()?.mix();
  }

  #bothSides(): BothSides | undefined {
    if (!this.#options.wantsBoth()) this.#both = undefined;
    else this.#both ??= new BothSides(this.#codec);
    return this.#both;
  }
}
