import { Bug } from '@parley/base';
import { Listeners } from '../announcements.ts';

/** What the one transaction under way has announced; told when it is committed. */
export class Announced {
  readonly listeners = new Listeners();
  #texts: Set<string> | undefined;

  begun(): void {
    this.#texts = new Set();
  }

  add(text: string): void {
    if (!this.#texts) throw new Bug('an announcement is made inside a transaction');
    this.#texts.add(text);
  }

  committed(): void {
    const texts = this.#texts ?? [];
    this.#texts = undefined;
    for (const text of texts) this.listeners.tell(text);
  }

  rolledBack(): void {
    this.#texts = undefined;
  }
}
