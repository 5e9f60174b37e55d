import { readFileSync } from 'node:fs';

const TICK_MILLIS = 10;

/** Milliseconds that a core has worked for programs or was given to other machines of the host (steal) since it started. */
export function busyMillis(core: number): number {
  const line = readFileSync('/proc/stat', 'latin1')
    .split('\n')
    .find(each => each.startsWith(`cpu${core} `));
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = (line ?? '').split(' ').slice(1).map(Number);
  return (user + nice + system + steal) * TICK_MILLIS;
}
