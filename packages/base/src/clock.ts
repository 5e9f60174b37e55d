/** A timer that has been set and may be taken back. */
export interface Timer {
  /** Forgets the timer; nothing happens when it has fired already. */
  cancel(): void;
}

/** Time as a port, so that tests own it. Everything that waits or stamps takes one of these. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. May step in either direction: only for what people read, never for durations. */
  wall(): number;
  /** Milliseconds (with fraction) since an arbitrary start; never steps back. */
  monotonic(): number;
  /** Runs `run` once, `millis` from now or a little later. Does not keep the process alive. */
  after(millis: number, run: () => void): Timer;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(millis, run) {
    const timer = setTimeout(run, millis);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Resolves after `millis`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(millis, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
