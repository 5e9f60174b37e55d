import type { Mailbox } from '@parley/schema';

/** What may be kept at most. */
export interface CacheBounds {
  /** Mailboxes. */
  readonly mailboxes: number;
  /** Bytes of the heap that those take, estimated. */
  readonly bytes: number;
  /** Questions that are known to have no answer. */
  readonly absent: number;
}

/** A mailbox as it is kept. */
export interface KeptMailbox {
  readonly mailbox: Mailbox;
  /** Nothing has been heard of a change since it was read. */
  readonly fresh: boolean;
}

interface Entry {
  readonly mailbox: Mailbox;
  readonly keys: readonly string[];
  readonly bytes: number;
  /** The generation in which it was read; -1 when it is known to have changed since. */
  generation: number;
  /** Asked for since it was last passed over. */
  used: boolean;
}

const CHANGED = -1;

/** Entries that are passed over for one that leaves: what a call may wait for. */
const MOST_CHANCES = 16;

/**
 * What one mailbox costs beside its document, and what a character of that costs: measured by `bench/directory` (an object with all its
 * defaults, its keys, its places in two maps).
 */
const BYTES_A_MAILBOX = 600;
const BYTES_A_CHARACTER = 2;

/**
 * Mailboxes in memory; the oldest leave, but those that were asked for are passed over once (a "second chance": a hit costs a flag, no
 * list is kept in order). Nothing is taken out for being old: an old answer is better than none while
 * the database is away. What is known to be absent has bounds of its own, so that whoever dials through all numbers pushes out
 * nothing but his own; and it is not believed when it is old, since a new mailbox would be refused for good.
 */
export class MailboxCache {
  readonly #bounds: CacheBounds;
  readonly #byId = new Map<string, Entry>();
  readonly #ids = new Map<string, string>();
  readonly #absent = new Set<string>();
  #generation = 0;
  #bytes = 0;
  #evicted = 0;

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#byId.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get absent(): number {
    return this.#absent.size;
  }

  /** How many have left for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  /** @param key of a question. */
  find(key: string): KeptMailbox | undefined {
    const id = this.#ids.get(key) ?? key;
    const entry = this.#byId.get(id);
    if (!entry) return undefined;
    entry.used = true;
    return { mailbox: entry.mailbox, fresh: entry.generation === this.#generation };
  }

  isAbsent(key: string): boolean {
    return this.#absent.has(key);
  }

  /** @param length characters of its document; `fresh` is false for what was read before the last change was heard of. */
  keep(
    mailbox: Mailbox,
    { keys, length, fresh }: { readonly keys: readonly string[]; readonly length: number; readonly fresh: boolean },
  ): void {
    const { id } = mailbox;
    const before = this.#byId.get(id);
    if (!fresh && before?.generation === this.#generation) return;
    this.drop(id);
    const bytes = BYTES_A_MAILBOX + BYTES_A_CHARACTER * length;
    this.#byId.set(id, { mailbox, keys, bytes, generation: fresh ? this.#generation : CHANGED, used: false });
    for (const key of keys) {
      this.#ids.set(key, id);
      this.#absent.delete(key);
    }
    this.#bytes += bytes;
    this.#evict(id);
  }

  keepAbsent(key: string): void {
    this.#absent.delete(key);
    this.#absent.add(key);
    for (const oldest of this.#absent) {
      if (this.#absent.size <= this.#bounds.absent) break;
      this.#absent.delete(oldest);
    }
  }

  /** It has changed, or was made, and is not read yet. Whatever was absent may be there now. */
  doubt(id: string): void {
    const entry = this.#byId.get(id);
    if (entry) entry.generation = CHANGED;
    this.#absent.clear();
  }

  /** Anything may have changed. */
  doubtAll(): void {
    this.#generation++;
    this.#absent.clear();
  }

  /** It is gone. */
  drop(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#byId.delete(id);
    this.#bytes -= entry.bytes;
    for (const key of entry.keys) if (this.#ids.get(key) === id) this.#ids.delete(key);
  }

  /** Takes away what was not read since the last `doubtAll`: all that is there has been read again. */
  dropOld(): void {
    for (const [id, entry] of this.#byId) if (entry.generation !== this.#generation) this.drop(id);
  }

  /** @param newest has just come, and leaves only when it is too large by itself. */
  #evict(newest: string): void {
    let chances = MOST_CHANCES;
    for (const [oldest, entry] of this.#byId) {
      const { size } = this.#byId;
      if (size <= this.#bounds.mailboxes && this.#bytes <= this.#bounds.bytes) break;
      if ((entry.used && chances-- > 0) || (oldest === newest && size > 1)) {
        entry.used = false;
        this.#byId.delete(oldest);
        this.#byId.set(oldest, entry);
      } else {
        this.drop(oldest);
        this.#evicted++;
      }
    }
  }
}
