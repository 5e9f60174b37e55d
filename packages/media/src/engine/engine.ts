import { randomInt } from 'node:crypto';
import type { Clock, Log } from '@parley/base';
import { OpusLibrary } from '../codec/opus.ts';
import type { DtlsFactory } from '../dtls/dtls-endpoint.ts';
import { DtlsServer } from '../dtls/dtls-server.ts';
import type { SessionSettings } from '../sdp/settings.ts';
import type { MediaCommand, MediaEvent, Recorder } from '../worker/protocol.ts';
import { bindPair } from './bind-pair.ts';
import { Bridges } from './bridges.ts';
import { Clips } from './clips.ts';
import { Lateness } from './lateness.ts';
import { FRAME_MILLIS, SLOTS } from './metronome.ts';
import { Moment } from './moment.ts';
import type { PacketSockets } from './packet-socket.ts';
import { PortPairs, type PortRange } from './port-pairs.ts';
import { Session } from './session.ts';

const LOAD_MILLIS = 500;
/** A session that is closed goes on for two ticks: what the caller said before he hung up may still be on its way. */
const CLOSING_TICKS = 2;
const NO_SLOT = -1;

/** What an engine is made of. */
export interface EngineOptions {
  readonly sockets: PacketSockets;
  readonly clock: Clock;
  readonly recorder: Recorder;
  /** Events go to the main thread through this; must not throw. */
  emit(event: MediaEvent): void;
  /** This worker's share of the range, inclusive. */
  readonly ports: PortRange;
  /** Numeric address to bind. */
  readonly address: string;
  readonly log: Log;
  /** Nothing heard for so long ends in a 'silent' event; 60,000 by default. */
  readonly silentMillis?: number;
  /**
   * While nothing is played (a caller is being recorded) a packet of silence goes out every so often, milliseconds; 20 by default. Sending is half of
   * the work of a session, so a busy server may choose 1,000: enough for NATs and for those who watch whether we are alive.
   */
  readonly silenceEveryMillis?: number;
  /** 0 to 1; unguessable by default. */
  readonly random?: () => number;
  /** How calls of browsers get their keys; `DtlsServer` by default. */
  readonly dtls?: DtlsFactory;
}

type SessionCommand = Exclude<MediaCommand, { do: 'add clip' | 'drop clip' | 'open' }>;

interface Entry {
  readonly session: Session;
  readonly number: number;
  /** Its place on the clock; `NO_SLOT` before it is started: there is nothing to tick yet. */
  slot: number;
  /** The even port; 0 while it is being bound. */
  port: number;
  /** Ticks until the end, -1 while it is open. */
  closing: number;
}

/** All the media of one worker thread. Plain code: whoever owns it calls `tick` and hands it commands; packets come through its sockets. */
export class MediaEngine {
  /** How late the ticks ran; whoever drives the clock fills it. */
  readonly lateness = new Lateness();
  readonly #options: EngineOptions;
  readonly #moment: Moment;
  readonly #pairs: PortPairs;
  readonly #clips = new Clips();
  readonly #opus = new OpusLibrary();
  readonly #sessions = new Map<number, Entry>();
  readonly #bridges: Bridges;
  readonly #slots: Entry[][] = Array.from({ length: SLOTS }, () => []);
  readonly #random: () => number;
  #loadDue: number;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#moment = new Moment(options.clock);
    this.#bridges = new Bridges(event => options.emit(event));
    this.#random = options.random ?? (() => randomInt(2 ** 47) / 2 ** 47);
    this.#pairs = new PortPairs(options.ports, this.#random());
    this.#loadDue = this.#moment.now + LOAD_MILLIS;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Does what the main thread says. Commands for a session that is no more are dropped: it ended while they were on their way. */
  handle(command: MediaCommand): void {
    this.#moment.read();
    if (command.do === 'add clip') this.#clips.add(command.clip, command.audio);
    else if (command.do === 'drop clip') this.#clips.drop(command.clip);
    else if (command.do === 'open') this.#open(command.session, command.address);
    else this.#command(command);
  }

