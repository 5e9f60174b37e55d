import { type Deferred, defer } from '@parley/base';
import type {
  AudioSource,
  BridgeOptions,
  ForeignMedia,
  MediaSession,
  Parted,
  Played,
  PlayOptions,
  RecordedTake,
  SessionSettings,
  SessionStatistics,
  TakeOptions,
} from '@parley/media';

export const STATISTICS: SessionStatistics = {
  packetsReceived: 50,
  packetsLost: 0,
  packetsSent: 50,
  jitterMillis: 1,
  foreignPackets: 0,
  srtpRejected: 0,
  srtpReplayed: 0,
};

interface Play {
  readonly sources: readonly AudioSource[];
  readonly bargeIn: string;
  readonly loop: boolean;
  readonly done: Deferred<Played>;
}

/** A media session that a test plays: time is `at`, plays end when the test says so, or by a key. */
export class FakeMedia implements MediaSession {
  readonly thread = 0;
  readonly address = '192.0.2.1';
  readonly port = 40_000;
  /** Media time, milliseconds. */
  at = 0;
  readonly settings: SessionSettings[] = [];
  readonly plays: Play[] = [];
  readonly takes: TakeOptions[] = [];
  readonly bridges: { other: MediaSession; options: BridgeOptions; done: Deferred<Parted> }[] = [];
  readonly pressed: string[] = [];
  closed = false;
  readonly #lost = new AbortController();
  #taking: Deferred<RecordedTake> | undefined;
  #onKey: (key: string, at: number) => void = () => {};
  #onSilent: (at: number) => void = () => {};
  #onForeign: (foreign: ForeignMedia) => void = () => {};

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  start(settings: SessionSettings): void {
    this.settings.push(settings);
  }

  update(settings: SessionSettings): void {
    this.settings.push(settings);
  }

  play(sources: readonly AudioSource[], options: PlayOptions = {}): Promise<Played> {
    const { bargeIn = '', loop = false } = options;
    const play = { sources, bargeIn, loop, done: defer<Played>() };
    this.plays.push(play);
    const stop = () => this.#played(play, 'stopped');
    if (this.closed || options.signal?.aborted) stop();
    else options.signal?.addEventListener('abort', stop, { once: true });
    return play.done.promise;
  }

  bridge(other: MediaSession, options: BridgeOptions = {}): Promise<Parted> {
    const bridge = { other, options, done: defer<Parted>() };
    this.bridges.push(bridge);
    const stop = () => bridge.done.resolve({ endedBy: 'stopped' });
    if (this.closed) bridge.done.resolve({ endedBy: 'gone' });
    else if (options.signal?.aborted) stop();
    else options.signal?.addEventListener('abort', stop, { once: true });
    return bridge.done.promise;
  }

  record(options: TakeOptions): Promise<RecordedTake> {
    this.takes.push(options);
    this.#taking = defer<RecordedTake>();
    if (this.closed) this.recorded({ endedBy: 'hang-up' });
    return this.#taking.promise;
  }

  stop(): void {
    for (const play of this.plays) this.#played(play, 'stopped');
  }

  press(key: string, millis: number): void {
    this.pressed.push(`${key} ${millis} ms`);
    this.key(key);
  }

  dial(): void {
    throw new Error('nobody asks for that');
  }

  onKey(handler: (key: string, at: number) => void): void {
    this.#onKey = handler;
  }

  onSilent(handler: (at: number) => void): void {
    this.#onSilent = handler;
  }

  onForeign(handler: (foreign: ForeignMedia) => void): void {
    this.#onForeign = handler;
  }

  async close(): Promise<SessionStatistics> {
    this.closed = true;
    this.stop();
    if (this.#taking) this.recorded({ endedBy: 'hang-up' });
    for (const { done } of this.bridges) done.resolve({ endedBy: 'gone' });
    return STATISTICS;
  }

  /** The prompt that is being played came to its end. */
  playedOut(): void {
    const play = this.plays.at(-1);
    if (play) this.#played(play, 'end');
  }

  /** The caller presses a key. */
  key(key: string): void {
    this.at += 100;
    for (const play of this.plays) if (play.bargeIn.includes(key)) this.#played(play, 'key');
    this.#onKey(key, this.at);
  }

  /** The recording under way ends. */
  recorded(how: Partial<RecordedTake>): void {
    this.#taking?.resolve({ endedBy: 'key', millis: 1000, soundMillis: 1000, at: this.at, ...how });
    this.#taking = undefined;
  }

  /** Nothing came for a minute. */
  silent(): void {
    this.#onSilent(this.at);
  }

  /** Packets come from elsewhere, and none from where they should. */
  foreign(foreign: ForeignMedia): void {
    this.#onForeign(foreign);
  }

  /** Its thread dies. */
  die(): void {
    this.stop();
    this.recorded({ endedBy: 'failed', millis: 0, soundMillis: 0 });
    this.#lost.abort(new Error('the thread is gone'));
  }

  #played(play: Play, endedBy: Played['endedBy']): void {
    play.done.resolve({ endedBy, at: this.at });
  }
}
