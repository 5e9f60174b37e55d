import { Bug, type Log, messageOf } from '@parley/base';
import {
  type CodecName,
  completeOffer,
  type MediaSession,
  makeOffer,
  negotiateAnswer,
  parseSdp,
  printSdp,
  type Refused,
  reanswer,
  SdpError,
  type SessionDescription,
  type SessionSettings,
} from '@parley/media';
import type { Body, Dialog, Invitation, LegEnd, Peer, Refusal, ReInviteAnswer, SipRequest } from '@parley/sip';
import type { HangUpCause } from '../call.ts';
import { readInfo } from './dtmf-relay.ts';
import { isLegEnd, reasonOfBye } from './leg-end.ts';

const SDP = 'application/sdp';
const MALFORMED: Refusal = { status: 400, reason: 'Bad Session Description' };

export interface SipLegOptions {
  readonly invitation: Invitation;
  /** Best first; an offer's own order wins (RFC 3264 section 6.1). */
  readonly codecs: readonly CodecName[];
  /** Decimal number that names our descriptions, the same for the whole dialog. */
  readonly sessionId: string;
  /** The address to put into our descriptions. */
  readonly mediaAddress: (media: MediaSession) => string;
  /** A second address that media may come from: `source` sent the description, `address` is where it says that its media are. */
  readonly alsoFrom: (source: Peer, address: string) => string | undefined;
  readonly log: Log;
}

/** What came of answering. 'refused': a final answer was sent, or BYE when the ACK brought nothing that we can talk. */
export type Answered = 'answered' | 'refused' | LegEnd;

/** The signalling side of a call: one INVITE, one dialog, and the offers and answers in it. */
export class SipLeg {
  readonly #invitation: Invitation;
  readonly #codecs: readonly CodecName[];
  readonly #sessionId: string;
  readonly #mediaAddress: (media: MediaSession) => string;
  readonly #alsoFrom: SipLegOptions['alsoFrom'];
  readonly #log: Log;
  /** Settles when it is known whether there is a dialog; undefined before `answer`. */
  #answering: Promise<Dialog | LegEnd> | undefined;
  #final = false;
  #leaving = false;
  #description: SessionDescription | undefined;

  constructor({ invitation, codecs, sessionId, mediaAddress, alsoFrom, log }: SipLegOptions) {
    this.#invitation = invitation;
    this.#codecs = codecs;
    this.#sessionId = sessionId;
    this.#mediaAddress = mediaAddress;
    this.#alsoFrom = alsoFrom;
    this.#log = log;
  }

  /** Whether a 200 was sent, so that there is no way back to a refusal. */
  get accepted(): boolean {
    return this.#answering !== undefined;
  }

  ring(): void {
    this.#invitation.ring();
  }

