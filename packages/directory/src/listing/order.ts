import { definitionOf, type Kind, problem } from '@parley/schema';
import { ObjectInvalid, type Sort } from '../objects.ts';

type Values = Readonly<Record<string, unknown>>;
type Key = string | number;

/** An object with what it is sorted by. */
export interface Sorted {
  readonly keys: readonly Key[];
  readonly id: string;
}

const MOST_SORTED = 8;

/** The order of a listing. */
export class Order {
  readonly name: string;
  readonly #sort: readonly Sort[];

  constructor(kind: Kind, sort: readonly Sort[]) {
    const { properties } = definitionOf(kind);
    for (const { property } of sort.slice(0, MOST_SORTED + 1))
      if (!Object.hasOwn(properties, property))
        throw new ObjectInvalid([problem('sort', property, `a property of ${kind}`)]);
    if (sort.length > MOST_SORTED)
      throw new ObjectInvalid([problem('sort', sort.length, `at most ${MOST_SORTED} properties`)]);
    this.#sort = sort;
    this.name = sort.map(({ property, descending }) => (descending ? `-${property}` : property)).join(',');
  }

  keysOf(object: Values): readonly Key[] {
    return this.#sort.map(({ property }) => keyOf(object[property]));
  }

  compare(left: Sorted, right: Sorted): number {
    for (const [index, { descending }] of this.#sort.entries()) {
      const order = compareKeys(left.keys[index] ?? '', right.keys[index] ?? '');
      if (order !== 0) return descending ? -order : order;
    }
    // Of equal ones the ids go the same way: so has an index them, read from either end.
    const order = left.id < right.id ? -1 : Number(left.id > right.id);
    return this.#sort[0]?.descending ? -order : order;
  }
}

function keyOf(value: unknown): Key {
  if (typeof value === 'number') return value;
  // A word that is more than all numbers; as large as JSON can say.
  if (value === 'Unlimited') return Number.MAX_VALUE;
  if (Array.isArray(value)) return keyOf(value[0]);
  return value === undefined || value === null ? '' : String(value).normalize('NFC').toLowerCase();
}

/** Numbers before texts. */
function compareKeys(left: Key, right: Key): number {
  if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
  return left < right ? -1 : Number(left > right);
}

/** The first few of many, in an order, whatever comes: never more than that are held. */
export class First<T extends Sorted> {
  readonly #most: number;
  readonly #order: Order;
  readonly items: T[] = [];

  constructor(most: number, order: Order) {
    this.#most = most;
    this.#order = order;
  }

  /** Whether it would be one of them, of those that have come by now. */
  takes(item: T): boolean {
    const last = this.items.at(-1);
    return last === undefined || this.items.length < this.#most || this.#order.compare(item, last) < 0;
  }

  add(item: T): void {
    let from = 0;
    let to = this.items.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = this.items[middle];
      if (other && this.#order.compare(item, other) < 0) to = middle;
      else from = middle + 1;
    }
    if (from >= this.#most) return;
    this.items.splice(from, 0, item);
    if (this.items.length > this.#most) this.items.pop();
  }
}
