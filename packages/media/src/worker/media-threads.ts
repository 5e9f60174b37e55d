import { isIP } from 'node:net';
import { Bug, type Clock, type Log, ParleyError, type Timer } from '@parley/base';
import { DtlsIdentities } from '../dtls/identity.ts';
import type { SocketKind } from '../engine/linux-sockets/index.ts';
import type { PortRange } from '../engine/port-pairs.ts';
import type { MediaSession } from './media-session.ts';
import { MediaThread, type ThreadLoad } from './media-thread.ts';
import type { ClipAudio } from './protocol.ts';
import type { RemoteSession } from './remote-session.ts';
import { sharePorts } from './share-ports.ts';
import type { ChannelMessage } from './thread-messages.ts';

/** A thread that died this soon after its start is started again only after `PAUSE_MILLIS`: it would die again. */
const SOON_MILLIS = 5000;
const PAUSE_MILLIS = 1000;
/** How long threads may take to end in order. */
const END_MILLIS = 10_000;
/** How long a call waits for the successor of a thread that died, when there is no other. */
const SUCCESSOR_MILLIS = 3000;
/** Sessions that wait for a call: this many a thread ... */
const SPARES = 16;
/** ... and those that were taken are replaced one by one, so that a burst of calls is not slowed by its own successors. */
const REFILL_MILLIS = 20;

/** What the media threads of a process are made of. */
export interface MediaThreadsOptions {
  /** Threads, 1 or more; as many as there are cores for media. */
  readonly count: number;
  /** Module that a thread runs; it calls `runEngine`. What it needs besides comes by `data`. */
  readonly entry: URL;
  /** Numeric address to bind; also what sessions tell as theirs. */
  readonly address: string;
  /** The same for the other address family (IPv6, when `address` is of IPv4); without one `open` finds no ports for it. */
  readonly address6?: string;
  /** All ports, both ends included, shared out among the threads: a session has an even one and the next. */
  readonly ports: PortRange;
  /** Nothing heard for so long is told by `onSilent`; 60,000 by default. */
  readonly silentMillis?: number;
  /** The way to the network; 'auto', the fastest that works here, by default. */
  readonly sockets?: SocketKind;
  /** While nothing is played, a packet of silence is sent this often; 20 by default (always). */
  readonly silenceEveryMillis?: number;
  /**
   * Sessions that each thread keeps with their ports bound, so that a call need not wait for that; 16 by default, 0: none. Never more than an eighth of
   * the thread's pairs of ports, and a call that finds no other ports gets them from whichever thread has one.
   */
  readonly spares?: number;
  /** What the entry gets as `data` of its `ThreadData`, asked again at each start. */
  readonly data?: (thread: number) => unknown;
  readonly clock: Clock;
  readonly log: Log;
  /** A thread died: its sessions are lost and say so, a new thread follows after this returned. The log it wrote may be recovered. */
  readonly onThreadLost?: (thread: number, error: ParleyError) => void;
}

/** What a session has to be like. */
export interface OpenOptions {
  /** On the thread of that session and no other, so that the two can be joined. */
  readonly beside?: MediaSession;
  /** The address family of the other side's media; 4 by default. */
  readonly family?: 4 | 6;
}

/** The media threads of a node: spreads sessions over them, gives them the clips, and replaces one that died. */
export class MediaThreads {
  readonly #options: MediaThreadsOptions;
  readonly #shares: readonly PortRange[];
  readonly #threads: MediaThread[] = [];
  readonly #startedAt: number[] = [];
  readonly #identities: DtlsIdentities;
  readonly #clips = new Map<number, ClipAudio>();
  readonly #handlers = new Map<number, (message: ChannelMessage) => void>();
  #nextSession = 1;
  #nextClip = 1;
  #closed = false;
  #waiting: (() => void)[] = [];
  #refilling: Timer | undefined;

