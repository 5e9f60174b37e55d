import type { Log } from '@parley/base';
import { Adapter } from '../codec/transcoder.ts';
import type { GapReason } from '../rtp/jitter-buffer.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { MediaCommand, MediaEvent, RecordEnd } from '../worker/protocol.ts';
import type { KeyHistory } from './key-history.ts';
import type { Moment } from './moment.ts';
import { Playing, type SourceShelf } from './playing.ts';
import { type Kept, Recording } from './recording.ts';
import { FRAME_OCTETS, type Sheet } from './sheet.ts';
import { WideHistory, WideStart } from './wide-start.ts';

type PlayCommand = Extract<MediaCommand, { do: 'play' }>;
type RecordCommand = Extract<MediaCommand, { do: 'record' }>;
type PlayEnd = 'end' | 'key' | 'stopped';

interface Play {
  readonly command: PlayCommand;
  readonly playing: Playing;
}

interface Take {
  readonly command: RecordCommand;
  readonly recording: Recording;
  readonly codec: CodecName;
  /** Until the first pause, where it began in the middle of a word in G.722. */
  start: WideStart | undefined;
  /** Set by the sink, at any time. */
  readonly health: { failed: boolean };
}

/** Plays and recordings of a session that wait for their turn; more end at once. */
export const MOST_WAITING = 32;
const NOTHING_KEPT: Kept = { millis: 0, soundMillis: 0 };

/** What activities need to know of the session they belong to. */
export interface Surroundings {
  readonly moment: Moment;
  readonly shelf: SourceShelf;
  readonly keys: KeyHistory;
  readonly log: Log;
  emit(event: MediaEvent): void;
  /** Media time of the present, milliseconds since the start. */
  at(): number;
  /** Releases the audio that waits for a missing packet: the recording ends here. */
  flush(): void;
}

/**
 * What a session does, one thing after the other: at most one play or recording is under way, the others wait in the order they came. A recording that is
 * asked for during a play thus begins in the tick in which the play ends.
 */
export class Activities {
  readonly #around: Surroundings;
  readonly #waiting: (PlayCommand | RecordCommand)[] = [];
  readonly #scratch = new Uint8Array(160);
  readonly #adapter = new Adapter();
  // At most one of the two.
  #play: Play | undefined;
  #take: Take | undefined;
  #codec: CodecName | undefined;
  #history = new WideHistory();
  #held = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Whether a play is under way. */
  get playing(): boolean {
    return this.#play !== undefined;
  }

  /** Whether a recording of both sides is under way. */
  get takesBoth(): boolean {
    return this.#take?.command.both === true;
  }

  /** Whether any key does anything now. */
  get keysMatter(): boolean {
    return this.#take?.command.endKeys !== '';
  }

  /** Whether a key in the sound is a key: what is recorded is mostly speech, and there only those count that end the recording. */
  heeds(key: string): boolean {
    return this.#take?.command.endKeys.includes(key) !== false;
  }

