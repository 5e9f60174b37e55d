import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** The server has the first core, whoever calls it the second. */
export const SERVER_CORE = 0;
export const CALLER_CORE = 1;

/** Words to put before a command so that it runs on one core; none when that cannot be done here. */
export function pinned(core: number): readonly string[] {
  return canPin ? ['taskset', '-c', String(core)] : [];
}

const canPin = availableParallelism() > CALLER_CORE && works(['taskset', '--version']);

/** Moves this process to a core. */
export function pinSelf(core: number): void {
  if (canPin) execFileSync('taskset', ['-a', '-cp', String(core), String(process.pid)], { stdio: 'ignore' });
}

/** What the figures were measured on. */
export function machine(): Record<string, string | number | boolean> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    pinned: canPin,
  };
}

function works([command, ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
