import { Bug, type Log, messageOf } from '@parley/base';
import type { Call, Recorded } from '@parley/call';
import type { Draft, Sealed, TakeRole } from '@parley/spool';
import { say } from '../say/index.ts';
import { END_OF_RECORDING } from './keys.ts';
import type { Visit } from './visit.ts';

/** The limits of a recording, milliseconds. */
export interface RecordingLimits {
  /** Shortest sound that makes a message. */
  readonly minimumMillis: number;
  readonly maxMillis: number;
  readonly idleMillis: number;
}

/** How a take went. 'short': not enough sound, what there was before stands. */
export type TakeResult = 'kept' | 'short' | 'hang-up' | 'failed';

export interface Take {
  readonly result: TakeResult;
  readonly endedBy: Recorded['endedBy'];
}

interface CallersMessageOptions {
  readonly draft: Draft;
  readonly limits: RecordingLimits;
  readonly visit: Visit;
  readonly log: Log;
}

/** The message of one caller while it is being made. It is settled once: accepted, sealed after a hang-up, or erased. */
export class CallersMessage {
  readonly #draft: Draft;
  readonly #limits: RecordingLimits;
  readonly #visit: Visit;
  readonly #log: Log;
  #takes: { readonly take: number; readonly millis: number }[] = [];
  #recorded = false;
  #settled = false;
  #urgent = false;
  #private = false;

  constructor({ draft, limits, visit, log }: CallersMessageOptions) {
    this.#draft = draft;
    this.#limits = limits;
    this.#visit = visit;
    this.#log = log;
  }

  /** Room that is left for more, milliseconds. */
  get roomMillis(): number {
    return this.#limits.maxMillis - this.#takes.reduce((sum, { millis }) => sum + millis, 0);
  }

  /** Whether there is a message that could be sent. */
  get worthSending(): boolean {
    return this.#takes.length > 0;
  }

  /** Plays the tone and records. Keys typed before the tone are forgotten: they were meant for what was said. */
  async record(call: Call, role: TakeRole): Promise<Take> {
    call.dropKeys();
    const take = this.#draft.take(role);
    const recorded = await call.record({
      draft: this.#draft.id,
      take,
      tone: say.recordTone(),
      maxMillis: role === 'add' ? this.roomMillis : this.#limits.maxMillis,
      idleMillis: this.#limits.idleMillis,
      endKeys: END_OF_RECORDING,
    });
    // Of a recording that failed only the log knows what is kept.
    if (recorded.millis > 0 || recorded.endedBy === 'failed') this.#recorded = true;
    return { result: this.#keep(role, take, recorded), endedBy: recorded.endedBy };
  }

  #keep(role: TakeRole, take: number, recorded: Recorded): TakeResult {
    if (recorded.endedBy === 'failed' || recorded.endedBy === 'hang-up') return recorded.endedBy;
    if (role === 'add') this.#takes.push({ take, millis: recorded.millis });
    else if (recorded.soundMillis >= this.#limits.minimumMillis) this.#takes = [{ take, millis: recorded.millis }];
    else return 'short';
    return 'kept';
  }

  /** Plays what would be sent now. */
  listen(call: Call): Promise<void> {
    return call.play(
      say.takes(
        this.#draft.id,
        this.#takes.map(({ take }) => take),
      ),
    );
  }

  /** Switches the mark and says whether it is on now. */
  toggleUrgent(): boolean {
    this.#urgent = !this.#urgent;
    this.#draft.mark({ urgent: this.#urgent });
    return this.#urgent;
  }

  /** Switches the mark and says whether it is on now. */
  togglePrivate(): boolean {
    this.#private = !this.#private;
    this.#draft.mark({ private: this.#private });
    return this.#private;
  }

  /** Whether the message is synced, so that the caller may be told "sent". 'failed' is neither. */
  accept(): Promise<'sent' | 'short' | 'failed'> {
    return this.#settle(() => this.#draft.accept());
  }

  /** Whether the message is erased for good, so that the caller may be told so. */
  async erase(): Promise<boolean> {
    const settled = await this.#settle(async () => {
      await this.#draft.discard();
      return { outcome: 'discarded' };
    });
    return settled !== 'failed';
  }

  /** After a hang-up, or whatever else ended the flow: sends what there is. Does nothing when it is settled. */
  async leave(): Promise<void> {
    if (!this.#settled) await this.#settle(() => this.#draft.seal());
  }

  async #settle(work: () => Promise<Sealed>): Promise<'sent' | 'short' | 'failed'> {
    if (this.#settled) throw new Bug('a message is settled once');
    this.#settled = true;
    try {
      const sealed = await work();
      if (sealed.outcome === 'discarded') return 'short';
      this.#visit.messageLeft = true;
      this.#visit.messageMillis = sealed.millis;
      return 'sent';
    } catch (error) {
      // Promises of the spool reject only when the log could not be written; nothing is confirmed then.
      this.#visit.messageInDoubt = this.#recorded;
      this.#log.error('message could not be saved', { draft: this.#draft.id, error: messageOf(error) });
      return 'failed';
    }
  }
}
