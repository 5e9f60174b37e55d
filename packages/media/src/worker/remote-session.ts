import { Bug, type Deferred, defer, ParleyError } from '@parley/base';
import type { DtlsIdentities, DtlsIdentity } from '../dtls/identity.ts';
import type { SessionSettings } from '../sdp/settings.ts';
import type {
  BridgeOptions,
  ForeignMedia,
  MediaSession,
  Parted,
  Played,
  PlayOptions,
  RecordedTake,
  TakeOptions,
} from './media-session.ts';
import type { AudioSource, MediaCommand, MediaEvent, SessionStatistics } from './protocol.ts';

type SessionEvent = Exclude<MediaEvent, { on: 'load' }>;

const ALL_KEYS = '0123456789*#ABCD';

/** Nothing is known of a session that was lost. */
const UNKNOWN: SessionStatistics = {
  packetsReceived: 0,
  packetsLost: 0,
  packetsSent: 0,
  jitterMillis: 0,
  foreignPackets: 0,
  srtpRejected: 0,
  srtpReplayed: 0,
};

export interface RemoteOptions {
  readonly session: number;
  readonly thread: number;
  readonly address: string;
  /** Stands for the thread: sessions of the same one can be joined. */
  readonly home: object;
  readonly identities?: DtlsIdentities;
  post(command: MediaCommand): void;
}

/** What became of the wish for ports. */
export type Opening = 'opened' | 'no ports' | 'lost';

