import type { BenchServer } from '../server/bench-server.ts';
import { type Bench, burst } from './bench.ts';

const PER_SECOND = 30;
const BATCH = 500;
const SPEAK_MILLIS = 1000;

export interface HeapPoint {
  readonly calls: number;
  /** Of the main thread. */
  readonly heapMiB: number;
  /** Its old space: what survived. */
  readonly oldSpaceMiB: number;
  readonly rssMiB: number;
}

export interface Heap {
  readonly points: readonly HeapPoint[];
  /** Growth of the old space over the second half of the calls, KiB a call (the first half warms up). */
  readonly growthKiB: number;
}

/** Thousands of short calls: what stays in memory? */
export async function measureHeap(bench: Bench): Promise<Heap> {
  const total = bench.options.quick ? 1000 : 5000;
  const points = [await point(bench.server, 0)];
  for (let calls = BATCH; calls <= total; calls += BATCH) {
    const { whole } = await burst(bench, { calls: BATCH, perSecond: PER_SECOND, speakMillis: SPEAK_MILLIS });
    points.push(await point(bench.server, calls));
    const { oldSpaceMiB, rssMiB } = points[points.length - 1];
    bench.say(
      `${calls} calls (${whole} of ${BATCH} whole): old space ${oldSpaceMiB.toFixed(1)} MiB, RSS ${rssMiB.toFixed(0)} MiB`,
    );
  }
  const middle = points[Math.floor(points.length / 2)];
  const last = points[points.length - 1];
  const growthKiB = ((last.oldSpaceMiB - middle.oldSpaceMiB) * 1024) / Math.max(1, last.calls - middle.calls);
  return { points, growthKiB };
}

/** The smallest of some looks, because garbage comes and goes. */
async function point(server: BenchServer, calls: number): Promise<HeapPoint> {
  let best: HeapPoint | undefined;
  for (let look = 0; look < 4; look++) {
    const metrics = await server.metrics();
    const heapMiB = (metrics.get('nodejs_heap_size_used_bytes') ?? Number.NaN) / 2 ** 20;
    const oldSpaceMiB = (metrics.get('nodejs_heap_space_size_used_bytes{space="old"}') ?? Number.NaN) / 2 ** 20;
    if (!best || heapMiB < best.heapMiB) best = { calls, heapMiB, oldSpaceMiB, rssMiB: server.usage().rssMiB };
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  if (!best) throw new Error('four looks gave no figure');
  return best;
}
