import { randomBytes } from 'node:crypto';
import { Bug, type Clock, isUlid, type Log } from '@parley/base';
import type { Disk } from '../disk/disk.ts';
import type { Envelope, Sealed, TakeRole } from '../draft.ts';
import { SpoolFailed, SpoolFull, spoolFailed } from '../errors.ts';
import { itemOfDraft, itemOfNotice } from '../item.ts';
import { COMMIT_LIMITS, type CommitLimits, CommitLog } from '../log/commit-log.ts';
import { RecordReader } from '../log/record-reader.ts';
import type { WriterEvent } from '../protocol.ts';
import { type AudioCodec, readAudioHead } from '../record/audio.ts';
import {
  type Choice,
  endBody,
  idBody,
  type JsonObject,
  jsonBody,
  LONGEST_JSON,
  type NoticeEnvelope,
  takeBody,
  wholeMillis,
} from '../record/bodies.ts';
import { DraftState } from '../record/draft-state.ts';
import { RecordType, type Salt, saltOf } from '../record/record.ts';
import { AudioStage, FULL_SAMPLES } from './audio-stage.ts';
import type { LiveDraft } from './live-draft.ts';
import { Notices } from './notices.ts';
import { withPatience } from './patience.ts';
import { PlayBack } from './play-back.ts';
import { SegmentParts } from './segment-parts.ts';
import { SpaceWatch } from './space.ts';
import { type TakeOwner, TakeWriter } from './take-writer.ts';

/** Sizes and times of a writer; every one has a default. */
export interface WriterLimits extends CommitLimits {
  /** Free space below which no draft is begun, bytes. The smaller of 5 % of the disk and 512 MiB without a value. */
  readonly reserveBytes?: number;
  /** Longest that anybody waits for the disk before being told that it failed. 10 s. */
  readonly patienceMillis: number;
}

export interface SpoolWriterOptions {
  readonly disk: Disk;
  /** `spool/<node>`; must exist (`Spool.open` makes it). */
  readonly folder: string;
  /** Where segments go when `folder` fails. */
  readonly fallback?: string;
  readonly node: string;
  /** Name of the worker, unlike that of any other writer of this process, the dead ones included: letters and digits. */
  readonly worker: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<WriterLimits>;
  /** Hears what became of drafts and segments; pass it on to `Spool.heard`. */
  readonly onEvent: (event: WriterEvent) => void;
  /** 16 random bytes; for tests that repeat themselves. */
  readonly writer?: Buffer;
}

/** Bytes of SEAL's JSON beside the changes: the numbers of the takes. */
const SEAL_ROOM = 8 * 1024;
/** Calls that were answered together fill their records at so many different ticks. */
const TURNS = 12;
/** A caller who records more often gets no further takes. */
const MOST_TAKES = 999;

