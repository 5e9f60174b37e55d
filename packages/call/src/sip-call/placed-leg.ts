import { type Clock, defer, type Log, messageOf } from '@parley/base';
import type { MediaSession, WireCodec } from '@parley/media';
import { CallRefused, type Dialog, type Inviter } from '@parley/sip';
import type { HangUpCause, RequiredEncryption } from '../call.ts';
import type { Dialer, PlaceOptions } from './dialer.ts';
import { hungUpBy, isLegEnd, passedOn, reasonOfBye, reasonOfMisfit } from './leg-end.ts';
import type { Line } from './line.ts';
import { Negotiation } from './negotiation.ts';
import { onInfo } from './sip-leg.ts';

/** Nobody answered, in SIP's words. */
const TIMEOUT = 408;
const NOT_ACCEPTABLE = 488;

export interface PlacedLegOptions {
  readonly media: MediaSession;
  readonly dialer: Dialer;
  readonly codecs: readonly WireCodec[];
  /** What has to be encrypted; media are not, unless they have to be. */
  readonly required: RequiredEncryption | undefined;
  readonly sessionId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A call that we place on behalf of another one: INVITE, dialog and media session. */
export class PlacedLeg {
  readonly #options: PlacedLegOptions;
  readonly #inviter: Inviter;
  readonly #negotiation: Negotiation;

  /** Throws `SipParseError` when the target cannot be read. */
  constructor(target: string, options: PlacedLegOptions, who: Omit<PlaceOptions, 'body' | 'secured'>) {
    this.#options = options;
    const { media, dialer, required, sessionId, log } = options;
    const address = dialer.mediaAddress?.(media, target) ?? media.address;
    const codecs = dialer.codecs ?? options.codecs;
    const security = required === 'media' ? 'required' : 'none';
    this.#negotiation = new Negotiation({ media, address, codecs, security, sessionId, log });
    const secured = required !== undefined;
    this.#inviter = dialer.place(target, { ...who, secured, body: this.#negotiation.offer() });
  }

  /** Resolves with the line when it is answered, or with the status of the refusal: 408 when it rang for so long in vain. Call once. */
  async answered(ringMillis: number): Promise<Line | number> {
    const inviter = this.#inviter;
    let late = false;
    const patience = this.#options.clock.after(ringMillis, () => {
      late = true;
      inviter.cancel('Q.850;cause=19;text="No answer"');
    });
    try {
      const { dialog, body } = await inviter.answered;
      const misfit = this.#negotiation.complete(body);
      if (misfit === undefined) return this.#line(dialog);
      this.#refused({ status: NOT_ACCEPTABLE, reason: misfit });
      await dialog.bye(reasonOfMisfit(misfit));
      return NOT_ACCEPTABLE;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      this.#refused(error);
      return late ? TIMEOUT : error.status;
    } finally {
      patience.cancel();
    }
  }

  /** Nobody waits for it any more. */
  giveUp(reason: string): void {
    this.#inviter.cancel(reason);
  }

  #refused({ status, reason }: Pick<CallRefused, 'status' | 'reason'>): void {
    const { required, log } = this.#options;
    const encrypted = required && { encrypted: required === 'media' ? 'signalling and media' : 'signalling' };
    const { callId: leg } = this.#inviter;
    log.info('the call that we placed was not taken', { leg, status, reason, ...encrypted });
  }

  #line(dialog: Dialog): Line {
    const { media, log } = this.#options;
    const { signal } = dialog;
    dialog.onReInvite((body, source) => this.#negotiation.again(body, source));
    dialog.onInfo(request => onInfo(request, media));
    const goodbye = defer<void>();
    const end = async (cause: HangUpCause, reason = reasonOfBye(cause)) => {
      if (!signal.aborted) dialog.bye(reason).then(goodbye.resolve, goodbye.reject);
      else goodbye.resolve();
      await goodbye.promise;
    };
    const fail = (cause: 'media silent' | 'media failed') => {
      end(cause).catch(error => log.error('a call that we placed could not be ended', { error: messageOf(error) }));
    };
    media.onSilent(() => fail('media silent'));
    if (media.lost.aborted) fail('media failed');
    else media.lost.addEventListener('abort', () => fail('media failed'), { once: true });
    return {
      id: dialog.callId,
      signal,
      media,
      dialog,
      // Keys that nobody asked for are for nobody: there is no flow on this side.
      sendKeys: to => media.onKey(key => to?.(key)),
      get farewell() {
        return isLegEnd(signal.reason) ? passedOn(hungUpBy(signal.reason)) : reasonOfBye('transport failed');
      },
      end,
    };
  }
}