  /** One frame of 20 ms for the sessions of a slot; without a slot for all of them. Returns whether there is any session that needs its frames. */
  tick(slot?: number): boolean {
    const now = this.#moment.read();
    if (slot === undefined) for (const entries of this.#slots) this.#tickAll(entries);
    else this.#tickAll(this.#slots[slot]);
    this.#options.sockets.exchange?.();
    if (now >= this.#loadDue) this.#tellLoad(now);
    for (const entries of this.#slots) if (entries.length > 0) return true;
    return false;
  }

  /** Ends every session at once: recordings end with 'hang-up'. */
  close(): void {
    this.#moment.read();
    for (const entry of [...this.#sessions.values()]) this.#end(entry);
  }

  /** The chain of a session in one line, for people and logs. */
  describe(session: number): string {
    return this.#sessions.get(session)?.session.describe() ?? `session ${session} is not here`;
  }

  #command(command: SessionCommand): void {
    const entry = this.#sessions.get(command.session);
    if (!entry) return;
    try {
      if (command.do === 'start') this.#start(entry, command.settings);
      else if (command.do === 'press') entry.session.press(command.key, command.millis);
      else if (command.do === 'dial') entry.session.dial(command.keys);
      else if (command.do === 'bridge')
        this.#bridges.join(command, entry.session, this.#sessions.get(command.other)?.session);
      else if (command.do !== 'close') this.#perform(entry.session, command);
      else if (entry.slot === NO_SLOT) this.#end(entry);
      else if (entry.closing < 0) entry.closing = CLOSING_TICKS;
    } catch (error) {
      this.#broken(entry, error);
    }
  }

  #perform(session: Session, command: Parameters<Session['perform']>[0]): void {
    if (command.do === 'stop') {
      // What was said before that may still be in the socket.
      session.drain();
      this.#bridges.stop(command.session, command.id);
    }
    session.perform(command);
  }

  #open(number: number, address = this.#options.address): void {
    const entry = this.#enter(number, address);
    this.#bind(entry, address).catch(error => this.#broken(entry, error));
  }

  async #bind(entry: Entry, address: string): Promise<void> {
    const { number } = entry;
    const { sockets, log } = this.#options;
    const { rtpGate, rtcpGate } = entry.session;
    const now = () => this.#moment.read();
    const pair = await bindPair(sockets, this.#pairs, { address, rtp: rtpGate, rtcp: rtcpGate, log, now });
    if (!pair) {
      this.#leave(entry);
      return this.#options.emit({ on: 'no ports', session: number });
    }
    entry.port = pair.port;
    entry.session.sockets = pair;
    if (this.#sessions.get(number) === entry) this.#options.emit({ on: 'opened', session: number, port: pair.port });
    // It was ended while its ports were being bound.
    else this.#shut(entry);
  }

  #enter(number: number, address: string): Entry {
    const session = new Session({
      session: number,
      address,
      moment: this.#moment,
      shelf: { clips: this.#clips, recorder: this.#options.recorder },
      opus: this.#opus,
      dtls: this.#options.dtls ?? (options => new DtlsServer(options)),
      silentMillis: this.#options.silentMillis ?? 60_000,
      silenceTicks: Math.max(1, Math.round((this.#options.silenceEveryMillis ?? FRAME_MILLIS) / FRAME_MILLIS)),
      log: this.#options.log.with({ session: number }),
      emit: event => this.#options.emit(event),
      random: this.#random,
      wall: () => this.#options.clock.wall(),
      broken: error => this.#broken(entry, error),
    });
    const entry: Entry = { session, number, slot: NO_SLOT, port: 0, closing: -1 };
    this.#sessions.set(number, entry);
    return entry;
  }

  #start(entry: Entry, settings: SessionSettings): void {
    if (entry.slot === NO_SLOT) {
      entry.slot = this.#slots.reduce(
        (best, entries, slot) => (entries.length < this.#slots[best].length ? slot : best),
        0,
      );
      this.#slots[entry.slot].push(entry);
    }
    entry.session.agree(settings);
  }

  #tickAll(entries: Entry[]): void {
    // Backwards, because a session that ends leaves the list and the last one takes its place.
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      // Others may have left meanwhile, because of what came for them.
      if (!entry) continue;
      try {
        entry.session.tick();
        if (entry.closing >= 0 && entry.closing-- === 0) this.#end(entry);
      } catch (error) {
        this.#broken(entry, error);
      }
    }
  }

  #end(entry: Entry): void {
    try {
      const statistics = entry.session.close();
      this.#leave(entry);
      this.#rest(entry);
      this.#options.emit({ on: 'closed', session: entry.number, statistics });
    } catch (error) {
      this.#broken(entry, error);
    }
  }

  /** A defect in one session ends that session; the other calls of this thread go on. */
  #broken(entry: Entry, error: unknown): void {
    if (this.#sessions.get(entry.number) !== entry) return;
    this.#options.log.error('media session broken', { session: entry.number, error });
    this.#leave(entry);
    this.#shut(entry);
    this.#options.emit({ on: 'broken', session: entry.number });
  }

  #shut(entry: Entry): void {
    entry.session.shut();
    this.#rest(entry);
  }

  #rest(entry: Entry): void {
    if (entry.port > 0) this.#pairs.release(entry.port, this.#moment.now);
    entry.port = 0;
  }

  #leave(entry: Entry): void {
    if (this.#sessions.get(entry.number) === entry) this.#sessions.delete(entry.number);
    this.#bridges.leave(entry.session);
    if (entry.slot === NO_SLOT) return;
    const entries = this.#slots[entry.slot];
    const at = entries.indexOf(entry);
    if (at < 0) return;
    entries[at] = entries[entries.length - 1];
    entries.pop();
  }

  #tellLoad(now: number): void {
    this.#loadDue = Math.max(this.#loadDue + LOAD_MILLIS, now);
    const { lateness } = this;
    this.#options.emit({
      on: 'load',
      sessions: this.#slots.reduce((sum, entries) => sum + entries.length, 0),
      lateP75: lateness.quantile(0.75),
      lateP99: lateness.quantile(0.99),
      lateMax: lateness.max,
    });
    lateness.clear();
  }
}
