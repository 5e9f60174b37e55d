const TICK_MILLIS = 10;

/**
 * A signal that aborts when this process could have run for so long. The server under test runs in it too: while the machine lets
 * neither run, nobody can be late.
 */
export function runningTime(millis: number): AbortSignal {
  const over = new AbortController();
  let left = millis;
  const ticking = setInterval(() => {
    left -= TICK_MILLIS;
    if (left > 0) return;
    clearInterval(ticking);
    over.abort(new Error(`nothing came within ${millis} ms`));
  }, TICK_MILLIS);
  ticking.unref();
  return over.signal;
}