/** A session on a media thread, seen from the main thread: turns commands and events into promises. */
export class RemoteSession implements MediaSession {
  readonly opening = defer<Opening>();
  readonly thread: number;
  readonly address: string;
  readonly #options: RemoteOptions;
  readonly #plays = new Map<number, Deferred<Played>>();
  readonly #takes = new Map<number, Deferred<RecordedTake>>();
  readonly #bridges = new Map<number, Deferred<Parted>>();
  readonly #lost = new AbortController();
  readonly #closed = defer<SessionStatistics>();
  #state: 'alive' | 'closing' | 'over' = 'alive';
  #port = 0;
  #id = 0;
  #keysSeen = 0;
  #at = 0;
  #onKey: ((key: string, at: number) => void) | undefined;
  #onSilent: ((at: number) => void) | undefined;
  #onForeign: ((foreign: ForeignMedia) => void) | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.thread = options.thread;
    this.address = options.address;
    options.post({ do: 'open', session: options.session, address: options.address });
  }

  get port(): number {
    return this.#port;
  }

  get identity(): DtlsIdentity | undefined {
    return this.#options.identities?.current;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  start(settings: SessionSettings): void {
    this.#post({ do: 'start', session: this.#options.session, settings });
  }

  update(settings: SessionSettings): void {
    this.start(settings);
  }

  play(sources: readonly AudioSource[], options: PlayOptions = {}): Promise<Played> {
    if (this.#state !== 'alive' || options.signal?.aborted)
      return Promise.resolve({ endedBy: 'stopped', at: this.#at });
    const id = ++this.#id;
    const played = defer<Played>();
    this.#plays.set(id, played);
    const { session } = this.#options;
    const { bargeIn = '', loop = false, over = false } = options;
    this.#post({ do: 'play', session, id, sources, bargeIn, keysSeen: this.#keysSeen, loop, over });
    return this.#until(played.promise, id, options.signal);
  }

  record(options: TakeOptions): Promise<RecordedTake> {
    if (this.#state !== 'alive' || options.signal?.aborted) return Promise.resolve(this.#nothingRecorded());
    const id = ++this.#id;
    const recorded = defer<RecordedTake>();
    this.#takes.set(id, recorded);
    const { into, maxMillis, idleMillis, endKeys, both = false } = options;
    const keysSeen = options.earlierKeys === 'ignore' ? Number.POSITIVE_INFINITY : this.#keysSeen;
    const limits = { maxMillis, idleMillis, endKeys, keysSeen, both };
    this.#post({ do: 'record', session: this.#options.session, id, into, ...limits });
    return this.#until(recorded.promise, id, options.signal);
  }

  bridge(other: MediaSession, options: BridgeOptions = {}): Promise<Parted> {
    if (!(other instanceof RemoteSession) || other.#options.home !== this.#options.home)
      throw new ParleyError('MEDIA_APART', 'two sessions can be joined when they are on one thread');
    if (this.#state !== 'alive') return Promise.resolve({ endedBy: 'gone' });
    if (options.signal?.aborted) return Promise.resolve({ endedBy: 'stopped' });
    const id = ++this.#id;
    const parted = defer<Parted>();
    this.#bridges.set(id, parted);
    const { relayKeys: relay = ALL_KEYS, relayKeysBack: relayBack = ALL_KEYS } = options;
    const { session } = this.#options;
    this.#post({ do: 'bridge', session, id, other: other.#options.session, relay, relayBack });
    return this.#until(parted.promise, id, options.signal);
  }

  stop(): void {
    const ids = [...this.#plays.keys(), ...this.#takes.keys(), ...this.#bridges.keys()];
    for (const id of ids.sort((a, b) => b - a)) this.#stop(id);
  }

  press(key: string, millis: number): void {
    this.#post({ do: 'press', session: this.#options.session, key, millis });
  }

  dial(keys: string): void {
    this.#post({ do: 'dial', session: this.#options.session, keys });
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

  close(): Promise<SessionStatistics> {
    if (this.#state === 'alive') {
      this.#post({ do: 'close', session: this.#options.session });
      this.#state = 'closing';
    }
    return this.#closed.promise;
  }

  /** An event of this session. Returns whether it was the last. Ids nobody waits for are late and dropped. */
  handle(event: SessionEvent): boolean {
    if ('at' in event) this.#at = event.at;
    switch (event.on) {
      case 'opened':
        this.#port = event.port;
        this.opening.resolve('opened');
        return false;
      case 'key':
        this.#keysSeen += 1;
        this.#onKey?.(event.key, event.at);
        return false;
      case 'played':
        this.#plays.get(event.id)?.resolve({ endedBy: event.endedBy, at: event.at });
        this.#plays.delete(event.id);
        return false;
      case 'recorded': {
        const { on: _on, session: _session, id, ...take } = event;
        this.#takes.get(id)?.resolve(take);
        this.#takes.delete(id);
        return false;
      }
      case 'parted':
        this.#bridges.get(event.id)?.resolve({ endedBy: event.endedBy });
        this.#bridges.delete(event.id);
        return false;
      case 'silent':
        this.#onSilent?.(event.at);
        return false;
      case 'foreign':
        this.#onForeign?.({ negotiated: event.negotiated, from: event.from });
        return false;
      case 'closed':
        this.#over('hang-up', event.statistics);
        return true;
      case 'no ports':
        this.opening.resolve('no ports');
        this.#over('hang-up', UNKNOWN);
        return true;
      case 'broken':
        this.loseThrough(new ParleyError('MEDIA_LOST', 'the media session failed'));
        return true;
      default:
        throw new Bug(`unknown media event ${JSON.stringify(event satisfies never)}`);
    }
  }

  /** The session is gone through no act of ours. */
  loseThrough(error: ParleyError): void {
    if (this.#state === 'over') return;
    const closing = this.#state === 'closing';
    this.#over('failed', UNKNOWN);
    if (!closing) this.#lost.abort(error);
  }

  #over(endedBy: 'hang-up' | 'failed', statistics: SessionStatistics): void {
    this.#state = 'over';
    for (const played of this.#plays.values()) played.resolve({ endedBy: 'stopped', at: this.#at });
    for (const recorded of this.#takes.values()) recorded.resolve({ endedBy, millis: 0, soundMillis: 0, at: this.#at });
    for (const parted of this.#bridges.values()) parted.resolve({ endedBy: 'gone' });
    this.#plays.clear();
    this.#takes.clear();
    this.#bridges.clear();
    this.opening.resolve('lost');
    this.#closed.resolve(statistics);
  }

  #nothingRecorded(): RecordedTake {
    const endedBy = this.#lost.signal.aborted ? 'failed' : this.#state === 'alive' ? 'stopped' : 'hang-up';
    return { endedBy, millis: 0, soundMillis: 0, at: this.#at };
  }

  async #until<T>(work: Promise<T>, id: number, signal: AbortSignal | undefined): Promise<T> {
    if (!signal) return work;
    const stop = () => this.#stop(id);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await work;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #stop(id: number): void {
    this.#post({ do: 'stop', session: this.#options.session, id });
  }

  #post(command: MediaCommand): void {
    if (this.#state === 'alive') this.#options.post(command);
  }
}