  /** A final answer other than 2xx; a second one is not sent. */
  reject(refusal: Refusal): void {
    if (this.#final) return;
    this.#final = true;
    if (!this.#invitation.signal.aborted) this.#invitation.reject(refusal);
  }

  /** Negotiates, sends 200 and waits for the ACK. The session is started as soon as it is known where to send. */
  async answer(media: MediaSession): Promise<Answered> {
    const { offer: body } = this.#invitation;
    if (!body) return this.#answerWithOffer(media);
    const offer = this.#read(body);
    if (!offer) {
      this.reject(MALFORMED);
      return 'refused';
    }
    const agreed = negotiateAnswer(offer, { ...this.#own(media), version: 1 });
    if (agreed.kind === 'refused') {
      this.#log.info('no codec in common', { warning: agreed.warning });
      this.reject(notAcceptable(agreed));
      return 'refused';
    }
    media.start(this.#settled(agreed.settings, this.#invitation.source));
    this.#description = agreed.answer;
    const dialog = await this.#accept(agreed.answer);
    if (isLegEnd(dialog)) return dialog;
    if (this.#leaving) return 'refused';
    this.#listen(dialog, media);
    return 'answered';
  }

  /** A description from outside; undefined (and a line in the log) when it cannot be read. */
  #read(body: Body): SessionDescription | undefined {
    try {
      return parseSdp(body.content);
    } catch (error) {
      if (!(error instanceof SdpError)) throw error;
      this.#log.info('session description cannot be read', { error: error.message });
      return undefined;
    }
  }

  /** RFC 3261 section 13.3.1.4: without an offer in the INVITE ours is in the 200, and the answer in the ACK. */
  async #answerWithOffer(media: MediaSession): Promise<Answered> {
    const offer = makeOffer({ ...this.#own(media), version: 1 });
    this.#description = offer;
    const dialog = await this.#accept(offer);
    if (isLegEnd(dialog)) return dialog;
    if (this.#leaving) return 'refused';
    const settings = this.#complete(offer, dialog.ackBody);
    if (!settings) return 'refused';
    media.start(this.#settled(settings, this.#invitation.source));
    this.#listen(dialog, media);
    return 'answered';
  }

  #complete(offer: SessionDescription, body: Body | undefined): SessionSettings | undefined {
    const answer = body && this.#read(body);
    if (!answer) {
      this.#log.info('ACK brought no answer to our offer');
      return undefined;
    }
    const completed = completeOffer(offer, answer);
    if (completed.kind === 'agreed') return completed.settings;
    this.#log.info('no codec in common', { warning: completed.warning });
    return undefined;
  }

  async #accept(description: SessionDescription): Promise<Dialog | LegEnd> {
    this.#final = true;
    this.#answering = this.#invitation.answer(sdpBody(description)).catch((end: unknown) => {
      if (isLegEnd(end)) return end;
      throw end;
    });
    return this.#answering;
  }

  #listen(dialog: Dialog, media: MediaSession): void {
    dialog.onReInvite((offer, source) => this.#reInvite(offer, source, media));
    dialog.onInfo(request => onInfo(request, media));
  }

  /** Hold, unhold, another address: a new offer (RFC 3264 section 8). */
  #reInvite(body: Body | undefined, source: Peer, media: MediaSession): ReInviteAnswer | Refusal {
    const previous = this.#description;
    if (!previous) throw new Bug('an answered call has a description');
    if (!body) return this.#offerAgain(previous, source, media);
    const offer = this.#read(body);
    if (!offer) return MALFORMED;
    const agreed = reanswer(previous, offer, this.#own(media));
    if (agreed.kind === 'refused') return notAcceptable(agreed);
    this.#description = agreed.answer;
    media.update(this.#settled(agreed.settings, source));
    return { sdp: sdpBody(agreed.answer) };
  }

  /** A re-INVITE without an offer gets one; what was agreed before stays until the ACK brings the answer. */
  #offerAgain(previous: SessionDescription, source: Peer, media: MediaSession): ReInviteAnswer {
    const version = Number(previous.origin.version) + 1;
    const offer = makeOffer({ ...this.#own(media), version });
    this.#description = offer;
    return {
      sdp: sdpBody(offer),
      acknowledged: answer => {
        const settings = this.#complete(offer, answer);
        if (settings) media.update(this.#settled(settings, source));
      },
    };
  }

  #settled(settings: SessionSettings, source: Peer): SessionSettings {
    const alsoFrom = this.#alsoFrom(source, settings.remote.address);
    return alsoFrom === undefined ? settings : { ...settings, alsoFrom };
  }

  #own(media: MediaSession) {
    const address = this.#mediaAddress(media);
    return { address, port: media.port, codecs: this.#codecs, sessionId: this.#sessionId };
  }

  /**
   * Says goodbye in the way that the stage asks for; resolves when the other side has heard it, or never will. BYE waits for
   * the ACK (RFC 3261 section 15: a callee must not send it before).
   */
  async leave(cause: HangUpCause): Promise<void> {
    this.#leaving = true;
    if (!this.#answering) {
      this.reject({ status: cause === 'drain' ? 503 : 480 });
      return;
    }
    try {
      const dialog = await this.#answering;
      if (!isLegEnd(dialog) && !dialog.signal.aborted) await dialog.bye(reasonOfBye(cause));
    } catch (error) {
      this.#log.error('call could not be ended properly', { error: messageOf(error) });
    }
  }
}

function onInfo(request: SipRequest, media: MediaSession): number {
  const reading = readInfo(request.header('content-type'), request.body);
  if (reading.kind === 'refused') return reading.status;
  if (reading.kind === 'key') media.press(reading.key, reading.millis);
  return 200;
}

function notAcceptable({ status, warning }: Refused): Refusal {
  return { status, headers: [['Warning', warning]] };
}

function sdpBody(description: SessionDescription): Body {
  return { type: SDP, content: new TextEncoder().encode(printSdp(description)) };
}
