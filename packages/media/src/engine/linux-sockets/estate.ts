import { closeSync } from 'node:fs';
import { messageOf } from '@parley/base';
import { loadNative } from './native.ts';

/** A stretch of memory that was mapped from a file. */
export interface Mapping {
  readonly address: bigint;
  readonly size: number;
}

const MOST_MAPPINGS = 2;
const MAPPING_BYTES = 16;
const HEAD_BYTES = MOST_MAPPINGS * MAPPING_BYTES;

/**
 * What a thread holds without Node knowing of it, written down in memory that outlives the thread: when it dies (killed, out of memory) nobody else
 * would close its sockets, and their ports would be taken until the process ends.
 */
export class Estate {
  readonly shared: SharedArrayBuffer;
  readonly #mappings: BigUint64Array;
  /** Descriptor + 1; 0 is none. */
  readonly #descriptors: Int32Array;

  /** @param places for descriptors, 0 to `places` - 1. */
  constructor(places: number) {
    this.shared = new SharedArrayBuffer(HEAD_BYTES + places * 4);
    this.#mappings = mappingsIn(this.shared);
    this.#descriptors = descriptorsIn(this.shared);
  }

  hold(place: number, fd: number): void {
    this.#descriptors[place] = fd + 1;
  }

  /** To be called before it is closed: its number may belong to somebody else right after. */
  release(place: number): void {
    this.#descriptors[place] = 0;
  }

  /** At most two. */
  map(mappings: readonly Mapping[]): void {
    for (const [i, { address, size }] of mappings.entries()) this.#mappings.set([address, BigInt(size)], 2 * i);
  }

  unmap(): void {
    this.#mappings.fill(0n);
  }
}

/**
 * Gives back what a thread that is dead has held. Returns what went wrong, undefined when nothing did: its sockets may then stay open as long as the
 * process lives.
 */
export function settle(shared: SharedArrayBuffer): string | undefined {
  const wrong = new Set<string>();
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      wrong.add(messageOf(error));
    }
  };
  // An io_uring lives as long as it is mapped, and with it the sockets that it receives from.
  attempt(() => unmap(mappingsIn(shared)));
  const descriptors = descriptorsIn(shared);
  for (const number of descriptors) if (number > 0) attempt(() => closeSync(number - 1));
  descriptors.fill(0);
  return wrong.size === 0 ? undefined : [...wrong].join(', ');
}

function unmap(mappings: BigUint64Array): void {
  if (mappings.every(value => value === 0n)) return;
  const { calls } = loadNative();
  for (let i = 0; i < mappings.length; i += 2) if (mappings[i] !== 0n) calls.munmap(mappings[i], mappings[i + 1]);
  mappings.fill(0n);
}

function mappingsIn(shared: SharedArrayBuffer): BigUint64Array {
  return new BigUint64Array(shared, 0, HEAD_BYTES / 8);
}

function descriptorsIn(shared: SharedArrayBuffer): Int32Array {
  return new Int32Array(shared, HEAD_BYTES);
}
