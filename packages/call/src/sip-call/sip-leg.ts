import { type Clock, type Log, messageOf } from '@parley/base';
import type { MediaSecurity, MediaSession, WireCodec } from '@parley/media';
import type { Body, Dialog, Invitation, LegEnd, Peer, Refusal, SipRequest } from '@parley/sip';
import type { HangUpCause, RequiredEncryption } from '../call.ts';
import type { Dialer } from './dialer.ts';
import { readInfo } from './dtmf-relay.ts';
import { onRefer } from './follow-refer.ts';
import { isLegEnd } from './leg-end.ts';
import { Negotiation } from './negotiation.ts';

export interface SipLegOptions {
  readonly invitation: Invitation;
  /** Best first; an offer's own order wins (RFC 3264 section 6.1). */
  readonly codecs: readonly WireCodec[];
  /** Decimal number that names our descriptions, the same for the whole dialog. */
  readonly sessionId: string;
  /** Whether media are encrypted, unless `requireEncryption` says that they must be. */
  readonly security: MediaSecurity;
  /** The address to put into our descriptions. */
  readonly mediaAddress: (media: MediaSession) => string;
  /** A second address that media may come from: `source` sent the description, `address` is where it says that its media are. */
  readonly alsoFrom: (source: Peer, address: string) => string | undefined;
  /** Media may come from elsewhere than was negotiated, when it is where the signalling comes from. */
  readonly latch: boolean;
  /** Whom a REFER of the other side is followed with; without one it is refused. */
  readonly follower: Dialer | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** The leg is over, and with it the call: told once, with the reason that the signalling gave. */
  ended(reason: unknown): void;
}

/** What came of answering. 'refused': a final answer was sent, or BYE when the ACK brought nothing that we can talk. */
export type Answered = 'answered' | 'refused' | LegEnd;

/** The signalling side of a call that came in: one INVITE, one dialog, and the offers and answers in it. */
export class SipLeg {
  readonly #options: SipLegOptions;
  /** Settles when it is known whether there is a dialog; undefined before `answer`. */
  #answering: Promise<Dialog | LegEnd> | undefined;
  #final = false;
  #leaving = false;
  #dialog: Dialog | undefined;
  /** The signal of the dialog that the call is in. */
  #signal: AbortSignal;
  #security: MediaSecurity;
  #required: RequiredEncryption | undefined;

  constructor(options: SipLegOptions) {
    this.#options = options;
    this.#signal = options.invitation.signal;
    this.#security = options.security;
  }

  /** Tells of the end from here on. */
  watch(): void {
    const signal = this.#signal;
    const over = () => {
      // A dialog that the call has left may end.
      if (signal === this.#signal) this.#options.ended(signal.reason);
    };
    if (signal.aborted) over();
    else signal.addEventListener('abort', over, { once: true });
  }

  /** Whether a 200 was sent, so that there is no way back to a refusal. */
  get accepted(): boolean {
    return this.#answering !== undefined;
  }

  /** From the ACK on. */
  get dialog(): Dialog | undefined {
    return this.#dialog;
  }

  ring(): void {
    this.#options.invitation.ring();
  }

  /** A final answer other than 2xx; a second one is not sent. */
  reject(refusal: Refusal): void {
    if (this.#final) return;
    this.#final = true;
    const { invitation } = this.#options;
    if (!invitation.signal.aborted) invitation.reject(refusal);
  }

  /** Before `answer`: with 'media', media that are not encrypted are refused. */
  requireEncryption(what: RequiredEncryption): void {
    this.#required = what;
    if (what === 'media') this.#security = 'required';
  }

  /** What has to be encrypted of the calls that are placed for this one. */
  get required(): RequiredEncryption | undefined {
    return this.#required;
  }

  /**
   * Negotiates, sends 200 and waits for the ACK. The session is started as soon as it is known where to send, and that the caller is who
   * he says: whoever forges the address of a datagram must not have us send sound to the one that his description names.
   */
  async answer(media: MediaSession): Promise<Answered> {
    const { invitation, mediaAddress } = this.#options;
    const { offer, source } = invitation;
    const negotiation = new Negotiation({ media, address: mediaAddress(media), ...this.#terms });
    const sdp = offer ? negotiation.answer(offer, source) : negotiation.offer();
    if ('status' in sdp) {
      this.reject(sdp);
      return 'refused';
    }
    if (source.transport !== 'udp') negotiation.begin();
    const dialog = await this.#accept(sdp);
    if (isLegEnd(dialog)) return dialog;
    // The ACK has our tag, which only he can know who got our 200.
    negotiation.begin();
    // RFC 3261 section 13.3.1.4: without an offer in the INVITE ours is in the 200, and the answer in the ACK.
    if (this.#leaving || (!offer && negotiation.complete(dialog.ackBody, source) !== undefined)) return 'refused';
    this.#listen(dialog, negotiation, media);
    return 'answered';
  }

  /** What every description of ours in this call is made by. */
  get #terms() {
    const { codecs, sessionId, alsoFrom, latch, log } = this.#options;
    return { codecs, sessionId, alsoFrom, latch, log, security: this.#security };
  }

  #listen(dialog: Dialog, negotiation: Negotiation, media: MediaSession): void {
    const { follower: dialer, invitation, clock, log } = this.#options;
    this.#dialog = dialog;
    dialog.onReInvite((body, from) => negotiation.again(body, from));
    dialog.onInfo(request => onInfo(request, media));
    const leg = {
      media,
      dialog,
      self: `<${invitation.request.to.uriText}>`,
      isMoving: false,
      moveTo: (next: Dialog, terms: Negotiation) => {
        // Until it ends the dialog before may say what it likes: media and keys are those of the next one.
        dialog.onReInvite(() => ({ status: 488 }));
        dialog.onInfo(() => 415);
        this.#signal = next.signal;
        this.#answering = Promise.resolve(next);
        this.#listen(next, terms, media);
        this.watch();
      },
    };
    const options = { dialer, negotiation: this.#terms, secured: this.#required !== undefined, clock, log };
    dialog.onRefer(referral => onRefer(leg, referral, options));
  }

  async #accept(sdp: Body): Promise<Dialog | LegEnd> {
    this.#final = true;
    this.#answering = this.#options.invitation.answer(sdp).catch((end: unknown) => {
      if (isLegEnd(end)) return end;
      throw end;
    });
    return this.#answering;
  }

  /**
   * Says goodbye in the way that the stage asks for; resolves when the other side has heard it, or never will. BYE waits for
   * the ACK (RFC 3261 section 15: a callee must not send it before).
   * @param reason the Reason header of a BYE.
   */
  async leave(cause: HangUpCause, reason: string): Promise<void> {
    this.#leaving = true;
    if (!this.#answering) {
      this.reject({ status: cause === 'drain' ? 503 : 480 });
      return;
    }
    try {
      const dialog = await this.#answering;
      if (!isLegEnd(dialog) && !dialog.signal.aborted) await dialog.bye(reason);
    } catch (error) {
      this.#options.log.error('call could not be ended properly', { error: messageOf(error) });
    }
  }
}

/** What an INFO does to a session, and the status that answers it. */
export function onInfo(request: SipRequest, media: MediaSession): number {
  const reading = readInfo(request.header('content-type'), request.body);
  if (reading.kind === 'refused') return reading.status;
  if (reading.kind === 'key') media.press(reading.key, reading.millis);
  return 200;
}
