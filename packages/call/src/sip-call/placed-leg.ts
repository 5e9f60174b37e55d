import { type Clock, defer, type Log, messageOf } from '@parley/base';
import type { MediaSession, WireCodec } from '@parley/media';
import { CallRefused, type Dialog, type Inviter } from '@parley/sip';
import type { HangUpCause } from '../call.ts';
import type { Dialer, PlaceOptions } from './dialer.ts';
import { hungUpBy, isLegEnd, passedOn, reasonOfBye } from './leg-end.ts';
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
  constructor(target: string, options: PlacedLegOptions, who: Omit<PlaceOptions, 'body'>) {
    this.#options = options;
    const { media, dialer, sessionId, log } = options;
    const address = dialer.mediaAddress?.(media, target) ?? media.address;
    const codecs = dialer.codecs ?? options.codecs;
    this.#negotiation = new Negotiation({ media, address, codecs, sessionId, log });
    this.#inviter = dialer.place(target, { ...who, body: this.#negotiation.offer() });
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
      if (this.#negotiation.complete(body)) return this.#line(dialog);
      await dialog.bye(reasonOfBye('no codec'));
      return NOT_ACCEPTABLE;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      return late ? TIMEOUT : error.status;
    } finally {
      patience.cancel();
    }
  }

  /** Nobody waits for it any more. */
  giveUp(reason: string): void {
    this.#inviter.cancel(reason);
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
      get farewell() {
        return isLegEnd(signal.reason) ? passedOn(hungUpBy(signal.reason)) : reasonOfBye('transport failed');
      },
      end,
    };
  }
}
