import { Bug, type Clock, defer, type Log, messageOf, waitOrAbort } from '@parley/base';
import type {
  ForeignMedia,
  MediaSecurity,
  MediaSession,
  OpenOptions,
  SessionStatistics,
  WireCodec,
} from '@parley/media';
import type { Invitation, Peer } from '@parley/sip';
import {
  type AskOptions,
  type BargeIn,
  type BridgeEnd,
  type BridgeOptions,
  type Call,
  type CallRefusal,
  type CallStage,
  type HangUpCause,
  type HostedCall,
  HungUp,
  type MenuOptions,
  type Recorded,
  type RecordOptions,
  type RequiredEncryption,
  type TransferOptions,
  type TransferOutcome,
} from '../call.ts';
import type { CallFacts } from '../facts.ts';
import type { Prompt } from '../prompt.ts';
import type { Prompter } from '../prompter.ts';
import { describeBridge, describeTransfer } from '../transcript.ts';
import * as verbs from '../verbs.ts';
import { bridge } from './bridge.ts';
import { callerAddress } from './caller-address.ts';
import type { Dialer } from './dialer.ts';
import { hungUpBy, isLegEnd, passedOn, reasonOfBye } from './leg-end.ts';
import type { Line } from './line.ts';
import { mediaFamily } from './media-family.ts';
import { SipLeg } from './sip-leg.ts';
import { Talk } from './talk.ts';
import { Transfer } from './transfer.ts';

/** When to call again after 503, seconds. */
const RETRY_AFTER_SECONDS = 10;
const NO_MEDIA_PORT = [
  ['Retry-After', String(RETRY_AFTER_SECONDS)],
  ['Warning', '399 parley "no media port"'],
] as const;
/** How long a call that is over waits for the other side to answer our BYE, and then for its media, milliseconds each. */
const PARTING_MILLIS = 4000;
const DEFAULT_LANGUAGE = 'en-US';
const CODECS: readonly WireCodec[] = ['PCMU', 'PCMA'];

export interface SipCallOptions {
  readonly invitation: Invitation;
  readonly facts: CallFacts;
  /**
   * Binds a media session, on the thread of `beside` when it shall be joined with that one, of the family that the other side's media
   * are in; undefined when no port is free. A session of another family makes the answer a refusal (488).
   */
  readonly openMedia: (wanted: OpenOptions) => Promise<MediaSession | undefined>;
  readonly prompter: Prompter;
  readonly clock: Clock;
  readonly log: Log;
  /** Best first; both G.711 laws by default. */
  readonly codecs?: readonly WireCodec[];
  /** Whether media are encrypted (SRTP); not by default. The flow may require it. */
  readonly security?: MediaSecurity;
  /** What SDP calls us, behind NAT or with media bound to all addresses; the session's own address by default. */
  readonly mediaAddress?: (media: MediaSession) => string;
  /**
   * A second address that media may come from, beside the negotiated `address`, when `source` sent the description; none by default.
   * `alsoFrom` of the media's settings.
   */
  readonly mediaAlsoFrom?: (source: Peer, address: string) => string | undefined;
  /** Media may come from elsewhere than was negotiated, when it is where the signalling comes from; not by default. `latch` of the media's settings. */
  readonly latchMedia?: boolean;
  /** Hears, at most once, that the caller is not heard because media come from elsewhere than was negotiated; the log has a line as well. */
  readonly onForeign?: (foreign: ForeignMedia) => void;
  /** Hears every line of the call's transcript as it happens. It holds names and keys: for demos and tests, not for logs. */
  readonly transcript?: (line: string) => void;
  /** Places the calls that `transfer` needs; without one it can only refer. */
  readonly dialer?: Dialer;
  /** Lets the other side move a call elsewhere by REFER; refused with 403 by default, because anybody could be called through us. Needs a `dialer`. */
  readonly followRefer?: boolean;
  /** What callers hear while they are being handed on; nothing by default. */
  readonly music?: Prompt;
}

