/** Waits for `work`, or rejects with the signal's reason as soon as it aborts. The work itself goes on unless it heeds the signal too. */
export function waitOrAbort<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(
      value => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      },
      error => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}

/** A promise and the two functions that settle it: `Promise.withResolvers` under a name that says what it is for. */
export type Deferred<T> = PromiseWithResolvers<T>;

/** Makes a promise that somebody else settles. */
export function defer<T>(): Deferred<T> {
  return Promise.withResolvers<T>();
}
