import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, setPriority, totalmem } from 'node:os';

/** The server has the first core, whoever calls it the second. */
export const SERVER_CORE = 0;
export const CALLER_CORE = 1;

/**
 * Before all others that want a core: for a machine that is not ours alone. Needs the right to (root). Linux weighs sessions against each other
 * (autogroups), and niceness only within one, so the command gets a session of its own that is put first.
 */
const FIRST = [
  'setsid',
  'sh',
  '-c',
  'renice -n -10 -p $$ > /dev/null; if [ -w /proc/self/autogroup ]; then echo -15 > /proc/self/autogroup; fi; exec "$@"',
  'sh',
];

/** Words to put before a command so that it runs on one core; fewer when that cannot be done here. */
export function pinned(core: number): readonly string[] {
  return [...(hasPriority ? FIRST : []), ...(canPin ? ['taskset', '-c', String(core)] : [])];
}

const hasPriority = process.argv.includes('--priority') && works([...FIRST, 'true']);

const canPin = availableParallelism() > CALLER_CORE && works(['taskset', '--version']);

/** Moves this process to a core. */
export function pinSelf(core: number): void {
  if (hasPriority) setPriority(-15);
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
    priority: hasPriority,
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