  constructor(options: MediaThreadsOptions) {
    this.#options = options;
    this.#identities = new DtlsIdentities(options.clock);
    this.#shares = sharePorts(options.ports, options.count);
  }

  /** Starts the threads. Rejects with `MEDIA_LOST` when one cannot run, with `Bug` when they run already. */
  async start(): Promise<void> {
    if (this.#threads.length > 0) throw new Bug('the media threads run already');
    for (let thread = 0; thread < this.#options.count; thread++) this.#startThread(thread);
    await Promise.all(this.#threads.map(thread => thread.ready));
  }

  /**
   * A session on the thread that has the fewest, its ports bound; at once when that thread has a spare one. Rejects with `MEDIA_NO_PORTS` when no
   * thread has a free pair left, with `MEDIA_LOST` when there is no thread, and none follows soon, with `MEDIA_NO_FAMILY` for IPv6 without `address6`.
   */
  async open({ beside, family }: OpenOptions = {}): Promise<MediaSession> {
    this.#refillSoon();
    if (family === 6 && isIP(this.#options.address) !== 6) return this.#openSix(beside);
    if (beside) return this.#openBeside(beside);
    if (!this.#threads.some(thread => thread.alive)) await this.#successor();
    const untried = new Set(this.#threads.filter(thread => thread.alive));
    let lost = untried.size === 0;
    while (untried.size > 0) {
      const thread = [...untried].reduce((best, other) => (other.sessions < best.sessions ? other : best));
      untried.delete(thread);
      const session = thread.takeBound() ?? thread.open(this.#nextSession++);
      const opening = await session.opening.promise;
      if (opening === 'opened') return session;
      lost = opening === 'lost';
    }
    // The last ports may have become spares since this call first asked, or be about to.
    for (let late = this.#anySpare(); late; late = this.#anySpare())
      if ((await late.opening.promise) === 'opened') return late;
    if (lost) throw new ParleyError('MEDIA_LOST', 'no media thread is running');
    throw noPorts(this.#options.ports);
  }

  /** Sessions of the other family are few: none is kept in store for them. */
  async #openSix(beside: MediaSession | undefined): Promise<MediaSession> {
    const { address6, ports } = this.#options;
    if (address6 === undefined) throw new ParleyError('MEDIA_NO_FAMILY', 'there are no media sockets for IPv6');
    const alive = this.#threads.filter(each => each.alive);
    const least = alive.reduce((best, other) => (other.sessions < best.sessions ? other : best), alive[0]);
    const thread = beside ? this.#threads[beside.thread] : least;
    if (!thread?.alive || beside?.lost.aborted) throw new ParleyError('MEDIA_LOST', 'no media thread is running');
    const session = thread.open(this.#nextSession++, address6);
    const opening = await session.opening.promise;
    if (opening === 'opened') return session;
    if (opening === 'lost') throw new ParleyError('MEDIA_LOST', 'the media thread died');
    throw noPorts(ports);
  }

  async #openBeside({ thread: number, lost }: MediaSession): Promise<MediaSession> {
    const thread = this.#threads[number];
    // The thread of that number may be a successor already: the sessions of the dead one are lost.
    if (lost.aborted || !thread?.alive) throw new ParleyError('MEDIA_LOST', `media thread ${number} is dead`);
    const session = thread.takeBound() ?? thread.open(this.#nextSession++);
    let opening = await session.opening.promise;
    if (opening === 'opened') return session;
    // The last ports may have become spares.
    for (let late = thread.takeSpare(); late; late = thread.takeSpare()) {
      opening = await late.opening.promise;
      if (opening === 'opened') return late;
    }
    if (opening === 'lost') throw new ParleyError('MEDIA_LOST', `media thread ${number} died`);
    throw noPorts(this.#shares[number]);
  }

  /** Gives a clip to all threads, the present and the future ones; returns its number, from 1. */
  addClip(audio: ClipAudio): number {
    const clip = this.#nextClip++;
    this.#clips.set(clip, audio);
    for (const thread of this.#threads) thread.post({ do: 'add clip', clip, audio });
    return clip;
  }

  /** Forgets a clip; who plays it already plays it to the end. */
  dropClip(clip: number): void {
    if (!this.#clips.delete(clip)) return;
    for (const thread of this.#threads) thread.post({ do: 'drop clip', clip });
  }

  /** Sends a message of another channel to a thread; nobody gets it while that thread is dead. */
  post(thread: number, message: ChannelMessage): void {
    this.#threads[thread]?.post(message);
  }

  /** Who gets the messages of other channels that a thread sends, its successors included. One handler a thread. */
  onMessage(thread: number, handler: (message: ChannelMessage) => void): void {
    this.#handlers.set(thread, handler);
  }

  /** How each thread did in the last second, for metrics and admission. */
  loads(): readonly ThreadLoad[] {
    return this.#threads.map(thread => thread.load);
  }

  /** Sessions that are open. */
  get sessions(): number {
    return this.#threads.reduce((sum, thread) => sum + thread.sessions, 0);
  }

  /** Ends all sessions and threads; those that do not end in order within 10 s are killed. Idempotent. They keep the process alive until then. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#refilling?.cancel();
    const grace = new AbortController();
    const timer = this.#options.clock.after(END_MILLIS, () => grace.abort());
    await Promise.all(this.#threads.map(thread => thread.end(grace.signal)));
    timer.cancel();
  }

  #startThread(thread: number): void {
    const {
      entry,
      address,
      silentMillis = 60_000,
      silenceEveryMillis = 20,
      sockets = 'auto',
      spares = SPARES,
      data,
      clock,
    } = this.#options;
    this.#startedAt[thread] = clock.monotonic();
    const started = new MediaThread({
      entry,
      data: {
        media: { thread, address, ports: this.#shares[thread], silentMillis, silenceEveryMillis, sockets },
        data: data?.(thread),
      },
      spares,
      identities: this.#identities,
      clock,
      onMessage: message => this.#handlers.get(thread)?.(message),
      onLost: error => this.#replace(thread, error),
    });
    this.#threads[thread] = started;
    for (const [clip, audio] of this.#clips) started.post({ do: 'add clip', clip, audio });
    for (const go of this.#waiting.splice(0)) go();
    this.#refillSoon();
  }

  #anySpare(): RemoteSession | undefined {
    for (const thread of this.#threads) {
      const spare = thread.takeSpare();
      if (spare) return spare;
    }
    return undefined;
  }

  /** One spare for each thread that lacks one, again and again until none does. */
  #refillSoon(): void {
    if (this.#refilling || this.#closed) return;
    this.#refilling = this.#options.clock.after(REFILL_MILLIS, () => {
      this.#refilling = undefined;
      const lacking = this.#threads.filter(thread => thread.lacksSpare);
      for (const thread of lacking) thread.openSpare(this.#nextSession++);
      if (lacking.length > 0) this.#refillSoon();
    });
  }

  /** Resolves when a thread is started, or none was within the time. */
  #successor(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise(resolve => {
      const patience = this.#options.clock.after(SUCCESSOR_MILLIS, resolve);
      this.#waiting.push(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  #replace(thread: number, error: ParleyError): void {
    const { clock, log, onThreadLost } = this.#options;
    log.error('media thread lost', { thread, error });
    onThreadLost?.(thread, error);
    const soon = clock.monotonic() - this.#startedAt[thread] < SOON_MILLIS;
    clock.after(soon ? PAUSE_MILLIS : 0, () => {
      if (!this.#closed) this.#startThread(thread);
    });
  }
}

/** The thread knows more: why the system did not give it a port. */
function noPorts({ from, to }: PortRange): ParleyError {
  const all = `no pair of media ports from ${from} to ${to} is free, or none can be bound`;
  return new ParleyError('MEDIA_NO_PORTS', `${all}: then the line "media port not bound" says why`);
}
