import { Bug, type Clock, defer, ParleyError, sleep, waitOrAbort } from '@parley/base';
import type { Direction, SessionSettings } from '@parley/media';
import type { Body, Dialog, LegEnd, Refusal, ReInviteAnswer } from '@parley/sip';
import type { Clip, SaidRate } from './clip.ts';
import type { Ear, HearingTest } from './ear.ts';
import type { Lateness } from './lateness.ts';
import type { Line } from './line.ts';
import type { MediaDesk } from './media-desk.ts';
import type { Terms } from './terms.ts';

/** One key by RFC 4733 takes the engine so long: 100 ms of tone and the pause after it. */
const KEY_MILLIS = 160;

/** What a call is made of when it is answered. */
export interface CallParts {
  readonly desk: MediaDesk;
  readonly clock: Clock;
  readonly dialog: Dialog;
  readonly line: Line;
  readonly terms: Terms;
  readonly settings: SessionSettings;
  readonly ear: Ear;
  /** INVITE sent or received -> answered, milliseconds. */
  readonly answerMillis: number;
}

/** How the call went so far; live, and final once it is over. */
export interface CallStatistics {
  /** From the INVITE to its 200. */
  readonly answerMillis: number;
  /** Audio packets that came from the other side, and places in their sequence that none came for. */
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** Arrival of each packet against the schedule of its timestamps. */
  readonly lateness: Lateness;
  /** Since the answer, milliseconds. */
  readonly millis: number;
}

export interface HearsOptions {
  /** Gives up after so many milliseconds; 20,000 when left out. */
  readonly within?: number;
}

