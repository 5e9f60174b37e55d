import {
  type Clock,
  type Deferred,
  defer,
  type Log,
  messageOf,
  ParleyError,
  silentLog,
  type Timer,
} from '@parley/base';
import type { SpeechEngine, Spoken } from '../speech.ts';
import type { VoiceFrame } from './framing.ts';
import { VoiceProgram } from './voice-program.ts';

/** How a voice in a program of its own is run. */
export interface ProcessVoiceOptions {
  /** For the cache and the log, with its version: another name renders everything again. */
  readonly name: string;
  /** BCP 47 tags it speaks. */
  readonly languages: readonly string[];
  /** Program and arguments; for a TypeScript entry `[process.execPath, entry]`. */
  readonly command: readonly [string, ...string[]];
  readonly clock: Clock;
  readonly log?: Log;
  /** Longest time for one text, milliseconds; 10,000 by default. */
  readonly requestMillis?: number;
  /** The program is ended when it was not needed for so long, milliseconds; 10 minutes by default. */
  readonly idleMillis?: number;
}

interface Job {
  readonly text: string;
  readonly language: string;
  readonly done: Deferred<Spoken>;
  /** Programs that died while they had it. */
  deaths: number;
  /** Nobody waits for it any more. */
  withdrawn: boolean;
}

const LONGEST_TEXT = 4000;
const LONGEST_QUEUE = 256;
/** A text that took two programs with it is not tried on a third. */
const MOST_DEATHS = 2;
const FIRST_REST = 200;
const LONGEST_REST = 60_000;
/** While the program rests longer than this, requests fail at once: the next voice can have them. */
const WORTH_WAITING = 2000;

/**
 * A voice in a program of its own, spoken to over standard input and output. It is started by the first request, answers one
 * at a time, and is started again, ever later, when it dies, hangs or talks nonsense. It cannot take the server with it.
 */
export class ProcessVoice implements SpeechEngine {
  readonly name: string;
  readonly languages: readonly string[];
  readonly #options: ProcessVoiceOptions;
  readonly #log: Log;
  readonly #queue: Job[] = [];
  #program: VoiceProgram | undefined;
  #current: { readonly id: number; readonly job: Job; readonly timer: Timer } | undefined;
  #idle: Timer | undefined;
  #rest: { readonly until: number; readonly timer: Timer } | undefined;
  #restMillis = FIRST_REST;
  #lastId = 0;
  #closed = false;

  constructor(options: ProcessVoiceOptions) {
    this.name = options.name;
    this.languages = options.languages;
    this.#options = options;
    this.#log = (options.log ?? silentLog).with({ voice: options.name });
  }

  /** Process id of the program while one runs. */
  get pid(): number | undefined {
    return this.#program?.pid;
  }

