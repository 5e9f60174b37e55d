/** Promises that may lie between the application's `await` and its handlers. */
const TURNS = 16;

/**
 * Gives the application its turn when a call begins. It gets its dialog by a promise, and one segment of a stream may hold a re-INVITE or INFO right
 * behind the ACK: what comes before the handlers can be there waits until they can. No time passes and nothing else is read meanwhile.
 */
export class FirstTurn {
  #waiting: (() => void)[] | undefined;

  /** The application is about to hear. */
  begin(): void {
    this.#waiting ??= [];
    void this.#pass();
  }

  /** Whether it is still under way; `run` is called after it then, in the order of asking. */
  holds(run: () => void): boolean {
    this.#waiting?.push(run);
    return this.#waiting !== undefined;
  }

  async #pass(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await undefined;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const run of waiting) run();
  }
}
