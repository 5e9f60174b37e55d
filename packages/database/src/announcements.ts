import { Bug } from '@parley/base';
import { LONGEST_ANNOUNCEMENT } from './database.ts';

interface Listener {
  readonly tell: (text: string) => void;
  readonly missed: (() => void) | undefined;
}

/** Who wants to hear announcements, in this process. */
export class Listeners {
  readonly #all = new Set<Listener>();

  add(tell: (text: string) => void, missed?: () => void): Disposable {
    const listener = { tell, missed };
    this.#all.add(listener);
    return { [Symbol.dispose]: () => void this.#all.delete(listener) };
  }

  tell(text: string): void {
    for (const each of this.#all) each.tell(text);
  }

  /** Anything may have been announced and not heard. */
  missed(): void {
    for (const each of this.#all) each.missed?.();
  }
}

/** @throws Bug for a text that no engine could announce. */
export function checkAnnouncement(text: string): void {
  const octets = Buffer.byteLength(text);
  if (octets === 0 || octets > LONGEST_ANNOUNCEMENT)
    throw new Bug(`an announcement has 1 to ${LONGEST_ANNOUNCEMENT} octets, not ${octets}`);
}
