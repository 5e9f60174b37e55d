import type { BenchServer } from '../server/bench-server.ts';
import { type Bench, burst } from './bench.ts';

const PER_SECOND = 100;
const BATCH = 1000;
const SPEAK_MILLIS = 1000;
/** Transactions are remembered for 64*T1, 32 s, after their last message: what is held then is no leak. */
const REST_MILLIS = 34_000;

export interface HeapPoint {
  readonly calls: number;
  /** Live objects of the main thread. */
  readonly heapMiB: number;
  /** The whole process tree. */
  readonly rssMiB: number;
}

export interface Heap {
  readonly first: HeapPoint;
  readonly last: HeapPoint;
  /** What a call left behind in the main thread's heap. */
  readonly leftKiB: number;
}

/** Thousands of short calls: what stays in memory once they are over and forgotten? */
export async function measureHeap(bench: Bench): Promise<Heap> {
  const total = bench.options.quick ? 1000 : 20_000;
  // The first calls compile the code and fill the caches.
  await burst(bench, { calls: BATCH, perSecond: PER_SECOND, speakMillis: SPEAK_MILLIS });
  const first = await point(bench, 0);
  for (let calls = BATCH; calls <= total; calls += BATCH) {
    const { whole } = await burst(bench, { calls: BATCH, perSecond: PER_SECOND, speakMillis: SPEAK_MILLIS });
    bench.say(`${calls} calls, ${whole} of the last ${BATCH} whole, RSS ${bench.server.usage().rssMiB.toFixed(0)} MiB`);
  }
  const last = await point(bench, total);
  return { first, last, leftKiB: ((last.heapMiB - first.heapMiB) * 1024) / total };
}

async function point({ server, say }: Bench, calls: number): Promise<HeapPoint> {
  await new Promise(resolve => setTimeout(resolve, REST_MILLIS));
  await server.collectGarbage();
  const figures = { calls, heapMiB: await heapMiB(server), rssMiB: server.usage().rssMiB };
  say(`${calls} calls: heap ${figures.heapMiB.toFixed(1)} MiB, RSS ${figures.rssMiB.toFixed(0)} MiB`);
  return figures;
}

async function heapMiB(server: BenchServer): Promise<number> {
  const used = (await server.metrics()).get('nodejs_heap_size_used_bytes');
  if (used === undefined) throw new Error('the server tells nothing of its heap');
  return used / 2 ** 20;
}
