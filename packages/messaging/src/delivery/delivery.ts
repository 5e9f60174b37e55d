import { type Clock, type Log, messageOf } from '@parley/base';
import type { Delivery } from '@parley/mail-store';
import type { Courier, DeliveryJob } from './job.ts';
import { Breaker, GIVE_UP_MILLIS, retryDelay } from './retry.ts';

/** Something in the spool that waits to be delivered. */
export interface WaitingItem {
  readonly id: string;
  /** Wall time at which it was sealed, milliseconds since 1970. */
  readonly sealedAt: number;
  /** Length of its sound; 0 for a notice. */
  readonly millis: number;
  /** A delivery was begun before and its end is not known: look before writing. */
  readonly repeated: boolean;
}

/** What delivery needs of the spool. */
export interface Outbox {
  /** Written before a delivery is tried. */
  delivering(id: string): Promise<void>;
  /** Resolves when the fact is on the disk; the item's sound may go. */
  delivered(id: string): Promise<void>;
  /** It could not be delivered this time, for a reason that will pass. */
  deferred(id: string, why: string): Promise<void>;
  /** A permanent refusal; resolves with how many there have been. */
  refused(id: string, why: string): Promise<number>;
  /** Nobody will take it: kept for a person. */
  dead(id: string, why: string): Promise<void>;
}

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly courier: Courier;
  /**
   * The job for an item, looked up anew at each try; a sentence when its mailbox is gone, or when nobody wants it any more;
   * 'over' when the spool knows that it was delivered, although it could not say so at once.
   */
  readonly jobFor: (
    item: WaitingItem,
  ) => Promise<DeliveryJob | { readonly refused: string } | { readonly unwanted: string } | 'over'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Jobs at once. */
  readonly atOnce: number;
  readonly onDelivered?: (item: WaitingItem, seconds: number) => void;
}

interface Entry {
  readonly item: WaitingItem;
  attempts: number;
  /** Monotonic time before which it is not tried. */
  dueAt: number;
  running: boolean;
}

/**
 * The way from the spool into the mailbox: every item is tried until it is there or dead, never dropped. Deliveries are
 * idempotent by Message-ID, so an unknown outcome is simply tried again.
 */
export class DeliveryQueue {
  readonly #options: DeliveryOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #breaker = new Breaker();
  /** Counted as items come and go: admission asks at every call. */
  #waitingMillis = 0;
  #running = 0;
  #timer: { cancel(): void } | undefined;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Seconds of recorded sound that wait. */
  get backlogSeconds(): number {
    return this.#waitingMillis / 1000;
  }

  add(item: WaitingItem): void {
    if (this.#closed || this.#entries.has(item.id)) return;
    this.#entries.set(item.id, { item, attempts: 0, dueAt: this.#options.clock.monotonic(), running: false });
    this.#waitingMillis += item.millis;
    this.#pump();
  }

  /** Milliseconds until an item is tried again at the earliest, 0 while it is; undefined when it is not waiting here. */
  dueMillis(id: string): number | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    const now = this.#options.clock.monotonic();
    return entry.running ? 0 : Math.max(0, entry.dueAt - now, this.#breaker.openMillis(now));
  }

  /** Tries an item at once instead of when its turn comes. */
  hurry(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) entry.dueAt = this.#options.clock.monotonic();
    this.#pump();
  }

