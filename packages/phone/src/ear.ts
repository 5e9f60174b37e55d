import { type Deferred, defer } from '@parley/base';
import type { OpusLibrary, SessionSettings } from '@parley/media';
import { Hearing } from './hearing.ts';
import type { Lateness } from './lateness.ts';
import { Opener } from './opener.ts';
import { Punctuality } from './punctuality.ts';
import { emptyHeader, readRtp } from './rtp-header.ts';
import { clockUnits, VoiceDecoder } from './voice-decoder.ts';

/** Looks at what was heard so far (8 kHz, lent): true when it is there, false when it never will be, undefined to go on listening. */
export type HearingTest = (samples: Int16Array) => boolean | undefined;

interface Watch {
  readonly test: HearingTest;
  readonly outcome: Deferred<boolean>;
}

/** Tests are asked again after so much more was heard: decoding costs. */
const LOOK_EVERY_SAMPLES = 400;

export interface EarOptions {
  /** Whether what is heard is kept. */
  readonly listen: boolean;
  /** Where the timeline begins, monotonic milliseconds. */
  readonly startedAt: number;
  /** When the packet at hand came, monotonic milliseconds. */
  readonly now: () => number;
  /** What decodes Opus, when that is agreed on. */
  readonly opus: OpusLibrary;
  /** Where the lateness of all calls is counted. */
  readonly all?: Lateness;
}

/** What one call hears, on whatever port it comes in. */
export class Ear {
  readonly punctuality: Punctuality;
  /** Undefined when nothing is to be kept. */
  readonly hearing: Hearing | undefined;
  /** Monotonic milliseconds of the first packet; NaN before. */
  firstAt = Number.NaN;
  readonly #header = emptyHeader();
  readonly #opener = new Opener();
  readonly #watches = new Set<Watch>();
  readonly #now: () => number;
  readonly #opus: OpusLibrary;
  #settings: SessionSettings | undefined;
  #decoder: VoiceDecoder | undefined;
  #looked = 0;
  #closed = false;

  constructor({ listen, startedAt, now, opus, all }: EarOptions) {
    this.punctuality = new Punctuality(all);
    this.#now = now;
    this.#opus = opus;
    this.hearing = listen ? new Hearing(startedAt) : undefined;
  }

  /** What was agreed on: only this is heard. */
  agree(settings: SessionSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#opener.agree(settings.security);
    if (before && before.codec === settings.codec && !before.opus === !settings.opus) return;
    this.punctuality.units = clockUnits(settings);
    if (!this.hearing) return;
    this.#decoder?.close();
    this.#decoder = new VoiceDecoder(settings, this.#opus);
    this.hearing.restart();
  }

  /** A datagram on one of our RTP ports. */
  packet(datagram: Uint8Array, address: string, port: number): void {
    const settings = this.#settings;
    if (!settings || port !== settings.remote.port || address !== settings.remote.address) return;
    const bytes = this.#opener.open(datagram);
    if (!bytes) return;
    const header = this.#header;
    // Keys carry the timestamp of their beginning: they say nothing about time.
    const { payloadType } = settings.offered ?? settings;
    if (!readRtp(bytes, header) || header.payloadType !== payloadType) return;
    const at = this.#now();
    if (Number.isNaN(this.firstAt)) this.firstAt = at;
    this.punctuality.packet(header, at);
    if (!this.hearing || !this.#decoder) return;
    this.hearing.packet(header, bytes, { decoder: this.#decoder, at });
    if (this.#watches.size > 0 && this.hearing.length - this.#looked >= LOOK_EVERY_SAMPLES) this.#look();
  }

  /** Resolves with the first true or false of the test, now or later; with false when the call is over before. */
  watch(test: HearingTest): { readonly outcome: Promise<boolean>; cancel(): void } {
    const watch = { test, outcome: defer<boolean>() };
    this.#watches.add(watch);
    this.#ask(watch);
    if (this.#closed) watch.outcome.resolve(false);
    return { outcome: watch.outcome.promise, cancel: () => this.#watches.delete(watch) };
  }

  /** Nothing more will be heard. */
  close(): void {
    this.#closed = true;
    this.#look();
    this.#decoder?.close();
    this.#decoder = undefined;
    for (const { outcome } of this.#watches) outcome.resolve(false);
    this.#watches.clear();
  }

  #look(): void {
    this.#looked = this.hearing?.length ?? 0;
    for (const watch of this.#watches) this.#ask(watch);
  }

  #ask({ test, outcome }: Watch): void {
    if (!this.hearing) return;
    try {
      const heard = test(this.hearing.view());
      if (heard !== undefined) outcome.resolve(heard);
    } catch (error) {
      outcome.reject(error);
    }
  }
}
