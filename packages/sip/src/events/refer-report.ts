import type { ReferProgress } from './events.ts';
import type { IncomingSubscription } from './incoming-subscription.ts';
import { printStatusFragment } from './sipfrag.ts';

/** Tells a referrer by NOTIFY how it goes (RFC 3515 section 2.4.5); the first NOTIFY said 100 Trying. */
export class ReferReport implements ReferProgress {
  readonly #subscription: IncomingSubscription;
  #status = 100;

  constructor(subscription: IncomingSubscription) {
    this.#subscription = subscription;
  }

  get signal(): AbortSignal {
    return this.#subscription.signal;
  }

  report(status: number, reason?: string): void {
    if (status === this.#status && status < 200) return;
    this.#status = status;
    const fragment = printStatusFragment(status, reason);
    if (status < 200) this.#subscription.notify(fragment);
    else this.#subscription.conclude(fragment);
  }
}

/** Nobody wants to hear it (RFC 4488). */
export function silentReport(): ReferProgress {
  return { signal: new AbortController().signal, report: () => undefined };
}
