import type { Clock, Timer } from '@parley/base';
import { firstRun, nextRun, type SipTimers, type TimerName } from './sip-timers.ts';

/** Where a transition leads and what is done on the way. `start` actions stand last, because a timer of zero fires at once. */
export type Move<S extends string, A extends string> = readonly [next: S, ...actions: A[]];

/** State x event -> move. An empty cell means that the event is ignored in that state. */
export type Machine<S extends string, E extends string, A extends string> = Readonly<
  Partial<Record<S, Readonly<Partial<Record<E, Move<S, A>>>>>>
>;

export type TimerEvent = `timer ${TimerName}`;
/** `keep X` lets a timer run on when its state is left; all others are cancelled. */
export type TimerAction = `start ${TimerName}` | 'start E at T2' | `keep ${TimerName}`;

export function step<S extends string, E extends string, A extends string>(
  machine: Machine<S, E, A>,
  state: S,
  event: E,
): Move<S, A> | undefined {
  return machine[state]?.[event];
}

interface Running {
  readonly name: TimerName;
  readonly timer: Timer;
}

export interface RunnerOptions<S extends string, E extends string, A extends string> {
  readonly machine: Machine<S, E | TimerEvent, A | TimerAction>;
  readonly initial: S;
  readonly terminated: S;
  readonly clock: Clock;
  readonly timers: SipTimers;
  readonly reliable: boolean;
  /** Does what a move asks for, timers excepted. */
  readonly perform: (action: A) => void;
  /** Called once, when the machine has come to 'terminated'. */
  readonly ended: () => void;
}

/** Runs one of the four transaction machines: the only code that moves a transaction from state to state. */
export class Runner<S extends string, E extends string, A extends string> {
  readonly #options: RunnerOptions<S, E, A>;
  #state: S;
  #running: Running[] = [];
  #interval = 0;

  constructor(options: RunnerOptions<S, E, A>) {
    this.#options = options;
    this.#state = options.initial;
  }

  get state(): S {
    return this.#state;
  }

  /** Returns false when the event means nothing in this state. */
  fire(event: E | TimerEvent): boolean {
    const move = step(this.#options.machine, this.#state, event);
    if (!move) return false;
    const next = move[0];
    const left = next !== this.#state;
    this.#state = next;
    if (left) this.#cancelBut(move);
    try {
      this.#run(move, 1);
    } finally {
      if (left && next === this.#options.terminated) this.#options.ended();
    }
    return true;
  }

  /** Goes to 'terminated' at once, without a word to anybody but `ended`. */
  abandon(): void {
    if (this.#state === this.#options.terminated) return;
    this.#state = this.#options.terminated;
    for (const running of this.#running) running.timer.cancel();
    this.#running = [];
    this.#options.ended();
  }

  /**
   * Does the actions of a move from `at` on. What is passed up may come back as another event, or end the transaction: then the rest
   * is void. Whoever hears of it may throw: the timers start all the same, because without them nothing would ever end it.
   */
  #run(move: Move<S, A | TimerAction>, at: number): void {
    if (at >= move.length || this.#state !== move[0]) return;
    try {
      this.#act(move[at] as A | TimerAction);
    } finally {
      this.#run(move, at + 1);
    }
  }

  #act(action: A | TimerAction): void {
    if (action === 'start E at T2') this.#set('E', this.#options.reliable ? undefined : this.#options.timers.T2);
    else if (isStart(action)) this.#start(timerOf(action));
    else if (!isKeep(action)) this.#options.perform(action as A);
  }

  #start(name: TimerName): void {
    const { timers, reliable } = this.#options;
    const repeats = name === 'A' || name === 'E' || name === 'G';
    const again = repeats && this.#interval > 0;
    const millis = again ? nextRun(name, this.#interval, timers) : firstRun(name, timers, reliable);
    if (repeats) this.#interval = millis ?? 0;
    this.#set(name, millis);
  }

  #set(name: TimerName, millis: number | undefined): void {
    if (millis === undefined) return;
    if (millis === 0) {
      this.fire(`timer ${name}`);
      return;
    }
    const timer = this.#options.clock.after(millis, () => {
      this.#running = this.#running.filter(running => running.timer !== timer);
      this.fire(`timer ${name}`);
    });
    this.#running.push({ name, timer });
  }

  #cancelBut(move: Move<S, A | TimerAction>): void {
    if (this.#running.length === 0) return;
    const kept: Running[] = [];
    for (const running of this.#running)
      if ((move as readonly string[]).includes(`keep ${running.name}`)) kept.push(running);
      else running.timer.cancel();
    this.#running = kept;
  }
}

const isStart = (action: string): boolean => action.startsWith('start ');
const isKeep = (action: string): boolean => action.startsWith('keep ');
const timerOf = (action: string): TimerName => action.slice('start '.length) as TimerName;
