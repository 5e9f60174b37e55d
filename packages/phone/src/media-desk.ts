import { Bug, type Clock, type Deferred, defer, type Log, ParleyError } from '@parley/base';
import { type MediaCommand, type MediaEvent, OpusLibrary } from '@parley/media';
import { DgramSockets, type Endpoint, MemoryRecorder, type PortRange, TimedEngine } from '@parley/media/engine';
import { type Clip, encodeClip, type SaidRate } from './clip.ts';
import { Ear } from './ear.ts';
import { Lateness } from './lateness.ts';
import { Line } from './line.ts';
import { TappedSockets } from './tapped-sockets.ts';
import type { Trunk } from './trunk.ts';

/** A phone tells nobody that it hears nothing. */
const NEVER_MILLIS = 2 ** 31;

export interface DeskOptions {
  /** Numeric address to bind. */
  readonly address: string;
  readonly ports: PortRange;
  readonly clock: Clock;
  readonly log: Log;
  readonly trunk: Trunk | undefined;
  readonly silenceEveryMillis: number | undefined;
}

/** How late our own 20 ms clock ran in the last second, milliseconds: what is measured cannot be more exact. */
export interface OwnLateness {
  readonly p99: number;
  readonly max: number;
}

/** The media of a phone: an engine of its own on this thread, and the lines that it serves. */
export class MediaDesk {
  ownLateness: OwnLateness = { p99: 0, max: 0 };
  readonly address: string;
  /** Of all calls together, until somebody clears it. */
  readonly lateness = new Lateness();
  readonly #sockets: TappedSockets;
  readonly #clock: Clock;
  readonly #trunk: Trunk | undefined;
  readonly #engine: TimedEngine;
  readonly #lines = new Map<number, Line>();
  readonly #opening = new Map<number, Deferred<number>>();
  readonly #ports: PortRange;
  readonly #opus = new OpusLibrary();
  #nextLine = 1;
  #nextClip = 1;

  constructor({ address, ports, clock, log, trunk, silenceEveryMillis }: DeskOptions) {
    this.address = address;
    this.#clock = clock;
    this.#trunk = trunk;
    this.#sockets = new TappedSockets(trunk ?? new DgramSockets());
    this.#ports = ports;
    this.#engine = new TimedEngine({
      sockets: this.#sockets,
      clock,
      recorder: new MemoryRecorder(),
      emit: event => this.#told(event),
      ports,
      address,
      log,
      silentMillis: NEVER_MILLIS,
      ...(silenceEveryMillis !== undefined && { silenceEveryMillis }),
    });
  }

  /** Time for which our clock stood still and nothing was said, milliseconds. */
  get skippedMillis(): number {
    return this.#engine.skippedMillis;
  }

  /** A line with a pair of ports. Rejects with `PHONE_NO_PORTS` when none is free. */
  async open(): Promise<Line> {
    const number = this.#nextLine++;
    const opening = defer<number>();
    this.#opening.set(number, opening);
    this.#engine.handle({ do: 'open', session: number });
    const port = await opening.promise;
    const tap = this.#sockets.tap(port);
    if (!tap) throw new Bug(`port ${port} was opened and is not bound`);
    const route = (from: Endpoint) => this.#trunk?.route(port, from);
    const line = new Line({
      number,
      port,
      toldPort: this.#trunk?.portOf(port) ?? port,
      tap,
      route,
      say: command => this.#engine.handle(command),
    });
    this.#lines.set(number, line);
    return line;
  }

  /** What a call hears from now on. */
  ear(listen: boolean): Ear {
    const [clock, trunk] = [this.#clock, this.#trunk];
    const now = trunk ? () => trunk.arrivedAt() : () => clock.monotonic();
    return new Ear({ listen, startedAt: clock.monotonic(), now, opus: this.#opus, all: this.lateness });
  }

  /** Encodes samples once, for any number of calls to say. */
  add(samples: Int16Array, rate: SaidRate): Clip {
    const clip = { number: this.#nextClip++, millis: (samples.length * 1000) / rate };
    this.#do({ do: 'add clip', clip: clip.number, audio: encodeClip(samples, rate) });
    return clip;
  }

  /** Forgets a clip; who says it already says it to the end. */
  drop(clip: Clip): void {
    this.#do({ do: 'drop clip', clip: clip.number });
  }

  /** Ends all lines at once. */
  close(): void {
    this.#engine.close();
  }

  #do(command: MediaCommand): void {
    this.#engine.handle(command);
  }

  #told(event: MediaEvent): void {
    if (event.on === 'load') {
      this.ownLateness = { p99: event.lateP99, max: event.lateMax };
      return;
    }
    const opening = this.#opening.get(event.session);
    if (opening) {
      this.#opening.delete(event.session);
      if (event.on === 'opened') opening.resolve(event.port);
      else
        opening.reject(
          event.on === 'no ports' ? this.#noPorts() : new ParleyError('PHONE_CLOSED', 'the phone is closed'),
        );
      return;
    }
    const line = this.#lines.get(event.session);
    if (!line?.told(event)) return;
    this.#lines.delete(event.session);
    this.#sockets.drop(line.port);
  }

  #noPorts(): ParleyError {
    const { from, to } = this.#ports;
    return new ParleyError('PHONE_NO_PORTS', `the phone has no free pair of media ports between ${from} and ${to}`);
  }
}
