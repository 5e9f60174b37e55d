import { ParleyError } from '@parley/base';

/** So many things at once, and so many that wait for their turn; whoever comes after that is refused. */
export interface Places {
  /** Runs it when there is a place; rejects with `TOO_MANY_REQUESTS` when too many wait already. */
  with<T>(work: () => Promise<T>): Promise<T>;
}

export function places(atOnce: number, mostWaiting: number): Places {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return {
    async with(work) {
      if (busy < atOnce) busy++;
      else {
        if (waiting.length >= mostWaiting)
          throw new ParleyError('TOO_MANY_REQUESTS', 'too many sign-ins at once: try again in a moment');
        await new Promise<void>(resolve => waiting.push(resolve));
      }
      try {
        return await work();
      } finally {
        // A place that is free goes to whoever has waited longest, without being free in between.
        const next = waiting.shift();
        if (next) next();
        else busy--;
      }
    },
  };
}
