import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its descendants have used. */
export interface Usage {
  /** User and system time, milliseconds. */
  readonly cpuMillis: number;
  readonly rssMiB: number;
}

/** Ticks of /proc/PID/stat: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICK_MILLIS = 10;

/** Reads /proc for a process and everything that it started. */
export function usageOf(pid: number): Usage {
  const usages = [pid, ...descendants(pid)].map(oneUsage);
  return {
    cpuMillis: usages.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0),
    rssMiB: usages.reduce((sum, { rssMiB }) => sum + rssMiB, 0),
  };
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
    (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap(child => [child, ...descendants(child)]);
}

function oneUsage(pid: number): Usage {
  const stat = read(`/proc/${pid}/stat`) ?? '';
  // The name in brackets may hold blanks: what counts comes after it. utime and stime are fields 14 and 15, cutime and cstime (the dead children) follow.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = stat === '' ? 0 : fields[11] + fields[12] + fields[13] + fields[14];
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? '0';
  return { cpuMillis: ticks * TICK_MILLIS, rssMiB: Number(rss) / 1024 };
}

/** A file of /proc; undefined when its process ended meanwhile. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
