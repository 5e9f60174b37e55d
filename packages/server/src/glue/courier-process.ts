import { type ChildProcess, fork } from 'node:child_process';
import { type Deferred, defer, type Log, messageOf } from '@parley/base';
import type { Delivery } from '@parley/mail-store';
import type { MaildirOptions } from '@parley/mail-store/maildir';
import type { Courier, DeliveryJob } from '@parley/messaging';
import type { AudioPiece } from '@parley/spool';
import type { FromDelivery, ToDelivery } from './delivery-process.ts';

export interface CourierProcessOptions {
  readonly maildir: MaildirOptions;
  /** The sound of an item, from the spool. */
  readonly audio: (id: string) => AsyncIterable<AudioPiece>;
  readonly log: Log;
}

/**
 * The courier as a process of its own, of low priority. It is started with the first job and again when it died; the jobs it had
 * are deferred, and tried again like any other.
 */
export class CourierProcess implements Courier {
  readonly #options: CourierProcessOptions;
  readonly #waiting = new Map<string, Deferred<Delivery>>();
  #child: ChildProcess | undefined;
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
    const done = defer<Delivery>();
    this.#waiting.set(job.id, done);
    const child = this.#running();
    try {
      await post(child, { say: 'job', job });
      if (job.envelope.type === 'voice') await this.#sendSound(child, job.id);
    } catch (error) {
      this.#waiting.delete(job.id);
      return { outcome: 'deferred', why: messageOf(error) };
    }
    return done.promise;
  }

  async #sendSound(child: ChildProcess, id: string): Promise<void> {
    try {
      for await (const piece of this.#options.audio(id)) await post(child, { say: 'piece', id, piece });
    } catch (error) {
      await post(child, { say: 'end', id, failed: messageOf(error) });
      throw error;
    }
    await post(child, { say: 'end', id });
  }

  /** Ends the process; what it had under way is deferred. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.disconnect();
    await gone;
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
    });
    child.on('error', error => log.error('delivery process', { error }));
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      if (!this.#closed)
        log.error('delivery process ended; a new one is started for the next message', { code, signal });
      for (const [id, done] of this.#waiting)
        done.resolve({
          outcome: 'deferred',
          why: `the delivery process ended with ${signal ?? code} while it had ${id}`,
        });
      this.#waiting.clear();
    });
    return child;
  }
}

/** Resolves when the message was handed over, so that a long recording does not pile up in memory. */
function post(child: ChildProcess, message: ToDelivery): Promise<void> {
  return new Promise((resolve, reject) => {
    child.send(message, error => (error ? reject(error) : resolve()));
  });
}