  /** Starts no new tries and resolves when those under way are over. What is left waits in the spool. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    if (this.#running > 0) await new Promise<void>(resolve => this.#idle.push(resolve));
  }

  #pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed) return;
    const now = this.#options.clock.monotonic();
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      if (entry.running) continue;
      if (this.#running >= this.#options.atOnce) return;
      const wait = entry.dueAt > now ? entry.dueAt - now : this.#breaker.wait(now);
      if (wait > 0) next = Math.min(next, wait);
      else this.#start(entry);
    }
    if (next < Number.POSITIVE_INFINITY) this.#timer = this.#options.clock.after(next, () => this.#pump());
  }

  #start(entry: Entry): void {
    entry.running = true;
    entry.attempts++;
    this.#running++;
    void this.#try(entry).then(() => {
      entry.running = false;
      this.#running--;
      this.#pump();
      if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
    });
  }

  /** Never rejects: whatever goes wrong here leaves the item waiting. */
  async #try(entry: Entry): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const outcome = await this.#deliver(entry);
      if (outcome === 'over') this.#forget(entry);
      else if ('unwanted' in outcome) await this.#unwanted(entry, outcome.unwanted);
      else if (outcome.outcome === 'delivered') await this.#finished(entry, outcome.path);
      else if (outcome.outcome === 'refused') await this.#refused(entry, outcome.why);
      else await this.#deferred(entry, outcome.why);
    } catch (error) {
      log.error('delivery could not be tried', { id: entry.item.id, attempts: entry.attempts, error });
      this.#breaker.failed(clock.monotonic());
      entry.dueAt = clock.monotonic() + retryDelay(entry.attempts, this.#options.random());
    }
  }

  async #deliver(entry: Entry): Promise<Delivery | { readonly unwanted: string } | 'over'> {
    const { item, attempts } = entry;
    const job = await this.#options.jobFor(item.repeated || attempts === 1 ? item : { ...item, repeated: true });
    if (job === 'over' || 'unwanted' in job) return job;
    if ('refused' in job) return { outcome: 'refused', why: job.refused };
    await this.#options.outbox.delivering(item.id);
    this.#options.log.info('delivering', { id: item.id, attempt: attempts });
    try {
      return await this.#options.courier.deliver(job);
    } catch (error) {
      return { outcome: 'deferred', why: messageOf(error) };
    }
  }

  async #finished(entry: Entry, path: string): Promise<void> {
    const { item, attempts } = entry;
    const { outbox, clock, log } = this.#options;
    this.#breaker.succeeded();
    await outbox.delivered(item.id);
    this.#forget(entry);
    const seconds = Math.max(0, (clock.wall() - item.sealedAt) / 1000);
    log.info('delivered', { id: item.id, attempts, seconds, path });
    this.#options.onDelivered?.(item, seconds);
  }

  /** Nobody is to get it: it leaves the spool like a delivered one. */
  async #unwanted(entry: Entry, why: string): Promise<void> {
    const { id } = entry.item;
    await this.#options.outbox.delivered(id);
    this.#forget(entry);
    this.#options.log.info('not delivered: nobody wants it', { id, why });
  }

  async #refused(entry: Entry, why: string): Promise<void> {
    const times = await this.#options.outbox.refused(entry.item.id, why);
    // A permanent refusal is usually a mistake in a configuration: it is asked a second time before it is believed.
    if (times < 2) return this.#later(entry, 'refused once', why);
    await this.#bury(entry, why);
  }

  async #deferred(entry: Entry, why: string): Promise<void> {
    const { clock } = this.#options;
    this.#breaker.failed(clock.monotonic());
    if (clock.wall() - entry.item.sealedAt > GIVE_UP_MILLIS) return this.#bury(entry, why);
    this.#later(entry, 'deferred', why);
    await this.#options.outbox.deferred(entry.item.id, why);
  }

  #later(entry: Entry, event: string, why: string): void {
    const { clock, log, random } = this.#options;
    const delay = retryDelay(entry.attempts, random());
    entry.dueAt = clock.monotonic() + delay;
    log.warn(event, { id: entry.item.id, attempts: entry.attempts, why, againInSeconds: Math.round(delay / 1000) });
  }

  #forget({ item }: Entry): void {
    if (this.#entries.delete(item.id)) this.#waitingMillis -= item.millis;
  }

  async #bury(entry: Entry, why: string): Promise<void> {
    await this.#options.outbox.dead(entry.item.id, why);
    this.#forget(entry);
    this.#options.log.error('dead letter: nobody would take it; see "parley spool show" and "parley spool retry"', {
      id: entry.item.id,
      why,
    });
  }
}