/** A call over SIP and RTP: one INVITE, one dialog, one media session. */
export class SipCall implements HostedCall {
  readonly facts: CallFacts;
  stage: CallStage = 'incoming';
  ended: HungUp | undefined;
  readonly #options: SipCallOptions;
  readonly #leg: SipLeg;
  readonly #over = new AbortController();
  readonly #transcript: (line: string) => void;
  #language = DEFAULT_LANGUAGE;
  #media: MediaSession | undefined;
  #talk: Talk | undefined;
  /** Our goodbye, once the call is over. */
  #parting: Promise<unknown> = Promise.resolve();

  constructor(options: SipCallOptions) {
    const { invitation, clock, log } = options;
    this.facts = options.facts;
    this.#options = options;
    this.#transcript = options.transcript ?? (() => {});
    this.#leg = new SipLeg({
      invitation,
      codecs: options.codecs ?? CODECS,
      security: options.security ?? 'none',
      sessionId: String(Math.floor(clock.wall())),
      mediaAddress: options.mediaAddress ?? (media => media.address),
      alsoFrom: options.mediaAlsoFrom ?? (() => undefined),
      latch: options.latchMedia ?? false,
      follower: options.followRefer ? options.dialer : undefined,
      clock,
      log,
      ended: reason => this.#endedOutside(reason),
    });
    this.#leg.watch();
  }

  get id(): string {
    return this.facts.callId;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  speakIn(language: string): void {
    if (language !== this.#language) this.#transcript(`speaks ${language}`);
    this.#language = language;
  }

  progress(): void {
    this.signal.throwIfAborted();
    this.#leg.ring();
    this.#transcript('rings');
  }

  requireEncryption(what: RequiredEncryption): void {
    this.signal.throwIfAborted();
    if (this.#media) throw new Bug('encryption is required before the answer');
    this.#leg.requireEncryption(what);
  }

  async answer(): Promise<void> {
    this.signal.throwIfAborted();
    if (this.#media) throw new Bug('a call is answered once');
    try {
      const media = await this.#open();
      const answered = await waitOrAbort(this.#leg.answer(media), this.signal);
      if (isLegEnd(answered)) this.#finish(hungUpBy(answered));
      else if (answered === 'refused') this.#refused('no codec');
      this.signal.throwIfAborted();
    } catch (error) {
      // Whatever failed in here: the caller must not be left ringing, nor the ports bound.
      this.end('media failed');
      throw error;
    }
    this.stage = 'answered';
    this.#transcript('answers');
  }

  async #open(): Promise<MediaSession> {
    const media = await this.#openInTime();
    if (!media) {
      this.#leg.reject({ status: 503, headers: NO_MEDIA_PORT });
      this.#refused('no media');
      throw this.signal.reason;
    }
    this.#media = media;
    const { prompter, clock, log, onForeign, invitation, latchMedia } = this.#options;
    this.#talk = new Talk({ media, prompter, clock, log, signal: this.signal, transcript: this.#transcript });
    media.onSilent(() => this.end('media silent'));
    media.onForeign(foreign => {
      const { negotiated, from } = foreign;
      log.warn('the caller is not heard: media come from elsewhere than was negotiated, and are thrown away', {
        negotiated: `${negotiated.address}:${negotiated.port}`,
        from: `${from.address}:${from.port}`,
        remedy: remedyFor(from.address === invitation.source.address, latchMedia ?? false),
      });
      onForeign?.(foreign);
    });
    if (media.lost.aborted) this.end('media failed');
    else media.lost.addEventListener('abort', () => this.end('media failed'), { once: true });
    this.signal.throwIfAborted();
    return media;
  }

  /** Rejects with the end of the call; a session that comes after that is given back. */
  async #openInTime(): Promise<MediaSession | undefined> {
    const { offer, source } = this.#options.invitation;
    const opening = this.#openOrNothing({ family: mediaFamily(offer, source) });
    try {
      return await waitOrAbort(opening, this.signal);
    } catch (end) {
      void opening.then(late => late?.close());
      throw end;
    }
  }

  async #openOrNothing(wanted: OpenOptions): Promise<MediaSession | undefined> {
    try {
      return await this.#options.openMedia(wanted);
    } catch (error) {
      this.#options.log.error('no media session', { error: messageOf(error) });
      return undefined;
    }
  }

  #refused(cause: 'no codec' | 'no media'): void {
    if (!this.ended) this.stage = 'refused';
    this.end(cause);
  }

  reject(refusal: CallRefusal): void {
    this.signal.throwIfAborted();
    if (this.#media) throw new Bug('a call that is being answered cannot be rejected');
    this.stage = 'refused';
    const { status, reason, warning } = refusal;
    this.#leg.reject({
      status,
      reason,
      ...(warning !== undefined && { headers: [['Warning', `399 parley "${warning}"`]] }),
    });
    this.#finish(new HungUp('local'), `rejects ${refusal.status}${refusal.reason ? ` ${refusal.reason}` : ''}`);
  }

  async play(prompt: Prompt, options: { readonly bargeIn?: BargeIn } = {}): Promise<void> {
    await this.#talking().play(prompt, this.#language, options.bargeIn);
  }

  ask(options: AskOptions): Promise<string> {
    return verbs.ask(this.#keypad(), options);
  }

  menu<const Keys extends Readonly<Record<string, string>>>(
    options: MenuOptions<Keys>,
  ): Promise<Keys[keyof Keys] | 'gave up'> {
    return verbs.menu(this.#keypad(), options);
  }

  async transfer(to: string | Call, options: TransferOptions): Promise<TransferOutcome> {
    const { dialer, clock, log, codecs = CODECS } = this.#options;
    const line = this.line;
    const transfer = new Transfer(
      {
        line,
        dialer,
        openMedia: () => this.#openOrNothing({ beside: line.media }),
        codecs,
        required: this.#leg.required,
        from: callerAddress(this.facts),
        clock,
        log,
        meanwhile: (work, music = this.#options.music ?? []) => this.during(work, music),
        inTime: work => this.#inTime(work),
      },
      options,
    );
    const outcome = await (typeof to === 'string' ? transfer.toTarget(to) : handedTo(to, transfer));
    this.#transcript(describeTransfer(typeof to === 'string' ? to : to.id, outcome));
    return outcome;
  }

  async bridge(other: Call, options: BridgeOptions = {}): Promise<BridgeEnd> {
    const { signal, line } = this;
    const talk = this.#talking();
    const announcement = await waitOrAbort(talk.sourcesOf(options.announcement ?? [], this.#language), signal);
    const parts = { line, talk, signal, log: this.#options.log, announcement };
    const end: BridgeEnd = other.signal.aborted
      ? { endedBy: 'other' }
      : await bridge(parts, lineOfCall(other), options);
    this.#transcript(describeBridge(other.id, end));
    return end;
  }

  /** The far end, for other calls to be joined with it or to take its place. The call must have been answered and not be over. */
  get line(): Line {
    const talk = this.#talking();
    const { dialog } = this.#leg;
    const media = this.#media;
    if (!dialog || !media) throw new Bug('an answered call has a dialog and media');
    const farewell = () => passedOn(this.ended ?? new HungUp('local'));
    return {
      id: this.id,
      signal: this.signal,
      media,
      dialog,
      sendKeys: to => talk.sendKeys(to),
      get farewell() {
        return farewell();
      },
      end: async (cause, reason) => {
        this.end(cause, reason);
        await this.#parting;
      },
    };
  }

  async record(options: RecordOptions): Promise<Recorded> {
    if (this.signal.aborted) return { endedBy: 'hang-up', millis: 0, soundMillis: 0 };
    return this.#talking().record(options, this.#language);
  }

  dropKeys(): void {
    this.#talking().dropKeys();
  }

  async hangUp(): Promise<void> {
    this.signal.throwIfAborted();
    this.end('local');
    await this.#parting;
  }

  race<T>(works: Readonly<Record<string, (signal: AbortSignal) => Promise<T>>>): Promise<T> {
    return verbs.race(works, this.signal);
  }

  during<T>(work: Promise<T>, music: Prompt): Promise<T> {
    const talk = this.#talking();
    const musician = {
      signal: this.signal,
      playOn: (prompt: Prompt, signal: AbortSignal) => talk.playOn(prompt, this.#language, signal),
    };
    return verbs.during(musician, work, music);
  }

  /** @param reason the Reason header of a BYE, when the cause does not say it all. */
  end(cause: HangUpCause, reason = reasonOfBye(cause)): void {
    if (this.ended) return;
    // Whoever was not accepted gets a refusal now.
    if (this.stage === 'incoming' && !this.#leg.accepted) this.stage = 'refused';
    // First the flow, then the other side: our own BYE ends the leg at once, and must not look like somebody else's.
    this.#finish(new HungUp(cause));
    this.#parting = this.#inTime(this.#leg.leave(cause, reason));
  }

  async close(): Promise<SessionStatistics | undefined> {
    this.end('local');
    await this.#parting;
    return this.#media && this.#inTime(this.#media.close());
  }

  /** BYE is repeated for half a minute (64*T1) behind our back; neither the record of the call nor the drain waits so long. */
  async #inTime<T>(work: Promise<T>): Promise<T | undefined> {
    const patience = defer<undefined>();
    const timer = this.#options.clock.after(PARTING_MILLIS, () => patience.resolve(undefined));
    try {
      return await Promise.race([work, patience.promise]);
    } finally {
      timer.cancel();
    }
  }

  /** The leg is over. A refusal is our own act: whoever refused finishes the call and knows why. */
  #endedOutside(reason: unknown): void {
    if (!isLegEnd(reason)) this.#finish(new HungUp('transport failed'));
    else if (reason.kind !== 'rejected') this.#finish(hungUpBy(reason));
  }

  /** The one place where a call ends. Closing the media at once is what ends a recording under way. */
  #finish(reason: HungUp, line = lineOf(reason)): void {
    if (this.ended) return;
    this.ended = reason;
    this.#transcript(line);
    this.#over.abort(reason);
    this.#media?.close().catch(error => {
      this.#options.log.error('media could not be closed', { error: messageOf(error) });
    });
  }

  #keypad(): verbs.Keypad {
    const talk = this.#talking();
    return {
      play: (prompt, options) => talk.play(prompt, this.#language, options?.bargeIn),
      key: millis => talk.key(millis),
      dropKeys: () => talk.dropKeys(),
      swallow: key => talk.swallow(key),
    };
  }

  #talking(): Talk {
    this.signal.throwIfAborted();
    if (!this.#talk || this.stage !== 'answered') throw new Bug('a call talks after it was answered');
    return this.#talk;
  }
}

/** The third party of a consultation may have hung up a moment ago: that is no end of the call that shall be handed on. */
async function handedTo(other: Call, transfer: Transfer): Promise<TransferOutcome> {
  if (other.signal.aborted) return { kind: 'no answer', status: 408 };
  return transfer.toLine(lineOfCall(other));
}

function lineOfCall(call: Call): Line {
  if (!(call instanceof SipCall)) throw new Bug('a call over SIP is joined with others of its kind');
  return call.line;
}

function lineOf({ by }: HungUp): string {
  if (by === 'bye') return 'caller hangs up';
  return by === 'local' || by === 'transferred' ? 'hangs up' : `ends: ${by}`;
}

/** What to do about media from elsewhere. @param fromSignalling whether they come from where the INVITE did. */
function remedyFor(fromSignalling: boolean, latch: boolean): string {
  const correct = 'correct the media address that the phone or PBX writes into SDP (c= line)';
  if (fromSignalling && !latch) return `${correct}; for phones behind NAT there is rtp.nat: latch (docs/guides/nat.md)`;
  return latch ? `${correct}; latching takes media only from the address that the INVITE came from` : correct;
}
