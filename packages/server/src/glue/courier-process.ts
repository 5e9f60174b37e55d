import { type ChildProcess, fork } from 'node:child_process';
import { type Clock, type Deferred, defer, type Log, messageOf, type Timer } from '@parley/base';
import type { Delivery } from '@parley/mail-store';
import type { MaildirOptions } from '@parley/mail-store/maildir';
import type { Courier, DeliveryJob } from '@parley/messaging';
import type { LentAudio } from '@parley/spool';
import type { FromDelivery, ToDelivery } from './delivery-process.ts';

/** A process that answers nothing and takes nothing for so long hangs (a network disk does that to it) and is killed. */
const PATIENCE_MILLIS = 15 * 60_000;
/** How long the process may take to end by itself. */
const END_MILLIS = 10_000;

export interface CourierProcessOptions {
  readonly maildir: MaildirOptions;
  /** Where the sound of an item lies in the spool; given back when its delivery is over. */
  readonly lend: (id: string) => LentAudio;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The courier as a process of its own, of low priority. It is started with the first job and again when it died; the jobs it had
 * are deferred, and tried again like any other; so are those of one that could not be started.
 */
export class CourierProcess implements Courier {
  readonly #options: CourierProcessOptions;
  readonly #waiting = new Map<string, Deferred<Delivery>>();
  #child: ChildProcess | undefined;
  #patience: Timer | undefined;
  #closed = false;

  constructor(options: CourierProcessOptions) {
    this.#options = options;
  }

  /** Process number, for metrics and tests; undefined while none runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async deliver(job: DeliveryJob): Promise<Delivery> {
    if (this.#closed) return { outcome: 'deferred', why: 'the server is ending' };
    try {
      const lent = job.envelope.type === 'voice' ? this.#options.lend(job.id) : undefined;
      try {
        return await this.#handOver({ job, ...(lent && { sound: lent.loan }) });
      } finally {
        lent?.giveBack();
      }
    } catch (error) {
      this.#waiting.delete(job.id);
      this.#watch();
      return { outcome: 'deferred', why: messageOf(error) };
    }
  }

  async #handOver(message: ToDelivery): Promise<Delivery> {
    const done = defer<Delivery>();
    this.#waiting.set(message.job.id, done);
    const child = this.#running();
    this.#watch();
    await post(child, message);
    return done.promise;
  }

  /** Ends the process; what it had under way is deferred. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
    const limit = this.#options.clock.after(END_MILLIS, () => child.kill('SIGKILL'));
    if (child.connected) child.disconnect();
    await gone;
    limit.cancel();
  }

  #running(): ChildProcess {
    if (this.#child) return this.#child;
    const { maildir, log } = this.#options;
    const child = fork(new URL('./delivery-process.ts', import.meta.url), [JSON.stringify(maildir)], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (message: FromDelivery) => {
      this.#waiting.get(message.id)?.resolve(message.delivery);
      this.#waiting.delete(message.id);
      this.#watch();
    });
    child.on('error', error => {
      log.error('delivery process', { error });
      // One that could not be started has no end to tell of.
      if (child.pid === undefined) this.#gone(child, `the delivery process could not be started: ${messageOf(error)}`);
    });
    child.once('exit', (code, signal) => {
      if (!this.#closed)
        log.error('delivery process ended; a new one is started for the next message', { code, signal });
      this.#gone(child, `the delivery process ended with ${signal ?? code}`);
    });
    return child;
  }

  #gone(child: ChildProcess, why: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#patience?.cancel();
    for (const [id, done] of this.#waiting) done.resolve({ outcome: 'deferred', why: `${why} while it had ${id}` });
    this.#waiting.clear();
  }

  /** The process has shown that it works; as long as it has jobs it has to show it again. */
  #watch(): void {
    this.#patience?.cancel();
    const child = this.#child;
    if (!child || this.#waiting.size === 0) return;
    this.#patience = this.#options.clock.after(PATIENCE_MILLIS, () => {
      this.#options.log.error('delivery process hangs and is killed', { jobs: this.#waiting.size });
      child.kill('SIGKILL');
    });
  }
}

/** Resolves when the message was handed over. */
function post(child: ChildProcess, message: ToDelivery): Promise<void> {
  return new Promise((resolve, reject) => {
    child.send(message, error => (error ? reject(error) : resolve()));
  });
}