  async speak(text: string, language: string, options: { readonly signal?: AbortSignal } = {}): Promise<Spoken> {
    const { signal } = options;
    signal?.throwIfAborted();
    this.#refuse(text, language);
    const job: Job = { text, language, done: defer<Spoken>(), deaths: 0, withdrawn: false };
    const onAbort = () => this.#withdraw(job, signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(job);
    this.#next();
    try {
      return await job.done.promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rest?.timer.cancel();
    this.#idle?.cancel();
    for (const job of this.#queue.splice(0))
      job.done.reject(new ParleyError('VOICE_CLOSED', `${this.name} was closed`));
    await this.#program?.close();
  }

  #refuse(text: string, language: string): void {
    if (this.#closed) throw new ParleyError('VOICE_CLOSED', `${this.name} was closed`);
    if (!this.languages.includes(language))
      throw new ParleyError('VOICE_LANGUAGE', `${this.name} does not speak ${language}`);
    if (text.length > LONGEST_TEXT)
      throw new ParleyError('VOICE_TEXT', `a text of ${text.length} characters; at most ${LONGEST_TEXT} can be spoken`);
    if (this.#queue.length >= LONGEST_QUEUE)
      throw new ParleyError('VOICE_BUSY', `${this.name} has ${LONGEST_QUEUE} texts to speak`);
    const left = (this.#rest?.until ?? 0) - this.#options.clock.monotonic();
    if (left > WORTH_WAITING)
      throw new ParleyError(
        'VOICE_RESTING',
        `${this.name} failed repeatedly and is started again in ${Math.ceil(left / 1000)} s`,
      );
  }

  /** The answer to what is being spoken is awaited all the same: the program takes one text at a time. */
  #withdraw(job: Job, reason: unknown): void {
    const place = this.#queue.indexOf(job);
    if (place >= 0) this.#queue.splice(place, 1);
    job.withdrawn = true;
    job.done.reject(reason);
  }

  #next(): void {
    if (this.#current || this.#rest || this.#closed) return;
    const job = this.#queue.shift();
    this.#idle?.cancel();
    if (!job) {
      this.#rearmIdle();
      return;
    }
    const id = ++this.#lastId;
    const { clock, requestMillis = 10_000 } = this.#options;
    const timer = clock.after(requestMillis, () => this.#program?.kill(`gave no answer within ${requestMillis} ms`));
    this.#current = { id, job, timer };
    try {
      this.#program ??= this.#start();
      this.#program.ask({ id, text: job.text, language: job.language });
    } catch (error) {
      // No more processes or descriptors: like a program that dies at its start.
      this.#failed(
        new ParleyError('VOICE_FAILED', `${this.name} cannot be started: ${messageOf(error)}`, { cause: error }),
      );
    }
  }

  #start(): VoiceProgram {
    const program: VoiceProgram = new VoiceProgram(
      this.#options.command,
      { onFrame: frame => this.#onFrame(frame), onGone: reason => this.#onGone(program, reason) },
      this.#log,
    );
    this.#log.debug('voice program started', { pid: program.pid });
    return program;
  }

  #onFrame(frame: VoiceFrame): void {
    if (frame.kind === 'greeting') return;
    if (frame.id !== this.#current?.id) {
      this.#program?.kill(`answered ${frame.id}, which was not asked`);
      return;
    }
    const { job, timer } = this.#current;
    timer.cancel();
    this.#current = undefined;
    this.#restMillis = FIRST_REST;
    if (frame.kind === 'spoken') job.done.resolve(frame.spoken);
    else job.done.reject(new ParleyError('VOICE_FAILED', `${this.name}: ${frame.reason}`));
    this.#next();
  }

  #onGone(program: VoiceProgram, reason: ParleyError): void {
    if (this.#program !== program) return;
    this.#program = undefined;
    this.#failed(reason);
  }

  /** What it was speaking is tried once more; then the program rests, twice as long each time until an answer comes. */
  #failed(reason: ParleyError): void {
    const current = this.#current;
    this.#current = undefined;
    current?.timer.cancel();
    if (current) this.#tryAgain(current.job, reason);
    if (this.#closed) return;
    this.#log.warn('voice program gone', { reason: reason.message, restMillis: this.#restMillis });
    const { clock } = this.#options;
    const timer = clock.after(this.#restMillis, () => {
      this.#rest = undefined;
      this.#next();
    });
    this.#rest = { until: clock.monotonic() + this.#restMillis, timer };
    if (this.#restMillis > WORTH_WAITING) for (const job of this.#queue.splice(0)) job.done.reject(reason);
    this.#restMillis = Math.min(LONGEST_REST, this.#restMillis * 2);
  }

  #tryAgain(job: Job, reason: ParleyError): void {
    job.deaths++;
    if (job.deaths >= MOST_DEATHS || job.withdrawn || this.#closed) job.done.reject(reason);
    else this.#queue.unshift(job);
  }

  #rearmIdle(): void {
    if (!this.#program) return;
    this.#idle = this.#options.clock.after(this.#options.idleMillis ?? 600_000, () => {
      const program = this.#program;
      this.#program = undefined;
      program?.kill('not needed');
    });
  }
}
