import { Bug, type Clock, type Log, messageOf, waitOrAbort } from '@parley/base';
import type { MediaSession, WireCodec } from '@parley/media';
import { type ReferOptions, type ReferOutcome, type SentRefer, SipParseError } from '@parley/sip';
import { HungUp, type RequiredEncryption, type TransferOptions, type TransferOutcome } from '../call.ts';
import type { Prompt } from '../prompt.ts';
import type { Dialer } from './dialer.ts';
import { joinUntilOver } from './join.ts';
import { aborted, type Line } from './line.ts';
import { PlacedLeg } from './placed-leg.ts';

const RING_MILLIS = 30_000;
const TRANSFERRED: TransferOutcome = { kind: 'transferred', status: 200 };
const NO_MEDIA = 503;
const UNREADABLE = 416;
const TIMEOUT = 408;

/** What a transfer needs of the call that is handed on. */
export interface TransferParts {
  readonly line: Line;
  readonly dialer: Dialer | undefined;
  /** A session that can be joined with the call's; undefined when no port is free. */
  readonly openMedia: () => Promise<MediaSession | undefined>;
  readonly codecs: readonly WireCodec[];
  /** What has to be encrypted of the call to the third party. */
  readonly required: RequiredEncryption | undefined;
  /** Who the third party is told that calls. */
  readonly from: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps the caller content while something is waited for; rejects when the call ends. */
  readonly meanwhile: <T>(work: Promise<T>, music: Prompt | undefined) => Promise<T>;
  /** Waits for a goodbye no longer than a call can afford. */
  readonly inTime: <T>(work: Promise<T>) => Promise<T | undefined>;
}

/** Hands a call on, in one of the three manners. */
export class Transfer {
  readonly #parts: TransferParts;
  readonly #options: TransferOptions;

  constructor(parts: TransferParts, options: TransferOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** To the other side of a call that is there already. */
  async toLine(other: Line): Promise<TransferOutcome> {
    const { line, inTime, log } = this.#parts;
    if (this.#options.manner === 'stay') {
      await joinUntilOver(line, other, { inTime, log });
      return TRANSFERRED;
    }
    const outcome = await this.#refer({ to: other.dialog.remoteTarget, replaces: other.dialog });
    if (outcome.kind === 'transferred') await inTime(other.end('transferred'));
    return outcome;
  }

  async toTarget(target: string): Promise<TransferOutcome> {
    if (this.#options.manner === 'refer') return this.#refer({ to: target });
    const placed = await this.#place(target);
    if (typeof placed === 'number') return { kind: kindOf(placed), status: placed };
    let outcome: TransferOutcome | undefined;
    try {
      outcome = await this.toLine(placed);
      return outcome;
    } finally {
      // Nobody took it over.
      if (outcome?.kind !== 'transferred') await this.#parts.inTime(placed.end('local'));
    }
  }

  /** Calls the third party; the status when it does not want to. */
  async #place(target: string): Promise<Line | number> {
    const { log } = this.#parts;
    const media = await this.#open();
    if (!media) return NO_MEDIA;
    let line: Line | undefined;
    try {
      const answer = await this.#call(target, media);
      if (typeof answer === 'number') return answer;
      line = answer;
      return line;
    } finally {
      const over = line ? aborted(line.signal) : Promise.resolve();
      over
        .then(() => media.close())
        .catch(error => log.error('media could not be closed', { error: messageOf(error) }));
    }
  }

  /** A session for the third party; one that comes after the caller has hung up is given back. */
  async #open(): Promise<MediaSession | undefined> {
    const { openMedia, line, log } = this.#parts;
    const opening = openMedia();
    try {
      return await waitOrAbort(opening, line.signal);
    } catch (end) {
      opening
        .then(late => late?.close())
        .catch(error => log.error('media could not be closed', { error: messageOf(error) }));
      throw end;
    }
  }

  async #call(target: string, media: MediaSession): Promise<Line | number> {
    const { music, ringMillis = RING_MILLIS } = this.#options;
    const { line, meanwhile, log } = this.#parts;
    const leg = this.#begin(target, media);
    if (!leg) return UNREADABLE;
    const answering = leg.answered(ringMillis);
    try {
      return await meanwhile(answering, music);
    } catch (end) {
      leg.giveUp(line.farewell);
      // Whoever answers all the same, because it crossed, is told.
      answering
        .then(late => (typeof late === 'number' ? undefined : late.end('local', line.farewell)))
        .catch(error => log.error('a call that we placed could not be given up', { error: messageOf(error) }));
      throw end;
    }
  }

  #begin(target: string, media: MediaSession): PlacedLeg | undefined {
    const { dialer, codecs, required, clock, log, from } = this.#parts;
    if (!dialer) throw new Bug('a call that shall place others needs a dialer');
    const { identity, referredBy } = this.#options;
    const who = { from: this.#options.from ?? from, identity, referredBy };
    const sessionId = String(Math.floor(clock.wall()));
    try {
      return new PlacedLeg(target, { media, dialer, codecs, required, sessionId, clock, log }, who);
    } catch (error) {
      return this.#unreadable(error, target);
    }
  }

  /** Asks the caller's phone to call somebody else. */
  async #refer(whom: ReferOptions): Promise<TransferOutcome> {
    const { line, meanwhile } = this.#parts;
    const sent = this.#ask(whom);
    if (!sent) return { kind: 'not found', status: UNREADABLE };
    let taken = false;
    sent.onProgress(() => {
      taken = true;
    });
    try {
      const outcome = outcomeOf(await meanwhile(sent.outcome, this.#options.music));
      if (outcome.kind === 'transferred') await line.end('transferred');
      return outcome;
    } catch (end) {
      // Many phones hang up themselves as soon as the third party has answered, before they tell.
      if (end instanceof HungUp && end.by === 'bye' && taken) return TRANSFERRED;
      throw end;
    }
  }

  #ask(whom: ReferOptions): SentRefer | undefined {
    const { referredBy } = this.#options;
    try {
      return this.#parts.line.dialog.refer({ ...whom, ...(referredBy === undefined ? {} : { referredBy }) });
    } catch (error) {
      return this.#unreadable(error, whom.to);
    }
  }

  #unreadable(error: unknown, target: string): undefined {
    if (!(error instanceof SipParseError)) throw error;
    this.#parts.log.warn('a call cannot be handed on: an address cannot be read', { target, error: error.message });
  }
}

function outcomeOf(outcome: ReferOutcome): TransferOutcome {
  switch (outcome.kind) {
    case 'final':
      return { kind: kindOf(outcome.status), status: outcome.status };
    case 'refused':
      return { kind: 'refused', status: outcome.status };
    case 'accepted':
      return TRANSFERRED;
    case 'unknown':
      // The caller is still here, so nobody else has them.
      return { kind: 'no answer', status: TIMEOUT };
  }
}

/** What a final status says about whoever was called, RFC 3261 section 21. */
function kindOf(status: number): TransferOutcome['kind'] {
  if (status < 300) return 'transferred';
  return KINDS.get(status) ?? 'refused';
}

const KINDS: ReadonlyMap<number, TransferOutcome['kind']> = new Map([
  [486, 'busy'],
  [600, 'busy'],
  [403, 'declined'],
  [603, 'declined'],
  [408, 'no answer'],
  [480, 'no answer'],
  [487, 'no answer'],
  [404, 'not found'],
  [410, 'not found'],
  [416, 'not found'],
  [484, 'not found'],
  [485, 'not found'],
  [604, 'not found'],
]);
