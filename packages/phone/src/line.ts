import { type Deferred, defer } from '@parley/base';
import type { AudioSource, MediaCommand, MediaEvent, SessionSettings, SessionStatistics } from '@parley/media';
import type { Endpoint } from '@parley/media/engine';
import type { Ear } from './ear.ts';
import type { Tap } from './tapped-sockets.ts';

type LineEvent = Exclude<MediaEvent, { on: 'load' }>;

export interface LineOptions {
  readonly number: number;
  readonly port: number;
  /** What the other side is told. */
  readonly toldPort: number;
  readonly tap: Tap;
  /** Says where this line's packets come from. */
  route(from: Endpoint): void;
  say(command: MediaCommand): void;
}

/** One pair of ports of a phone and the session of the engine behind it. */
export class Line {
  readonly port: number;
  readonly toldPort: number;
  /** Everything under way is settled by then. Undefined: the session failed, see the log. */
  readonly closed: Promise<SessionStatistics | undefined>;
  readonly #options: LineOptions;
  readonly #closed = defer<SessionStatistics | undefined>();
  readonly #plays = new Map<number, Deferred<boolean>>();
  #nextPlay = 1;
  #open = true;
  #onKey: (key: string) => void = () => undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    this.port = options.port;
    this.toldPort = options.toldPort;
    this.closed = this.#closed.promise;
  }

  /** Who listens here, and who hears of keys. Without `keys` the engine is spared the packets. */
  attach(ear: Ear, keys?: (key: string) => void): void {
    const { tap } = this.#options;
    tap.ear = ear;
    tap.forward = keys !== undefined;
    if (keys) this.#onKey = keys;
  }

  agree(settings: SessionSettings): void {
    this.#options.route(settings.remote);
    this.#do({ do: 'start', session: this.#options.number, settings });
  }

  /** Says something after what is being said; resolves when it was sent (true) or never will be. */
  play(sources: readonly AudioSource[]): Promise<boolean> {
    if (!this.#open) return Promise.resolve(false);
    const id = this.#nextPlay++;
    const played = defer<boolean>();
    this.#plays.set(id, played);
    this.#do({ do: 'play', session: this.#options.number, id, sources, bargeIn: '', keysSeen: 0 });
    return played.promise;
  }

  /** Stops what is being said and what waits. */
  hush(): void {
    for (const id of [...this.#plays.keys()].reverse()) this.#do({ do: 'stop', session: this.#options.number, id });
  }

  dial(keys: string): void {
    this.#do({ do: 'dial', session: this.#options.number, keys });
  }

  close(): Promise<SessionStatistics | undefined> {
    this.#do({ do: 'close', session: this.#options.number });
    this.#open = false;
    return this.closed;
  }

  /** An event of the session; returns whether it was the last. */
  told(event: LineEvent): boolean {
    if (event.on === 'key') this.#onKey(event.key);
    if (event.on === 'played') {
      this.#plays.get(event.id)?.resolve(event.endedBy === 'end');
      this.#plays.delete(event.id);
    }
    if (event.on !== 'closed' && event.on !== 'broken') return false;
    this.#open = false;
    for (const played of this.#plays.values()) played.resolve(false);
    this.#plays.clear();
    this.#closed.resolve(event.on === 'closed' ? event.statistics : undefined);
    return true;
  }

  #do(command: MediaCommand): void {
    if (this.#open) this.#options.say(command);
  }
}