  /** The codec that is agreed on; before the first agreement nothing begins. */
  set codec(codec: CodecName) {
    if (codec !== this.#codec) this.#history = new WideHistory();
    this.#codec = codec;
    this.#begin();
  }

  set held(held: boolean) {
    this.#held = held;
    if (held) this.#take?.recording.hold();
    else this.#take?.recording.resume();
  }

  add(command: PlayCommand | RecordCommand): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#around.log.warn('media command refused: too many wait');
      this.#refuse(command, 'stopped');
      return;
    }
    this.#waiting.push(command);
    this.#begin();
  }

  /** Ends the play or recording of that id, whether it is under way or waits. */
  stop(id: number): void {
    const at = this.#waiting.findIndex(command => command.id === id);
    if (at >= 0) this.#refuse(this.#waiting.splice(at, 1)[0], 'stopped');
    if (this.#play?.command.id === id) this.#endPlay(this.#play, 'stopped');
    if (this.#take?.command.id === id) {
      // Whoever hangs up stops his recording: what he said last may wait behind a packet that was lost.
      this.#around.flush();
      this.#endTake(this.#take, 'stopped');
    }
    this.#begin();
  }

  /** A key was pressed. `toneSamples` says how much of what is recorded by now came after the press began. */
  key(key: string, toneSamples: () => number): void {
    if (this.#play?.command.bargeIn.includes(key)) this.#endPlay(this.#play, 'key');
    else if (this.#take?.command.endKeys.includes(key)) {
      this.#around.flush();
      this.#endTake(this.#take, 'key', { key, cut: toneSamples() });
    }
    this.#begin();
  }

  /** Fills a frame, silent so far, with what is played; returns how many of its octets that are. */
  fill(sheet: Sheet): number {
    let filled = 0;
    while (filled < FRAME_OCTETS && this.#play) {
      filled += this.#play.playing.fill(sheet, filled);
      if (filled === FRAME_OCTETS) break;
      this.#endPlay(this.#play, 'end');
      this.#begin();
    }
    return filled;
  }

  /** At most 20 ms of audio in the codec agreed on, from the other side or from both. */
  audio(bytes: Uint8Array, offset: number, length: number, sounding: boolean): void {
    const take = this.#take;
    if (this.#codec === 'G722') this.#history.note(bytes, offset, length, sounding);
    if (!take) return;
    if (take.codec === this.#codec || !this.#codec) {
      if (take.start?.over) take.start = undefined;
      if (take.start) take.recording.audio(take.start.turn(bytes, offset, length, sounding), 0, length, sounding);
      else take.recording.audio(bytes, offset, length, sounding);
      return;
    }
    // The codec changed during the take, which stays in its own.
    this.#adapter.between(this.#codec, take.codec)?.run(bytes, offset, length, this.#scratch, 0);
    take.recording.audio(this.#scratch, 0, length, sounding);
  }

  gap(samples: number, reason: GapReason): void {
    this.#take?.recording.gap(samples, reason);
  }

  /** Ends a recording that is long enough, silent too long or failed. Call once per tick, before `fill`. `waiting`: audio is held back. */
  elapse(waiting: boolean): void {
    const take = this.#take;
    if (!take) return;
    const over = take.health.failed ? 'failed' : take.recording.over(waiting && !take.command.both);
    if (!over) return;
    this.#around.flush();
    this.#endTake(take, over);
    this.#begin();
  }

  /** Ticks from now on in which `elapse` will find nothing to end. */
  get idleTicks(): number {
    return this.#take ? this.#take.recording.idleTicks : Number.POSITIVE_INFINITY;
  }

  /** Ends everything: the session is over. */
  close(): void {
    this.#around.flush();
    const waiting = this.#waiting.splice(0);
    if (this.#play) this.#endPlay(this.#play, 'stopped');
    if (this.#take) this.#endTake(this.#take, 'hang-up');
    for (const command of waiting) this.#refuse(command, 'hang-up');
  }

  describe(): string {
    const current = this.#play ?? this.#take;
    const name = (command: PlayCommand | RecordCommand) => `${command.do} ${command.id}`;
    return [current ? name(current.command) : 'idle', ...this.#waiting.map(name)].join(', ');
  }

  #begin(): void {
    while (!this.#play && !this.#take && this.#codec && this.#waiting.length > 0) {
      const command = this.#waiting.shift()!;
      if (command.do === 'play') this.#beginPlay(command);
      else this.#beginTake(command, this.#codec);
    }
  }

  #beginPlay(command: PlayCommand): void {
    this.#play = { command, playing: new Playing(command.sources, this.#around.shelf, command.loop) };
    if (this.#around.keys.since(command.keysSeen, command.bargeIn)) this.#endPlay(this.#play, 'key');
    else if (command.sources.length === 0) this.#endPlay(this.#play, 'end');
  }

  #beginTake(command: RecordCommand, codec: CodecName): void {
    const earlier = this.#around.keys.since(command.keysSeen, command.endKeys);
    if (earlier) {
      this.#recorded(command, NOTHING_KEPT, { endedBy: 'key', key: earlier });
      return;
    }
    const health = { failed: false };
    const failed = (error: Error) => {
      this.#around.log.error('recording failed', { draft: command.into.draft, take: command.into.take, error });
      health.failed = true;
    };
    const sink = this.#around.shelf.recorder.open(command.into, codec, failed);
    const recording = new Recording(sink, command, this.#around.moment);
    // What both sides say comes from an encoder of its own, which begins now.
    const start = codec === 'G722' && !command.both && this.#history.sounds ? new WideStart(this.#history) : undefined;
    this.#take = { command, recording, codec, start, health };
    if (this.#held) this.#take.recording.hold();
  }

  #endPlay(play: Play, endedBy: PlayEnd): void {
    this.#play = undefined;
    play.playing.close();
    if (play.playing.missing > 0) this.#around.log.warn('clips to play are missing', { clips: play.playing.missing });
    this.#played(play.command, endedBy);
  }

  #endTake(take: Take, endedBy: RecordEnd, by: { readonly key?: string; readonly cut?: number } = {}): void {
    this.#take = undefined;
    const kept = take.recording.end(endedBy, by.cut);
    this.#recorded(take.command, kept, { endedBy, ...(by.key !== undefined && { key: by.key }) });
  }

  #refuse(command: PlayCommand | RecordCommand, endedBy: 'stopped' | 'hang-up'): void {
    if (command.do === 'play') this.#played(command, 'stopped');
    else this.#recorded(command, NOTHING_KEPT, { endedBy });
  }

  #played({ session, id }: PlayCommand, endedBy: PlayEnd): void {
    this.#around.emit({ on: 'played', session, id, endedBy, at: this.#around.at() });
  }

  #recorded(
    { session, id }: RecordCommand,
    kept: Kept,
    end: { readonly endedBy: RecordEnd; readonly key?: string },
  ): void {
    this.#around.emit({ on: 'recorded', session, id, ...end, ...kept, at: this.#around.at() });
  }
}