/**
 * Writes the log of one media worker: recordings as they are made, and what their callers decided. Everything but the promises
 * happens in memory at once; the disk follows by group commit.
 */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  readonly #patienceMillis: number;
  readonly #half: number;
  readonly #salt: Salt;
  readonly #name: { readonly writer: string; readonly worker: string };
  readonly #parts: SegmentParts;
  readonly #log: CommitLog;
  readonly #space: SpaceWatch;
  readonly #live = new Map<string, LiveDraft>();
  readonly #notices = new Notices((id, envelope) => this.#writeNotice(id, envelope));
  /** Erased by their callers while the disk failed: said again as soon as it works. */
  readonly #owed = new Set<LiveDraft>();
  readonly #stages: AudioStage[] = [];
  #turn = 0;

  constructor(options: SpoolWriterOptions) {
    if (!/^[A-Za-z0-9]{1,32}$/.test(options.worker)) throw new Bug(`"${options.worker}" is no name for a worker`);
    const { disk, clock, log, folder, fallback, node, worker } = options;
    const limits = { ...COMMIT_LIMITS, patienceMillis: 10_000, ...options.limits };
    const writer = options.writer ?? randomBytes(16);
    this.#options = options;
    this.#patienceMillis = limits.patienceMillis;
    this.#half = limits.backlogBytes / 2;
    this.#salt = saltOf(writer);
    this.#name = { writer: writer.toString('hex'), worker };
    this.#space = new SpaceWatch(disk, { clock, log, reserveBytes: limits.reserveBytes });
    this.#parts = new SegmentParts({
      disk,
      folders: fallback === undefined ? [folder] : [folder, fallback],
      node,
      worker,
      writer,
      log,
      onOpened: ({ number, path, base }) => this.#emit({ on: 'segment', number, path, base }),
      onClosed: ({ number, end }) => this.#emit({ on: 'segment closed', number, end: end ?? 0 }),
    });
    this.#log = new CommitLog({
      parts: this.#parts,
      salt: this.#salt,
      clock,
      log,
      limits,
      start: 0,
      onLost: (from, error) => this.#lost(from, error),
    });
  }

  /** Drafts whose calls go on. */
  get drafts(): number {
    return this.#live.size;
  }

  /** Bytes in memory that are not synced. */
  get backlog(): number {
    return this.#log.backlog;
  }

  /**
   * Begins a draft. Resolves when BEGIN is in the log; the first one of a segment waits until the disk has taken it.
   * Rejects with `SpoolFull` below the reserve or when half the backlog is used, with `SpoolFailed` when the disk fails.
   */
  async begin(id: string, envelope: Envelope): Promise<void> {
    if (!isUlid(id)) throw new Bug('the id of a draft is a ULID');
    if (this.#live.has(id)) throw new Bug('a draft is begun once');
    const body = jsonBody(id, envelope);
    await this.#checkRoom();
    this.#payOwed();
    const wasOpen = this.#log.isOpen;
    const place = this.#log.append(RecordType.begin, body);
    const state = new DraftState(id, place);
    state.envelope = envelope;
    state.covers(place, this.#log.end);
    const draft: LiveDraft = {
      state,
      open: new Set(),
      playing: new Set(),
      ending: undefined,
      erased: false,
      failure: undefined,
    };
    this.#live.set(id, draft);
    this.#emit({ on: 'began', id, first: place });
    if (!wasOpen) await this.#orForget(draft, this.#durable());
  }

  /** Announces a take. Takes of a draft that failed or is over are ignored: whoever records into them is told. */
  take(id: string, number: number, role: TakeRole): void {
    const draft = this.#live.get(id);
    if (!draft || draft.ending || draft.erased || number > MOST_TAKES) return;
    if (this.#write(draft, RecordType.take, takeBody(id, number, role)) !== undefined) draft.state.take(number, role);
  }

  /** Opens an announced take for appending: media's `Recorder.open`. `onFailed` comes at most once, in a later turn. */
  open(
    take: { readonly draft: string; readonly take: number },
    codec: AudioCodec,
    onFailed: (error: Error) => void,
  ): TakeWriter {
    const draft = this.#live.get(take.draft);
    const role = draft?.state.takes.get(take.take)?.role ?? 'replace';
    this.#turn = (this.#turn + 5) % TURNS;
    const writer = new TakeWriter({ id: take.draft, number: take.take, role, codec }, this.#owner, {
      stage: this.#stages.pop() ?? new AudioStage(),
      onFailed,
      firstSamples: (FULL_SAMPLES * (this.#turn + 1)) / TURNS,
    });
    if (draft?.state.takes.has(take.take) && !draft.failure && !draft.ending && !draft.erased) draft.open.add(writer);
    else this.#stop(writer, draft?.failure ?? new SpoolFailed('there is no such take to record into'));
    return writer;
  }

  /** Reads takes back, cut to what is kept: media's `Recorder.play`. */
  play(id: string, numbers: readonly number[]): PlayBack {
    const draft = this.#live.get(id);
    const takes = numbers.flatMap(number => draft?.state.takes.get(number) ?? []);
    const playBack = new PlayBack(
      takes.map(({ number, keepMillis, refs }) => ({ number, keepMillis, refs: [...refs] })),
      {
        reader: new RecordReader(this.#options.disk, this.#salt, () => this.#parts.segments),
        peek: place => this.#log.peek(place),
        log: this.#options.log,
        codec: takes[0]?.codec ?? 'PCMU',
      },
    );
    draft?.playing.add(playBack);
    return playBack;
  }

  /** The caller's choices so far; what is not named stays. */
  mark(id: string, choice: Choice): void {
    const draft = this.#live.get(id);
    if (!draft || draft.ending || draft.erased) return;
    const whole = { ...draft.state.choice, ...choice };
    const place = this.#write(draft, RecordType.choice, jsonBody(id, whole));
    if (place !== undefined) draft.state.choose(whole, place);
  }

  /** Seals and accepts: when it resolves, the caller may be told. */
  accept(id: string, changes: JsonObject = {}): Promise<Sealed> {
    return this.#end(id, { changes, accept: true });
  }

  /** Seals after a hang-up. */
  seal(id: string, changes: JsonObject = {}): Promise<Sealed> {
    return this.#end(id, { changes, accept: false });
  }

  /** Seals all drafts, marked as interrupted: for a process that has to end now. */
  async sealAll(): Promise<void> {
    await Promise.allSettled(
      [...this.#live.keys()].map(id => this.#end(id, { changes: {}, accept: false, interrupted: true })),
    );
  }

  /** The caller erased it: resolves when that is synced. */
  async discard(id: string): Promise<void> {
    const draft = this.#live.get(id);
    if (!draft) throw new SpoolFailed('there is no such draft to erase');
    if (draft.ending) throw new Bug('a message that was sent cannot be erased');
    draft.erased = true;
    for (const take of draft.open) this.#free(draft, take);
    if (draft.failure || this.#write(draft, RecordType.discard, idBody(id)) === undefined) {
      this.#owed.add(draft);
      throw draft.failure ?? new SpoolFailed('the log failed');
    }
    await this.#patiently(
      this.#durable().then(
        () => this.#dropped(draft),
        error => {
          this.#owed.add(draft);
          throw error;
        },
      ),
    );
  }

  /** A missed call; the same key is written once. Resolves when synced. */
  notice(key: string, envelope: NoticeEnvelope): Promise<void> {
    return this.#notices.notice(key, envelope);
  }

  /** Resolves when everything so far is synced, what is staged for the next AUDIO records included. */
  async flush(): Promise<void> {
    for (const draft of this.#live.values()) for (const take of draft.open) take.flush();
    await this.#durable();
  }

  /** Syncs everything and closes the segment. Drafts that are still open are found by the next recovery. */
  async close(): Promise<void> {
    for (const draft of this.#live.values()) for (const take of draft.open) take.flush();
    await this.#log.close();
  }

  readonly #owner: TakeOwner = {
    flush: (take, stage) => {
      const draft = this.#live.get(take.about.id);
      if (!draft) return;
      const length = stage.finish();
      const place = this.#write(draft, RecordType.audio, stage.bytes, length);
      if (place !== undefined) draft.state.audio(readAudioHead(stage.bytes), place);
    },
    ended: (take, stage, keepMillis) => {
      this.#stages.push(stage);
      const { id, number } = take.about;
      const draft = this.#live.get(id);
      if (!draft?.open.delete(take)) return;
      const state = draft.state.takes.get(number);
      if (state) state.keepMillis = wholeMillis(keepMillis);
      this.#write(draft, RecordType.end, endBody(id, number, keepMillis));
    },
  };

  async #checkRoom(): Promise<void> {
    if (this.#log.backlog > this.#half)
      throw new SpoolFull(`the disk does not keep up: ${this.#log.backlog} bytes wait to be written`);
    const { folder, fallback } = this.#options;
    await this.#space.check(fallback === undefined ? [folder] : [folder, fallback]);
  }

  /** Appends a record of a draft; undefined when that failed, and then the draft has failed. */
  #write(draft: LiveDraft, type: number, body: Buffer, length = body.length): number | undefined {
    if (draft.failure) return undefined;
    try {
      const place = this.#log.append(type, body, length);
      draft.state.covers(place, this.#log.end);
      return place;
    } catch (error) {
      this.#fail(draft, spoolFailed('the message could not be recorded', error));
      return undefined;
    }
  }

  async #end(id: string, how: { changes: JsonObject; accept: boolean; interrupted?: boolean }): Promise<Sealed> {
    const draft = this.#live.get(id);
    if (!draft) throw new SpoolFailed('there is no such draft to seal');
    if (draft.erased) throw new Bug('a message that was erased cannot be sent');
    if (!draft.ending) {
      jsonBody(id, how.changes, LONGEST_JSON - SEAL_ROOM);
      draft.ending = this.#seal(draft, how);
    }
    return draft.ending;
  }

  async #seal(draft: LiveDraft, how: { changes: JsonObject; accept: boolean; interrupted?: boolean }): Promise<Sealed> {
    const { state } = draft;
    for (const take of draft.open) take.end(Number.POSITIVE_INFINITY);
    const takes = state.message();
    const millis = state.millisOf(takes);
    const { changes, interrupted } = how;
    const seal = { changes, takes, millis, sealedAt: this.#options.clock.wall(), interrupted };
    this.#write(draft, RecordType.seal, jsonBody(state.id, seal));
    if (how.accept && takes.length > 0) this.#write(draft, RecordType.accept, idBody(state.id));
    if (draft.failure) {
      await this.#leave(draft);
      throw draft.failure;
    }
    state.seal = seal;
    await this.#patiently(
      this.#durable().then(
        () => this.#sealed(draft),
        async error => {
          await this.#leave(draft);
          throw error;
        },
      ),
    );
    return takes.length > 0 ? { outcome: 'message', millis } : { outcome: 'discarded' };
  }

  #sealed(draft: LiveDraft): void {
    if (draft.state.seal?.takes.length === 0) {
      this.#dropped(draft);
      return;
    }
    this.#over(draft);
    this.#emit({ on: 'sealed', item: itemOfDraft(draft.state, this.#options.clock.wall()) });
  }

  #dropped(draft: LiveDraft): void {
    const { id, first, last } = draft.state;
    this.#over(draft);
    this.#emit({ on: 'dropped', id, first, last });
  }

  /** A draft that failed is over: what the disk holds of it, once all is written that will be, is looked for by `Spool`. */
  async #leave(draft: LiveDraft): Promise<void> {
    await Promise.allSettled([this.#durable()]);
    const { id, first, last } = draft.state;
    if (!this.#live.has(id)) return;
    this.#over(draft);
    this.#emit({ on: 'failed', id, first, last });
  }

  #over(draft: LiveDraft): void {
    this.#live.delete(draft.state.id);
    for (const playBack of draft.playing) playBack.close();
    this.#forgetSegments();
  }

  async #writeNotice(id: string, envelope: NoticeEnvelope): Promise<void> {
    const notice = { envelope, sealedAt: this.#options.clock.wall() };
    const first = this.#log.append(RecordType.notice, jsonBody(id, notice));
    const last = this.#log.end;
    const item = itemOfNotice({ id, first, last, ...notice });
    await this.#patiently(this.#durable().then(() => this.#emit({ on: 'sealed', item })));
  }

  /** Nobody is told that a draft whose BEGIN was lost exists; should the disk have it all the same, DISCARD follows. */
  async #orForget(draft: LiveDraft, durable: Promise<void>): Promise<void> {
    try {
      await this.#patiently(durable);
    } catch (error) {
      draft.erased = true;
      draft.failure ??= spoolFailed('the log could not be written', error);
      this.#owed.add(draft);
      throw draft.failure;
    }
  }

  #payOwed(): void {
    for (const draft of this.#owed) {
      draft.state.covers(this.#log.append(RecordType.discard, idBody(draft.state.id)), this.#log.end);
      this.#owed.delete(draft);
      this.#log.synced().then(
        () => this.#dropped(draft),
        () => this.#owed.add(draft),
      );
    }
  }

  /** The log says that everything from a place on is gone: the drafts in it have failed. */
  #lost(from: number, error: SpoolFailed): void {
    this.#options.log.error('recordings lost', { worker: this.#options.worker, message: error.message });
    for (const draft of this.#live.values()) if (draft.state.last > from) this.#fail(draft, error);
  }

  #fail(draft: LiveDraft, error: SpoolFailed): void {
    if (draft.failure) return;
    draft.failure = error;
    for (const take of draft.open) this.#stop(take, error);
    draft.open.clear();
  }

  #stop(take: TakeWriter, error: Error): void {
    const stage = take.stop();
    if (!stage) return;
    // In a later turn: whoever opens a take has not stored it yet when this is said at once.
    queueMicrotask(() => {
      this.#stages.push(stage);
      take.onFailed(error);
    });
  }

  #free(draft: LiveDraft, take: TakeWriter): void {
    draft.open.delete(take);
    const stage = take.stop();
    if (stage) this.#stages.push(stage);
  }

  #durable(): Promise<void> {
    return this.#log.synced();
  }

  #patiently<T>(work: Promise<T>): Promise<T> {
    return withPatience(work, this.#options.clock, this.#patienceMillis);
  }

  #forgetSegments(): void {
    let oldest = this.#log.end;
    for (const draft of this.#live.values()) oldest = Math.min(oldest, draft.state.first);
    this.#parts.forget(oldest);
  }

  #emit(event: WriterEventBody): void {
    this.#options.onEvent({ ...this.#name, ...event });
  }
}

type WriterEventBody = WriterEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'writer' | 'worker'>
    : never
  : never;
