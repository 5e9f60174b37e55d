import { Worker } from 'node:worker_threads';
import { type Clock, defer, messageOf, ParleyError, type Timer } from '@parley/base';
import type { DtlsIdentities } from '../dtls/identity.ts';
import { settle } from '../engine/linux-sockets/index.ts';
import { MEDIA_THREAD } from './go-first.ts';
import type { MediaEvent } from './protocol.ts';
import { type RemoteOptions, RemoteSession } from './remote-session.ts';
import { SpareSessions } from './spare-sessions.ts';
import { threadArguments } from './thread-arguments.ts';
import {
  type ChannelMessage,
  type FromThread,
  isOwn,
  OWN_CHANNEL,
  type ThreadData,
  type ToThread,
} from './thread-messages.ts';

const LOOK_MILLIS = 500;
/** A thread that has told nothing for so many looks hangs. Looks, not time: while this process stood still, so did its clock. */
const MOST_SILENT_LOOKS = 20;
const SILENT_SECONDS = (LOOK_MILLIS * MOST_SILENT_LOOKS) / 1000;

/** How one thread is doing, told every half second, each time by another object. */
export type ThreadLoad = Pick<Extract<MediaEvent, { on: 'load' }>, 'sessions' | 'lateP75' | 'lateP99' | 'lateMax'>;

const NO_LOAD: ThreadLoad = { sessions: 0, lateP75: 0, lateP99: 0, lateMax: 0 };

export interface MediaThreadOptions {
  readonly entry: URL;
  readonly data: ThreadData;
  /** How many sessions there should be that wait for a call. */
  readonly spares: number;
  readonly identities: DtlsIdentities;
  readonly clock: Clock;
  /** A message of another channel. */
  onMessage(message: ChannelMessage): void;
  /** The thread died; its sessions know by then. Not called after `end`. */
  onLost(error: ParleyError): void;
}

/** One media worker from its start to its end or death; it is never started again, its owner makes a new one. */
export class MediaThread {
  /** The latest that it told; once it is dead, that it has nobody to be late for. */
  load: ThreadLoad = NO_LOAD;
  readonly #options: MediaThreadOptions;
  readonly #worker: Worker;
  /** All of them; `#spares` are among them. */
  readonly #sessions = new Map<number, RemoteSession>();
  readonly #spares: SpareSessions;
  readonly #ready = defer<void>();
  readonly #exited = defer<void>();
  #error: unknown;
  #estate: SharedArrayBuffer | undefined;
  #ending = false;
  #alive = true;
  #watching: Timer | undefined;
  #silentLooks = 0;

  constructor(options: MediaThreadOptions) {
    this.#options = options;
    const { thread, ports } = options.data.media;
    this.#spares = new SpareSessions(options.spares, ports);
    this.#worker = new Worker(options.entry, {
      workerData: options.data,
      name: `${MEDIA_THREAD}${thread}`,
      execArgv: threadArguments(),
    });
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', error => {
      this.#error = error;
    });
    this.#worker.on('exit', code => this.#exit(code));
    // Whoever does not ask whether it is ready hears of its death through `onLost`.
    this.#ready.promise.catch(() => undefined);
  }

  /** Sessions that are open or being opened for a call. */
  get sessions(): number {
    return this.#sessions.size - this.#spares.size;
  }

  /** Whether `openSpare` is called for. */
  get lacksSpare(): boolean {
    return this.alive && this.#spares.lacking(this.#options.clock.monotonic());
  }

  get alive(): boolean {
    return this.#alive && !this.#ending;
  }

  /** Resolves when its engine runs; rejects with `MEDIA_LOST` when it died before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** @param other numeric, to bind instead of the usual one. */
  open(session: number, other?: string): RemoteSession {
    const { thread, address: usual } = this.#options.data.media;
    const address = other ?? usual;
    const { identities } = this.#options;
    const post: RemoteOptions['post'] = command => this.post(command);
    const remote = new RemoteSession({ session, thread, address, home: this, identities, post });
    if (this.#alive) this.#sessions.set(session, remote);
    // It died since its owner chose it: nobody would ever answer.
    else remote.loseThrough(new ParleyError('MEDIA_LOST', `media thread ${thread} is dead`));
    return remote;
  }

  /** Opens a session for a call to come. */
  openSpare(session: number): void {
    this.#spares.add(this.open(session));
  }

  /** A session that waited for a call, its ports bound. */
  takeBound(): RemoteSession | undefined {
    return this.alive ? this.#spares.takeBound() : undefined;
  }

  /** As `takeBound`, or one whose `opening` is yet to come. */
  takeSpare(): RemoteSession | undefined {
    return this.alive ? this.#spares.takeAny() : undefined;
  }

  post(message: ToThread): void {
    if (this.#alive) this.#worker.postMessage(message);
  }

  /** Asks it to end its sessions and itself; kills it when `grace` aborts before that. Resolves when it is gone. */
  async end(grace: AbortSignal): Promise<void> {
    this.#ending = true;
    this.post({ channel: OWN_CHANNEL, say: 'end' });
    const kill = () => void this.#worker.terminate();
    grace.addEventListener('abort', kill, { once: true });
    await this.#exited.promise;
    grace.removeEventListener('abort', kill);
  }

  #receive(message: FromThread): void {
    if ('channel' in message) {
      if (!isOwn(message)) this.#options.onMessage(message);
      else if (message.say === 'ready') this.#begin(message.estate);
      return;
    }
    if (message.on === 'load') {
      this.load = message;
      this.#silentLooks = 0;
      return;
    }
    const session = this.#sessions.get(message.session);
    if (!session?.handle(message)) return;
    this.#sessions.delete(message.session);
    this.#spares.ended(session, this.#options.clock.monotonic());
  }

  #begin(estate: SharedArrayBuffer | undefined): void {
    this.#estate = estate;
    this.#ready.resolve();
    this.#watch();
  }

  /** A thread that hangs keeps its calls in silence and their recordings from whom they are for: dead, it gives both back. */
  #watch(): void {
    this.#watching = this.#options.clock.after(LOOK_MILLIS, () => {
      this.#silentLooks += 1;
      if (this.#silentLooks < MOST_SILENT_LOOKS) {
        this.#watch();
        return;
      }
      this.#error = new ParleyError('MEDIA_STUCK', `it hung: nothing was heard of it for ${SILENT_SECONDS} s`);
      void this.#worker.terminate();
    });
  }

  #exit(code: number): void {
    this.#alive = false;
    this.load = NO_LOAD;
    this.#watching?.cancel();
    // Before its successor needs their ports.
    const left = this.#estate && settle(this.#estate);
    const why = this.#error === undefined ? `exit code ${code}` : messageOf(this.#error);
    const error = new ParleyError(
      'MEDIA_LOST',
      `media thread ${this.#options.data.media.thread} died: ${why}${left ? `; its ports stay taken: ${left}` : ''}`,
      {
        cause: this.#error,
      },
    );
    for (const session of this.#sessions.values()) session.loseThrough(error);
    this.#sessions.clear();
    this.#spares.clear();
    this.#ready.reject(error);
    this.#exited.resolve();
    if (!this.#ending) this.#options.onLost(error);
  }
}
