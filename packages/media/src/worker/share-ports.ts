import type { PortRange } from '../engine/port-pairs.ts';

/** Deals a range out to `count` threads in whole pairs, the even port below. */
export function sharePorts(range: PortRange, count: number): PortRange[] {
  const first = range.from + (range.from % 2);
  const pairs = Math.max(0, Math.floor((range.to - first + 1) / 2));
  const startOf = (thread: number) => first + 2 * Math.floor((pairs * thread) / count);
  return Array.from({ length: count }, (_, thread) => ({ from: startOf(thread), to: startOf(thread + 1) - 1 }));
}
