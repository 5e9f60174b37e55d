import { type Clock, ParleyError } from '@parley/base';
import type { Binding, Bindings } from './bindings.ts';
import { type Expiring, ExpiryWheel } from './expiry-wheel.ts';

/** What is registered for one address-of-record. */
interface Entry extends Expiring {
  readonly aor: string;
  bindings: readonly Binding[];
}

/** How many bindings there may be. */
export interface MemoryBindingsOptions {
  readonly clock: Clock;
  /** Most bindings at once; 4,000,000 when left out. */
  readonly most?: number;
}

const NONE: readonly Binding[] = [];
const MOST = 4_000_000;

/** Bindings in this process: every question in constant time, one timer for all of them. What has expired is forgotten within two seconds. */
export class MemoryBindings implements Bindings {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #entries = new Map<string, Entry>();
  /** By URN; most devices are registered for one address. */
  readonly #instances = new Map<string, Entry | Set<Entry>>();
  readonly #wheel: ExpiryWheel<Entry>;
  #count = 0;

  constructor({ clock, most = MOST }: MemoryBindingsOptions) {
    this.#clock = clock;
    this.#most = most;
    this.#wheel = new ExpiryWheel<Entry>({ clock, due: entry => this.#due(entry) });
  }

  /** Bindings that are kept. */
  get size(): number {
    return this.#count;
  }

  of(aor: string): readonly Binding[] {
    const entry = this.#entries.get(aor);
    return entry ? this.#holding(entry.bindings) : NONE;
  }

  addressesOf(instance: string): readonly string[] {
    const found = this.#instances.get(instance);
    if (!found) return [];
    const entries = found instanceof Set ? [...found] : [found];
    return entries.filter(({ aor }) => this.of(aor).some(one => one.instance === instance)).map(({ aor }) => aor);
  }

  change(aor: string, decide: (present: readonly Binding[]) => readonly Binding[]): readonly Binding[] {
    const entry = this.#entries.get(aor);
    const present = entry ? this.#holding(entry.bindings) : NONE;
    const wanted = decide(present);
    if (wanted === present) return present;
    const added = wanted.length - (entry?.bindings.length ?? 0);
    if (added > 0 && this.#count + added > this.#most)
      throw new ParleyError('SIP_BINDINGS_FULL', `There are ${this.#most} registrations, as many as are allowed.`);
    this.#keep(entry ?? { aor, bindings: NONE, bucket: 0 }, wanted);
    return wanted;
  }

  #keep(entry: Entry, wanted: readonly Binding[]): void {
    const before = entry.bindings;
    this.#count += wanted.length - before.length;
    entry.bindings = wanted;
    this.#index(entry, before);
    if (wanted.length === 0) {
      this.#entries.delete(entry.aor);
      this.#wheel.remove(entry);
      return;
    }
    if (before.length === 0) this.#entries.set(entry.aor, entry);
    this.#wheel.put(entry, firstEnd(wanted));
  }

  #due(entry: Entry): number | undefined {
    this.#keep(entry, this.#holding(entry.bindings));
    return entry.bindings.length > 0 ? firstEnd(entry.bindings) : undefined;
  }

  /** The same array when none has expired. */
  #holding(bindings: readonly Binding[]): readonly Binding[] {
    const now = this.#clock.wall();
    return bindings.every(({ expiresAt }) => expiresAt > now) ? bindings : bindings.filter(one => one.expiresAt > now);
  }

  #index(entry: Entry, before: readonly Binding[]): void {
    for (const { instance } of before)
      if (instance !== undefined && !has(entry.bindings, instance)) this.#leave(instance, entry);
    for (const { instance } of entry.bindings)
      if (instance !== undefined && !has(before, instance)) this.#enter(instance, entry);
  }

  #enter(instance: string, entry: Entry): void {
    const present = this.#instances.get(instance);
    if (present instanceof Set) present.add(entry);
    else this.#instances.set(instance, present && present !== entry ? new Set([present, entry]) : entry);
  }

  #leave(instance: string, entry: Entry): void {
    const present = this.#instances.get(instance);
    if (present instanceof Set) present.delete(entry);
    if (present === entry || (present instanceof Set && present.size === 0)) this.#instances.delete(instance);
  }
}

function firstEnd(bindings: readonly Binding[]): number {
  return bindings.reduce((first, { expiresAt }) => Math.min(first, expiresAt), Number.POSITIVE_INFINITY);
}

const has = (bindings: readonly Binding[], instance: string): boolean =>
  bindings.some(one => one.instance === instance);
