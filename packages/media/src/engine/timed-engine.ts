import type { MediaCommand } from '../worker/protocol.ts';
import { type EngineOptions, MediaEngine } from './engine.ts';
import { Metronome } from './metronome.ts';

/** A media engine with its 20 ms clock: what it is told wakes the clock, which rests while there is no session that has begun. */
export class TimedEngine {
  readonly engine: MediaEngine;
  readonly #metronome: Metronome;

  constructor(options: EngineOptions) {
    const engine = new MediaEngine(options);
    this.engine = engine;
    this.#metronome = new Metronome(options.clock, engine.lateness, slot => engine.tick(slot));
    this.#metronome.start();
  }

  /** Time that no beats were made up for, because a stall was too long: what was not said, milliseconds. */
  get skippedMillis(): number {
    return this.#metronome.skippedMillis;
  }

  /** Does what the main thread says; see `MediaEngine.handle`. */
  handle(command: MediaCommand): void {
    this.#metronome.wake();
    this.engine.handle(command);
  }

  /** Ends the clock, and every session at once. */
  close(): void {
    this.#metronome.stop();
    this.engine.close();
  }
}