/** An answered call. Saying goes on while hearing does; nothing here rejects because the other side hung up, except where said. */
export class PhoneCall {
  /** Resolves when the call is over, whoever ended it. */
  readonly ended: Promise<LegEnd>;
  /** Keys that the other side pressed so far (RFC 4733). */
  keys = '';
  readonly #parts: CallParts;
  readonly #answeredAt: number;
  readonly #ended = defer<LegEnd>();
  /** Resolves when the media are gone too. */
  readonly #gone = defer<void>();
  readonly #replaced = defer<PhoneCall>();
  #line: Line;
  #settings: SessionSettings;
  #millis = Number.NaN;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#line = parts.line;
    this.#settings = parts.settings;
    this.#answeredAt = parts.clock.monotonic();
    this.ended = this.#ended.promise;
    this.#attach(parts.line);
    const { dialog } = parts;
    // Whoever does not wait for the call that takes its place is not told that none did.
    this.#replaced.promise.catch(() => undefined);
    dialog.onReInvite(offer => this.#reInvited(offer));
    if (dialog.signal.aborted) this.#over();
    else dialog.signal.addEventListener('abort', () => this.#over(), { once: true });
  }

  /**
   * Resolves with the call that took this one's place: because the other side asked for it (REFER), or somebody else took it over (Replaces). Rejects
   * with `PHONE_NOT_TRANSFERRED` when this call ends before that.
   */
  get transferred(): Promise<PhoneCall> {
    return this.#replaced.promise;
  }

  /** Another call takes the place of this one. */
  replacedBy(next: PhoneCall): void {
    this.#replaced.resolve(next);
  }

  /** Whether this is the call of that dialog. */
  isIn(dialog: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>): boolean {
    const { callId, localTag, remoteTag } = this.#parts.dialog;
    return callId === dialog.callId && localTag === dialog.localTag && remoteTag === dialog.remoteTag;
  }

  get callId(): string {
    return this.#parts.dialog.callId;
  }

  /** What was agreed on last. */
  get settings(): SessionSettings {
    return this.#settings;
  }

  get statistics(): CallStatistics {
    const { packets, lost, lateness } = this.#parts.ear.punctuality;
    const millis = Number.isNaN(this.#millis) ? this.#parts.clock.monotonic() - this.#answeredAt : this.#millis;
    return { answerMillis: this.#parts.answerMillis, packetsReceived: packets, packetsLost: lost, lateness, millis };
  }

  /** Says samples (8 kHz, or of the rate given), or a clip of the phone, after what is being said; resolves when the last packet went, or when none will. */
  async say(audio: Int16Array | Clip, rate: SaidRate = 8000): Promise<void> {
    if (!(audio instanceof Int16Array)) {
      await this.#line.play([{ kind: 'clip', clip: audio.number }]);
      return;
    }
    const clip = this.#parts.desk.add(audio, rate);
    await this.#line.play([{ kind: 'clip', clip: clip.number }]);
    this.#parts.desk.drop(clip);
  }

  /** Says nothing for so long, in turn with what is said; resolves as `say` does. */
  async pause(millis: number): Promise<void> {
    await this.#line.play([{ kind: 'silence', millis }]);
  }

  /** Stops what is being said and what waits. */
  hush(): void {
    this.#line.hush();
  }

  /**
   * Presses keys (0-9 * # A-D; at most 64) as RFC 4733 events; resolves when they are sent. Rejects with `PHONE_NO_KEYS` when the other side
   * takes none: `info` may reach it.
   */
  async press(keys: string): Promise<void> {
    if (this.#settings.telephoneEvent === undefined)
      throw new ParleyError('PHONE_NO_KEYS', 'keys cannot be sent: the other side did not agree to telephone-event');
    this.#line.dial(keys);
    // Rejects only when the call ends meanwhile: then no more keys are sent, and `ended` tells it.
    await sleep(this.#parts.clock, keys.length * KEY_MILLIS, this.#parts.dialog.signal).catch(() => undefined);
  }

  /** All that was heard since the answer, 8 kHz, on one timeline; what is missing is silence. Empty when the call does not listen. */
  heard(): Int16Array {
    return this.#parts.ear.hearing?.view().slice() ?? new Int16Array(0);
  }

  /** What was heard of a wideband call, 16 kHz on the same timeline. Empty when it was narrow or the call does not listen. */
  heardWide(): Int16Array {
    return this.#parts.ear.hearing?.wideView().slice() ?? new Int16Array(0);
  }

  /**
   * Resolves when the test says true about what was heard so far. Rejects with `PHONE_NOT_HEARD` when it says false, when the call is over,
   * or in time.
   */
  async hears(test: HearingTest, { within = 20_000 }: HearsOptions = {}): Promise<void> {
    if (!this.#parts.ear.hearing) throw new Bug('a call that does not listen hears nothing');
    const watch = this.#parts.ear.watch(test);
    const limit = new AbortController();
    const timer = this.#parts.clock.after(within, () => limit.abort(this.#unheard(`within ${within} ms`)));
    try {
      const heard = await waitOrAbort(watch.outcome, limit.signal);
      if (!heard) throw this.#unheard(Number.isNaN(this.#millis) ? 'and never will be' : 'before the call was over');
    } finally {
      timer.cancel();
      watch.cancel();
    }
  }

  /** Holds the call by re-INVITE (RFC 3264 section 8.4). Rejects with `CallRefused`. */
  async hold(direction: Direction = 'sendonly'): Promise<void> {
    await this.#offer(this.#line, direction);
  }

  /** Takes the call back. Rejects with `CallRefused`. */
  async unhold(): Promise<void> {
    await this.#offer(this.#line, 'sendrecv');
  }

  /** Moves the media to another pair of ports by re-INVITE. What was being said is cut off. Rejects with `CallRefused`, `PHONE_NO_PORTS`. */
  async move(): Promise<void> {
    const before = this.#line;
    const line = await this.#parts.desk.open();
    this.#attach(line);
    try {
      await this.#offer(line, 'sendrecv');
    } catch (error) {
      await line.close();
      throw error;
    }
    this.#line = line;
    await before.close();
  }

  /** Sends an INFO, for example 'application/dtmf-relay' with 'Signal=5\r\nDuration=160'; resolves with its final status. */
  info(type: string, text: string): Promise<number> {
    return this.#parts.dialog.info({ type, content: new TextEncoder().encode(text) });
  }

  /** Sends BYE, with a Reason header when one is given; resolves when it was answered and the media are gone. Idempotent. */
  async hangUp(reason?: string): Promise<void> {
    await this.#parts.dialog.bye(reason);
    await this.#gone.promise;
  }

  async #offer(line: Line, direction: Direction): Promise<void> {
    const { dialog, terms } = this.#parts;
    const answer = await dialog.reInvite(terms.offer(line.toldPort, direction));
    this.#agree(line, terms.complete(answer));
  }

  /** The other side wants something else. */
  #reInvited(offer: Body | undefined): ReInviteAnswer | Refusal {
    const { terms } = this.#parts;
    const line = this.#line;
    if (!offer)
      return { sdp: terms.offer(line.toldPort), acknowledged: answer => this.#agree(line, terms.complete(answer)) };
    const answer = terms.answer(offer, line.toldPort);
    if ('warning' in answer) return { status: answer.status, headers: [['Warning', answer.warning]] };
    this.#agree(line, answer.settings);
    return { sdp: answer.sdp };
  }

  #agree(line: Line, settings: SessionSettings): void {
    this.#settings = settings;
    this.#parts.ear.agree(settings);
    line.agree(settings);
  }

  #attach(line: Line): void {
    const { ear } = this.#parts;
    const keys = (key: string) => {
      this.keys += key;
    };
    line.attach(ear, ear.hearing ? keys : undefined);
  }

  #over(): void {
    const { clock, dialog, ear } = this.#parts;
    this.#millis = clock.monotonic() - this.#answeredAt;
    const end: LegEnd = dialog.signal.reason;
    this.#ended.resolve(end);
    this.#replaced.reject(new ParleyError('PHONE_NOT_TRANSFERRED', 'the call ended, and none took its place'));
    this.#line.close().then(
      () => {
        ear.close();
        this.#gone.resolve();
      },
      error => this.#gone.reject(error),
    );
  }

  #unheard(when: string): ParleyError {
    const seconds = (this.#parts.ear.hearing?.length ?? 0) / 8000;
    return new ParleyError('PHONE_NOT_HEARD', `not heard ${when}: ${seconds.toFixed(1)} s were heard so far`);
  }
}
